"""What stands beside the entries on a machine's disk is held against them at every start."""

import sqlite3
from pathlib import Path

import pytest

from sealctl.lockd import receipts
from tests.support import crisis
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import VKEY
from wire.refusals import Refused


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """It stamped once; the township has all entries up to the stamp before the last list."""
    made = Rig.build(tmp_path, policy={"log_key": VKEY})
    made.picture = b"a picture"
    made.stamp(made.grant(impressions=2))
    return made


def rewrite(rig: Rig, *statements: str, **values: bytes) -> None:
    """While the machine is off; then it is switched on."""
    rig.core.journal.connection.close()
    raw = sqlite3.connect(rig.config.journal)
    raw.execute("DROP TRIGGER entry_no_delete")
    for statement in statements:
        raw.execute(statement, values)
    raw.commit()
    raw.close()
    rig.restart()


WAYS = {
    "given back": ["UPDATE authorised SET returned = 1"],
    "never opened": ["DELETE FROM authorised"],
    "of another grant": ["UPDATE authorised SET \"grant\" = x'00'"],
    "opened once more": ["INSERT INTO authorised VALUES (2, x'00', 3, 0)"],
    "other counters": ["UPDATE note SET value = x'302030' WHERE name = 'counters'"],
    "no counters": ["DELETE FROM note WHERE name = 'counters'"],
    "the end cut off": [
        "DELETE FROM opening WHERE seq >= (SELECT min(seq) FROM authorised)",
        "DELETE FROM entry WHERE seq >= (SELECT min(seq) FROM authorised)",
        "DELETE FROM authorised",
    ],
}


@pytest.mark.parametrize("name", WAYS)
def test_tables_that_do_not_follow_from_the_entries_refuse_every_stamp(rig: Rig, name: str) -> None:
    rewrite(rig, *WAYS[name])
    with pytest.raises(Refused, match="journal_broken"):
        rig.core.login(OPERATOR, PIN)


@pytest.mark.parametrize("entries", [0, 1, 4])
def test_what_the_township_has_receipted_is_no_reason_to_doubt_the_rest(
    rig: Rig, entries: int
) -> None:
    """A start begins in the middle, also between an opening and its end."""
    last = rig.core.journal.last_seq
    for upto in range(1, last - entries + 1):
        receipts.take(rig.core, crisis.receipts(rig, upto))
    assert rig.core.receipted == last - entries
    rig.restart()
    rig.core.login(OPERATOR, PIN)


def test_a_list_from_before_a_revocation_is_not_brought_back(rig: Rig) -> None:
    rig.publish(revoked_persons=("jia",))
    rewrite(rig, "UPDATE trusted SET bundle = :older", older=rig.bundles[-2])
    with pytest.raises(Refused, match="journal_broken"):
        rig.core.login(OPERATOR, PIN)


def test_an_emergencys_code_is_not_unspent_on_the_disk(tmp_path: Path) -> None:
    rig = crisis.build(tmp_path)
    rig.picture = b"a picture"
    crisis.fall_silent(rig)
    crisis.declare(rig)
    rewrite(rig, "DELETE FROM note WHERE name LIKE 'code %'")
    with pytest.raises(Refused, match="journal_broken"):
        crisis.declare(rig)
