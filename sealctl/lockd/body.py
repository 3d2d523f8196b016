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


def plausible(body: Body, signed: tuple[int, int], *, under_way: bool) -> bool:
    """Whether the counters are as signed, or one further for the opening that was under way."""
    unlatched, pressed = body.unlatches - signed[0], body.presses - signed[1]
    if under_way:
        return unlatched in (0, 1) and 0 <= pressed <= unlatched
    return (unlatched, pressed) == (0, 0)


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
