"""A township lost its log: what a machine makes of the new one that its list names."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sealctl.journal import books, plight
from sealctl.lockd import receipts
from tests.support import cosigned
from tests.support.contents import NOW
from tests.support.machine import Rig
from tests.support.sealed_log import NAME, VKEY
from wire.errors import WireError
from wire.lists.renewal import FormerLog
from wire.refusals import Refused
from wire.tlog import checkpoint, note

NOW_S = NOW // 1000
NEW = "town.example/log-2"
KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"the new log").digest())
NEW_VKEY = note.vkey(NEW, KEY.public_key().public_bytes_raw())


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """A machine whose every entry has a receipt of the old log."""
    made = Rig.build(tmp_path, policy={**cosigned.POLICY, "receipts_max_count": 3})
    made.picture = b"a picture"
    made.core.heartbeat()
    receipts.take(made.core, cosigned.receipts(made, w1=NOW_S))
    return made


def seen(rig: Rig) -> FormerLog:
    held = plight.seen(rig.core.journal.connection)
    assert held is not None
    found = checkpoint.decode(held)
    return FormerLog(VKEY, found.size, found.root.hex())


def renew(rig: Rig, former: FormerLog, **policy: Any) -> None:
    """The officers' next list, whose policy names the new log."""
    fields = {"log_origin": NEW, "log_key": NEW_VKEY, "former_logs": (former,), **policy}
    rig.township = rig.township.change(policy=replace(rig.township.authority.policy, **fields))
    rig.publish()


def answers(rig: Rig, **options: Any) -> bytes:
    return cosigned.receipts(rig, before=(b"its first leaf",), key=KEY, log=NEW, **options)


def test_every_entry_wants_a_receipt_of_the_new_log_and_photos_go_again(rig: Rig) -> None:
    rig.stamp(rig.grant())
    core, connection = rig.core, rig.core.journal.connection
    for sha in books.photos_to_send(connection):
        books.photo_sent(connection, sha)
    renew(rig, seen(rig))
    assert (core.receipted, core.answered) == (0, 0)
    assert books.photos_to_send(connection)
    with pytest.raises(WireError):
        receipts.take(core, cosigned.receipts(rig, w1=NOW_S))
    assert receipts.take(core, answers(rig, w1=NOW_S)) == core.journal.last_seq
    rig.restart()
    assert rig.core.receipted == core.journal.last_seq


def test_receipts_of_the_old_log_are_kept_and_never_changed(rig: Rig) -> None:
    connection = rig.core.journal.connection
    before = connection.execute("SELECT * FROM receipt").fetchall()
    renew(rig, seen(rig))
    assert connection.execute("SELECT * FROM receipt_1").fetchall() == before
    receipts.take(rig.core, answers(rig, w1=NOW_S))
    for change in (
        "DELETE FROM receipt",
        "UPDATE receipt SET proof = x''",
        "DELETE FROM receipt_1",
        "UPDATE receipt_1 SET proof = x''",
    ):
        with pytest.raises(Exception, match="append-only"):
            connection.execute(change)


def test_what_the_old_log_had_is_not_overdue_and_what_nobody_has_is(rig: Rig) -> None:
    renew(rig, seen(rig))
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    rig.core.heartbeat()
    rig.core.heartbeat()
    with pytest.raises(Refused, match="receipts_overdue"):
        rig.press_through()
    receipts.take(rig.core, answers(rig, w1=NOW_S))
    rig.stamp(grant)


def test_a_second_renewal_keeps_the_receipts_of_both(rig: Rig) -> None:
    old = seen(rig)
    renew(rig, old)
    receipts.take(rig.core, answers(rig, w1=NOW_S))
    third, key = "town.example/log-3", Ed25519PrivateKey.generate()
    vkey = note.vkey(third, key.public_key().public_bytes_raw())
    former = (old, replace(seen(rig), key=NEW_VKEY))
    renew(rig, old, log_origin=third, log_key=vkey, former_logs=former)
    connection = rig.core.journal.connection
    for count in ("SELECT count(*) FROM receipt_1", "SELECT count(*) FROM receipt_2"):
        assert connection.execute(count).fetchone()[0]
    assert rig.core.receipted == 0


@pytest.mark.parametrize("wrong", ["older", "other"])
def test_a_head_before_what_the_machine_saw_is_refused(rig: Rig, wrong: str) -> None:
    """Whoever names an old head could leave out what came after it."""
    held = seen(rig)
    named = replace(held, size=held.size - 1) if wrong == "older" else replace(held, root="0" * 64)
    with pytest.raises(Refused, match="list_rollback"):
        renew(rig, named)
    assert rig.core.receipted == held.size
    assert rig.core.lists is not None
    assert rig.core.lists.policy.log_origin == NAME


def test_no_other_log_is_followed_without_its_past(rig: Rig) -> None:
    with pytest.raises(Refused, match="list_invalid"):
        renew(rig, seen(rig), former_logs=())
