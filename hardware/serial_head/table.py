"""What a head does when: its one state table and its time limits. Pure. Calls nothing.

docs/head-protocol.md prints this table; a test holds the two together. A command that has no row in
a state is refused (WRONG_STATE) and changes nothing; a sensor or a timer without a row means
nothing there.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

HOST_SILENCE_MS: Final = 1_000
"""An opening ends when no new command was heard for so long."""
MAX_ON_MS: Final = 60_000
"""The longest opening, whatever the host asks for."""
GAP_MS: Final = 20
"""Half a frame is forgotten when nothing more of it comes for so long."""
MAX_STEPS: Final = 2_000
"""The longest seam feed."""


class State(StrEnum):
    """Where the head is. The coil has current in OPENING and OPEN, and in no other state."""

    IDLE = "idle"
    TURNING = "turning"
    FEEDING = "feeding"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    FAILED = "failed"


START: Final = State.CLOSING
"""After any reset: the coil is off, the bolt not yet seen to be engaged."""


class Event(StrEnum):
    """What can happen to it: commands, debounced switches, timers."""

    HELLO = "HELLO"
    SELECT = "SELECT"
    OPEN = "OPEN"
    RELEASE = "RELEASE"
    FEED = "FEED"
    ENGAGED = "engaged"
    DISENGAGED = "disengaged"
    PRESSED = "pressed"
    AT_REST = "at rest"
    BOUND = "bound"
    SILENT = "silent"
    LATE = "late"


class Action(StrEnum):
    """What it does, in the order of the row."""

    COUNT_UNLATCH = "count unlatch"
    COUNT_PRESS = "count press"
    COIL_ON = "coil on"
    COIL_OFF = "coil off"
    TURN = "turn"
    FEED = "feed"
    HALT = "halt"
    KEEP_SLOT = "keep slot"
    END_OPENING = "end opening"
    CLEAR_FAULT = "clear fault"
    LATCH_STUCK = "fault latch_stuck"
    LATCH_FORCED = "fault latch_forced"
    CARRIAGE_STUCK = "fault carriage_stuck"
    FEED_STUCK = "fault feed_stuck"


LATE_MS: Final[Mapping[State, int]] = {
    State.TURNING: 3_000,
    State.FEEDING: 3_000,
    State.OPENING: 500,
    State.CLOSING: 3_000,
}
"""For so long a head may be in a state before the event LATE."""

Row = tuple[State, tuple[Action, ...]]

_S, _E, _A = State, Event, Action
_FORCED: Final = (_A.COIL_OFF, _A.HALT, _A.LATCH_FORCED)

TABLE: Final[Mapping[tuple[State, Event], Row]] = {
    (_S.IDLE, _E.SELECT): (_S.TURNING, (_A.CLEAR_FAULT, _A.TURN)),
    (_S.IDLE, _E.FEED): (_S.FEEDING, (_A.FEED,)),
    (_S.IDLE, _E.OPEN): (_S.OPENING, (_A.COUNT_UNLATCH, _A.COIL_ON)),
    (_S.IDLE, _E.DISENGAGED): (_S.FAILED, _FORCED),
    (_S.TURNING, _E.AT_REST): (_S.IDLE, (_A.KEEP_SLOT,)),
    (_S.TURNING, _E.LATE): (_S.IDLE, (_A.HALT, _A.CARRIAGE_STUCK)),
    (_S.TURNING, _E.DISENGAGED): (_S.FAILED, _FORCED),
    (_S.FEEDING, _E.AT_REST): (_S.IDLE, ()),
    (_S.FEEDING, _E.LATE): (_S.IDLE, (_A.HALT, _A.FEED_STUCK)),
    (_S.FEEDING, _E.DISENGAGED): (_S.FAILED, _FORCED),
    (_S.OPENING, _E.DISENGAGED): (_S.OPEN, ()),
    (_S.OPENING, _E.LATE): (_S.CLOSING, (_A.COIL_OFF, _A.LATCH_STUCK)),
    (_S.OPEN, _E.ENGAGED): (_S.CLOSING, (_A.COIL_OFF, _A.LATCH_STUCK)),
    **{
        (state, event): (_S.CLOSING, (_A.COIL_OFF,))
        for state in (_S.OPENING, _S.OPEN)
        for event in (_E.HELLO, _E.RELEASE, _E.BOUND, _E.SILENT)
    },
    **{
        (state, _E.PRESSED): (_S.CLOSING, (_A.COUNT_PRESS, _A.COIL_OFF))
        for state in (_S.OPENING, _S.OPEN)
    },
    (_S.CLOSING, _E.ENGAGED): (_S.IDLE, (_A.END_OPENING,)),
    (_S.CLOSING, _E.LATE): (_S.FAILED, (_A.LATCH_STUCK,)),
    (_S.FAILED, _E.ENGAGED): (_S.IDLE, (_A.END_OPENING,)),
    **{
        (state, event): (state, (_A.COIL_OFF,))
        for state in (_S.IDLE, _S.TURNING, _S.FEEDING, _S.CLOSING, _S.FAILED)
        for event in (_E.HELLO, _E.RELEASE)
    },
    **{
        (state, _E.PRESSED): (state, (_A.COUNT_PRESS,))
        for state in (_S.IDLE, _S.TURNING, _S.FEEDING, _S.CLOSING, _S.FAILED)
    },
}
