"""What checks of the press share: bringing it to rest, opening and closing it.

Calls only hardware.ports and hardware.conformance.model.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from hardware.conformance.model import Press, Scene, until
from hardware.ports import HardwareError, HeadStatus

BOUND_MS: Final = 30_000
"""An opening that is to be ended by something else than its bound."""
LEAVES_MS: Final = 1_000
"""A bolt has left its switch so long after the current came on."""
BACK_MS: Final = 4_000
"""A bolt is back at its switch so long after the current was cut."""
ARRIVES_MS: Final = 5_000
"""The carriage stands still so long after it began to turn."""


def rested(press: Press, scene: Scene) -> HeadStatus:
    """The press at rest with a slot in place, as before any opening; HardwareError where not."""
    if press.head.status().slot is None:
        press.head.select(min(press.slots.present(), default=1))
    if until(scene, lambda: _at_rest(press), ARRIVES_MS) is None:
        raise HardwareError("hardware_fault", f"not at rest: {press.head.status()}")
    return press.head.status()


@contextmanager
def opened(press: Press, scene: Scene, bound_ms: int = BOUND_MS) -> Iterator[HeadStatus]:
    """An opening, with the bolt off its switch; given is the head's status before. However the
    block ends, the current is cut.
    """
    before = rested(press, scene)
    press.lock.energise(bound_ms)
    try:
        if until(scene, lambda: not press.lock.engaged(), LEAVES_MS) is None:
            raise HardwareError("hardware_fault", "the bolt did not leave its switch")
        yield before
    finally:
        press.lock.release()
        until(scene, press.lock.engaged, BACK_MS)


def refused(call: Callable[[], object]) -> bool:
    """Whether the part says no, as the contract wants it."""
    try:
        call()
    except HardwareError:
        return True
    return False


def _at_rest(press: Press) -> bool:
    status = press.head.status()
    return status.home and status.latched and status.slot is not None
