"""The machine's body as one reading. Calls only `hardware.ports` and `sealctl.facts`."""

from dataclasses import dataclass

from hardware.ports import Case, HardwareError, Head, Lock, Slots
from sealctl.facts import Body


@dataclass(frozen=True)
class Parts:
    """The drivers that lockd holds."""

    lock: Lock
    head: Head
    case: Case
    slots: Slots


def read(parts: Parts) -> Body | None:
    """What all parts read now; None where one does not answer."""
    try:
        status = parts.head.status()
        return Body(
            unlatches=status.unlatches,
            presses=status.presses,
            ready=status.home and status.latched,
            fault=status.fault,
            engaged=parts.lock.engaged(),
            case_closed=parts.case.closed(),
            slot=status.slot,
            slots=parts.slots.present(),
            own_counters=status.own_counters,
        )
    except HardwareError:
        return None
