"""All checks over the parts of one machine: which may run, and what each said.

Calls hardware.ports and hardware.conformance. Whatever is not run is in the answer, with the
reason.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hardware.conformance.camera import CAMERA
from hardware.conformance.card_reader import CARD_READER
from hardware.conformance.case import CASE
from hardware.conformance.clock import CLOCK
from hardware.conformance.deeds import Words
from hardware.conformance.fingerprint import FINGERPRINT
from hardware.conformance.head import HEAD
from hardware.conformance.lock import LOCK
from hardware.conformance.model import Check, Scene, Seen, Suite, bad, cannot
from hardware.conformance.slots import SLOTS
from hardware.ports import HardwareError

SUITES: Final[Mapping[str, Suite[Any]]] = {
    suite.port: suite
    for suite in (CLOCK, CASE, SLOTS, HEAD, LOCK, CARD_READER, FINGERPRINT, CAMERA)
}
"""By port, in the order in which a machine is gone through."""

UNGUARDED: Final = Words(
    "没有进行中的维护，不做会开锁或移动的检查。",
    "No maintenance is open: what opens, moves or erases is not done.",
)
ABSENT: Final = Words("配置中没有这个部件。", "machine.toml names no such part.")


@dataclass(frozen=True)
class Outcome:
    """One check and what came of it. `withheld`: it could be run, under maintenance or with a part
    for it.
    """

    check: Check[Any]
    seen: Seen
    withheld: bool = False


def run(
    parts: Mapping[str, Any],
    scene: Scene,
    *,
    ports: Sequence[str],
    guarded: bool,
    begin: Callable[[Check[Any]], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Each check of these ports, in order. `parts`: what each port's checks are given, or why the
    driver could not be made; one that is missing is told. `guarded`: maintenance is open. `begin`
    is told each check before it runs.
    """
    for port in ports:
        for check in SUITES[port].checks:
            if port not in parts:
                yield Outcome(check, cannot(*ABSENT), withheld=True)
            elif check.guarded and not guarded:
                yield Outcome(check, cannot(*UNGUARDED), withheld=True)
            else:
                begin(check)
                yield Outcome(check, _run(check, parts[port], scene))


def _run(check: Check[Any], part: Any, scene: Scene) -> Seen:
    try:
        if isinstance(part, HardwareError):
            raise part
        return check.run(part, scene)
    except HardwareError as error:
        return bad(f"部件报错：{error.detail}", f"The part failed: {error}")
