"""Asking a machine what it noticed: its refusals, its journal, its list. Calls `tests.support`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.attacks.model import Notice, Watch, When, passed
from tests.support.machine import Rig
from wire.errors import WireError
from wire.refusals import Refused

LOCKD = "lockd"


def refused(rig: Rig, call: Callable[[], object], when: When | None = None) -> Notice | None:
    """The code with which lockd refuses that; time is the machine's own
    where any of it passed."""
    began, watch = rig.clock.mono, Watch()
    try:
        call()
    except (Refused, WireError) as error:
        return Notice(LOCKD, error.code, when or _when(rig, began, watch), error.detail)
    return None


def written(rig: Rig, call: Callable[[], object], when: When | None = None) -> Notice | None:
    """What lockd wrote down by itself meanwhile: an alarm, a clock step, an interrupted opening."""
    before, began, watch = len(rig.entries()), rig.clock.mono, Watch()
    call()
    for one in rig.entries()[before:]:
        if one.kind in ("alarm", "clock_step", "interrupted"):
            code = str(one.body["alarm"]) if one.kind == "alarm" else one.kind
            detail = str(one.body.get("detail", ""))
            return Notice(LOCKD, code, when or _when(rig, began, watch), detail)
    return None


def build(folder: Path, **township: Any) -> Rig:
    """A machine whose camera shows what does not matter."""
    rig = Rig.build(folder, **township)
    rig.picture = b"a picture"
    return rig


def _when(rig: Rig, began: int, watch: Watch) -> When:
    by_its_clock = (rig.clock.mono - began) / 1000
    return passed(by_its_clock) if by_its_clock else watch.when
