"""A machine with a story to tell: stamps, a refusal, emergencies, a correction, a register's line.

Calls `tests.support`. Titles and names are hostile where a report could be careless.
"""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from sealctl.lockd import corrections as lockd
from sealctl.lockd import outside
from sealctl.lockd.outside import Line
from sealctl.lockd.supervised import Hand
from sealctl.session import model as m
from tests.support import contents, crisis
from tests.support.corrections import draft, sign, with_camerad
from tests.support.crisis import SECOND
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import VKEY
from wire.refusals import Refused

SCRIPT: Final = "</td><script>alert(1)</script>"
FORMULA: Final = '=HYPERLINK("http://x.example","点")'
RARE: Final = "𠮷田"
"""A name of which the font lacks a character."""


def machine(folder: Path, **policy: object) -> Rig:
    """Four sheets and two emergencies stamped, the first void; one refusal; one use outside.
    `policy` replaces fields of the township's.
    """
    rig = crisis.build(folder, policy={"log_key": VKEY, **policy})
    rig.picture = b"a picture"
    first = rig.grant(title=SCRIPT, purpose="子女入学", impressions=2)
    rig.stamp(first)
    rig.stamp(first)
    rig.core.feed(m.LoggedOut())
    for title, name in ((FORMULA, RARE), ("居住证明", "辛八曦")):
        rig.stamp(rig.grant(title=title, applicant_name=name))
        rig.core.feed(m.LoggedOut())
    _refused(rig)
    stamped = next(one.seq for one in rig.entries() if one.kind == "stamped")
    signed = sign(rig.township, draft(rig, stamped))
    rig.publish(corrections=(signed,))
    crisis.fall_silent(rig, 80 * contents.HOUR)
    for use in (0, 1):
        crisis.declare(rig, replace(crisis.ASKED, impressions=1), use=use)
        crisis.stamp(rig)
        rig.core.feed(m.LoggedOut())
    with_camerad(rig, lambda served: lockd.correct(served, signed.id, Hand(OPERATOR, PIN)))
    line = Line("seal-committee", "登-001", rig.clock.wall, 1, "低保申请")
    hands = Hand(OPERATOR, PIN), Hand(SECOND, PIN)
    with_camerad(rig, lambda served: outside.enter(served, line, *hands))
    return rig


def _refused(rig: Rig) -> None:
    """The operator's PIN is typed wrongly once."""
    with suppress(Refused):
        rig.core.login(OPERATOR, "000000")
