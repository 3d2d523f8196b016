"""Lock, head, case and slots of a serial head controller, as one object. Calls
hardware.serial_head.link and hardware.serial_line.

Nothing is kept from one call to the next but the session, the slot last seen, and the highest
counters: every answer is the head's own of this moment.
"""

from collections.abc import Callable, Mapping

from hardware.ports import HeadStatus
from hardware.serial_head import answers
from hardware.serial_head.answers import Counters, Fault, Identity, Status
from hardware.serial_head.commands import Command
from hardware.serial_head.link import Link, fault, understood
from hardware.serial_head.table import MAX_ON_MS, MAX_STEPS
from hardware.serial_line import SerialLine


class SerialHead:
    """Satisfies ports.Lock, Head, Case and Slots, over one line at 115200 baud. `random` gives so
    many random bytes (os.urandom). Each call ends within 50 ms; every error is
    HardwareError('hardware_fault'). Whoever keeps the lock open asks `status` at least every
    second, or the head closes it.
    """

    def __init__(
        self, line: SerialLine, mono_ms: Callable[[], int], random: Callable[[int], bytes]
    ) -> None:
        self._link = Link(line, mono_ms, random)
        self._slot: int | None = None
        self._unlatches = self._presses = 0

    def energise(self, bound_ms: int) -> None:
        """Lock.energise, for the slot last seen by `status`: refused by the head where another is
        in place.
        """
        if bound_ms < 1:
            raise fault(f"bound of {bound_ms} ms")
        if self._slot is None:
            raise fault("no seal slot was seen under the press")
        self._link.ask(Command.OPEN, self._slot, min(bound_ms, MAX_ON_MS))

    def release(self) -> None:
        self._link.ask(Command.RELEASE)

    def engaged(self) -> bool:
        return self._status().latched

    def select(self, slot: int) -> None:
        if not 1 <= slot <= answers.MAX_SLOTS:
            raise fault(f"no slot {slot}")
        self._link.ask(Command.SELECT, slot)

    def status(self) -> HeadStatus:
        told = self._status()
        self._slot = told.slot
        return HeadStatus(
            unlatches=told.unlatches,
            presses=told.presses,
            home=told.home,
            latched=told.latched,
            fault=None if told.fault is Fault.NONE else told.fault.name.lower(),
            slot=told.slot,
        )

    def closed(self) -> bool:
        return self._status().case_closed

    def present(self) -> Mapping[int, str]:
        return understood(answers.decode_slots, self._link.ask(Command.SLOTS))

    def feed(self, steps: int) -> None:
        """Begin to advance the seam feed; the end is seen as `home`. HardwareError: not latched, or
        not 1 to table.MAX_STEPS.
        """
        if not 1 <= steps <= MAX_STEPS:
            raise fault(f"feed of {steps} steps")
        self._link.ask(Command.FEED, steps)

    def counters(self) -> Counters:
        """The openings, and the presses of each slot."""
        told = understood(answers.decode_counters, self._link.ask(Command.COUNTERS))
        self._never_down(told.unlatches, sum(told.presses))
        return told

    def identity(self) -> Identity:
        """Who the head says it is, and why it started last."""
        return self._link.identity()

    def close(self) -> None:
        """Give the port back; a head left open closes by itself. Allowed at any time."""
        self._link.close()

    def _status(self) -> Status:
        told = understood(answers.decode_status, self._link.ask(Command.STATUS))
        self._never_down(told.unlatches, told.presses)
        return told

    def _never_down(self, unlatches: int, presses: int) -> None:
        if unlatches < self._unlatches or presses < self._presses:
            raise fault(
                f"counters went down: {self._unlatches} unlatches and {self._presses} presses"
                f" to {unlatches} and {presses}"
            )
        self._unlatches, self._presses = unlatches, presses
