"""Nothing personal or guessable in clear: not in an entry, not in a log line, not in an error."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from sealctl.lockd import demands, drafts, supervised
from sealctl.lockd.changes import Changes
from sealctl.lockd.drafts import Drafting
from sealctl.lockd.supervised import Hand
from tests.support import crisis
from tests.support.machine import OPERATOR, PIN, Rig
from wire.refusals import Refused

CARD: Final = "em4100:0A00112233"
DEMANDER: Final = "某某银行网点"
WORDS: Final = (PIN, "135790", CARD, DEMANDER, "戊五辉", crisis.ASKED.title, crisis.ASKED.reason)
WITNESS: Final = Hand(crisis.SECOND, PIN)


def _refused(call: Callable[[], object], told: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        call()
    told.append(f"{caught.value} {caught.value!r}")


def _history(rig: Rig, told: list[str]) -> None:
    """Log-ins, an enrolment, a stamp, a demand, a draft and an emergency, with what goes wrong."""
    core = rig.core
    supervised.begin_enrolment(core, "card", Hand(OPERATOR, PIN), WITNESS)
    for card in (CARD, "em4100:0BFFFFFFFF", CARD):
        rig.body.present_card(card)
        rig.look()
    _refused(lambda: core.login(OPERATOR, "135790"), told)
    _refused(lambda: core.login("nobody", PIN), told)
    foreign = rig.township.application(title=crisis.ASKED.title)
    grant = rig.township.grant(
        foreign, rig.township.approvals(foreign, director="geng", secretary="jia")
    )
    rig.stamp(rig.grant(title=crisis.ASKED.title))
    rig.publish(grant)
    _refused(lambda: core.choose(grant.id), told)
    demands.note(core, "residence", DEMANDER)
    drafting = Drafting(OPERATOR, (bytes(32),))
    drafts_of = {"item": "residence", "applicant": OPERATOR, "impressions": 1}
    _refused(
        lambda: drafts.send(core, drafting, purpose=f"\x07{crisis.ASKED.reason}", **drafts_of),  # type: ignore[arg-type]
        told,
    )
    core.desk.leave()
    crisis.fall_silent(rig)
    _refused(lambda: crisis.declare(rig, codes=("NNNNOOOOPPPPQQQQ",) * 2), told)
    rig.publish(revoked_persons=(crisis.SECOND,))
    crisis.fall_silent(rig)
    _refused(lambda: crisis.declare(rig), told)
    rig.publish()
    crisis.fall_silent(rig)
    crisis.declare(rig, replace(crisis.ASKED, impressions=1), use=1)
    crisis.stamp(rig)


def test_nothing_personal_stands_in_clear(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rig = crisis.build(tmp_path)
    rig.picture = b"a picture"
    core, told = rig.core, list[str]()
    core.changed = Changes().bump
    _history(rig, told)
    codes = [code for theirs in crisis.CODES.values() for code in theirs]
    entries = [repr(one.body) for one in rig.entries()]
    people = "|".join(re.escape(one) for one in rig.township.roster.persons)
    for text in (*entries, *told, caplog.text):
        assert not [word for word in (*WORDS, *codes) if word in text], text
        assert not re.search(rf"['\" :(]({people})['\" ,).]", text), text
    kinds = {one.kind for one in rig.entries()}
    assert kinds >= {"refused", "authenticated", "emergency", "demanded", "stamped", "enrolled"}
