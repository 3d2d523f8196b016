"""The reference head's mechanics: the state table carried out over parts and non-volatile memory.
Calls hardware.serial_head.{answers,table}.

`step` is what a firmware calls every millisecond. Time is the head's own, in milliseconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hardware.serial_head.answers import Cause, Fault, LastReset
from hardware.serial_head.table import (
    HOST_SILENCE_MS,
    LATE_MS,
    MAX_ON_MS,
    START,
    TABLE,
    Action,
    Event,
    State,
)

Deed = Callable[[int, int], None]


@dataclass(frozen=True)
class Switches:
    """The debounced inputs. `at_rest`: neither carriage nor feed moves."""

    engaged: bool
    stamp_down: bool
    at_rest: bool
    case_closed: bool


class Parts(Protocol):
    """Outputs and inputs of a head. The coil is off when a head starts, by its pull-down."""

    def coil(self, *, on: bool) -> None: ...
    def turn(self, slot: int) -> None: ...
    def feed(self, steps: int) -> None: ...
    def halt(self) -> None: ...
    def switches(self) -> Switches: ...
    def tags(self) -> Mapping[int, str]: ...


@dataclass
class Memory:
    """What a head keeps without power; each assignment is one durable write, whole or not at all.

    unlatches: openings ever begun. ended: the value of `unlatches` when the bolt was last seen
    engaged again. presses: see answers.Counters. slot: the slot in place.
    """

    presses: tuple[int, ...]
    unlatches: int = 0
    ended: int = 0
    slot: int | None = None

    @property
    def slots(self) -> int:
        """How many seal slots the head has."""
        return len(self.presses) - 1


class Machine:
    """One power-on of the mechanics. `now` is the time of each call; it never goes back."""

    def __init__(self, parts: Parts, memory: Memory, cause: Cause, now: int) -> None:
        self._parts = parts
        self.memory = memory
        self.reset = LastReset(cause, while_open=memory.ended != memory.unlatches)
        self.fault = Fault.RESET_WHILE_OPEN if self.reset.while_open else Fault.NONE
        self.state = START
        self._since = self._heard = now
        self._do = self._deeds()
        self._off_at: int | None = None
        self._target: int | None = None
        parts.coil(on=False)
        self._stamp_down = parts.switches().stamp_down
        self.step(now)

    @property
    def powered(self) -> bool:
        """Whether the coil has current."""
        return self._off_at is not None

    @property
    def home(self) -> bool:
        """Whether nothing moves and the stamp is up."""
        return self.state is State.IDLE and not self._stamp_down

    @property
    def slot(self) -> int | None:
        """The slot in place, or on its way to it."""
        return self._target if self.state is State.TURNING else self.memory.slot

    def heard(self, now: int) -> None:
        """The host gave a new command: it is alive."""
        self._heard = now

    def command(self, event: Event, now: int, argument: int = 0) -> bool:
        """Carry out a command of the table: SELECT a slot, OPEN for ms, FEED steps. False where its
        state has no row for it: nothing changed.
        """
        return self._happen(event, now, argument)

    def step(self, now: int) -> None:
        """Look at switches and timers once."""
        switches = self._parts.switches()
        pressed = switches.stamp_down and not self._stamp_down
        self._stamp_down = switches.stamp_down
        if pressed:
            self._happen(Event.PRESSED, now)
        for event, at in self._timers().items():
            if at <= now:
                self._happen(event, now)
        self._happen(Event.ENGAGED if switches.engaged else Event.DISENGAGED, now)
        if switches.at_rest:
            self._happen(Event.AT_REST, now)

    def due(self) -> int | None:
        """When the next timer runs out, for whoever does not step every millisecond."""
        return min(self._timers().values(), default=None)

    def _timers(self) -> dict[Event, int]:
        running = {Event.SILENT: self._heard + HOST_SILENCE_MS}
        if self._off_at is not None:
            running[Event.BOUND] = self._off_at
        if self.state in LATE_MS:
            running[Event.LATE] = self._since + LATE_MS[self.state]
        return {event: at for event, at in running.items() if (self.state, event) in TABLE}

    def _happen(self, event: Event, now: int, argument: int = 0) -> bool:
        row = TABLE.get((self.state, event))
        if row is None:
            return False
        following, actions = row
        for action in actions:
            self._do[action](now, argument)
        if following is not self.state:
            self.state, self._since = following, now
        return True

    def _deeds(self) -> Mapping[Action, Deed]:
        return {
            Action.COUNT_UNLATCH: self._count_unlatch,
            Action.COUNT_PRESS: self._count_press,
            Action.COIL_ON: self._coil_on,
            Action.COIL_OFF: self._coil_off,
            Action.TURN: self._turn,
            Action.FEED: self._feed,
            Action.HALT: self._halt,
            Action.KEEP_SLOT: self._keep_slot,
            Action.END_OPENING: self._end_opening,
            Action.CLEAR_FAULT: self._tell(Fault.NONE),
            Action.LATCH_STUCK: self._tell(Fault.LATCH_STUCK),
            Action.LATCH_FORCED: self._tell(Fault.LATCH_FORCED),
            Action.CARRIAGE_STUCK: self._tell(Fault.CARRIAGE_STUCK),
            Action.FEED_STUCK: self._tell(Fault.FEED_STUCK),
        }

    def _count_unlatch(self, _now: int, _argument: int) -> None:
        self.memory.unlatches += 1

    def _count_press(self, _now: int, _argument: int) -> None:
        presses = list(self.memory.presses)
        presses[self.memory.slot or 0] += 1
        self.memory.presses = tuple(presses)

    def _coil_on(self, now: int, bound_ms: int) -> None:
        self._off_at = now + min(bound_ms, MAX_ON_MS)
        self._parts.coil(on=True)

    def _coil_off(self, _now: int, _argument: int) -> None:
        self._parts.coil(on=False)
        self._off_at = None

    def _turn(self, _now: int, slot: int) -> None:
        self.memory.slot, self._target = None, slot
        self._parts.turn(slot)

    def _feed(self, _now: int, steps: int) -> None:
        self._parts.feed(steps)

    def _halt(self, _now: int, _argument: int) -> None:
        self._parts.halt()

    def _keep_slot(self, _now: int, _argument: int) -> None:
        self.memory.slot = self._target

    def _end_opening(self, _now: int, _argument: int) -> None:
        self.memory.ended = self.memory.unlatches

    def _tell(self, fault: Fault) -> Deed:
        def tell(_now: int, _argument: int) -> None:
            self.fault = fault

        return tell
