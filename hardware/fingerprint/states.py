"""The words of the state table that leads a fingerprint sensor. Calls hardware.ports,
hardware.fingerprint.commands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from hardware.fingerprint.commands import Confirmation
from hardware.ports import Match, Progress


class State(StrEnum):
    """Where the driver stands; most states ask one question."""

    # whoever the line was opened to, or was lost to
    GREET = "greet"
    MEASURE = "measure"
    # watching for a finger
    EMPTY = "empty"
    TOUCH = "touch"
    FEATURES = "features"
    SEARCH = "search"
    HELD = "held"
    FEATURES_HELD = "features_held"
    CONFIRM = "confirm"
    CONTROL = "control"
    # enrolling
    CLEAN = "clean"
    LIFT = "lift"
    LAY = "lay"
    FIRST = "first"
    UNKNOWN = "unknown"
    LIFT_AGAIN = "lift_again"
    AGAIN = "again"
    SECOND = "second"
    TEMPLATE = "template"
    CLEAR = "clear"
    CLEARED = "cleared"
    STORE = "store"
    STORED = "stored"
    # deleting
    DELETE = "delete"
    GONE = "gone"
    # ends, which ask nothing
    DENIED = "denied"
    MATCHED = "matched"
    NOT_MATCHED = "not_matched"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"
    """The answer is none to the question: line and driver are out of step."""


NOBODY: Final = Match(0, 0)


@dataclass(frozen=True)
class Job:
    """What is under way. `slot`: of an enrolment or deletion. `capacity`: slots of the library, 0
    while unknown. `found`: by the first picture.
    """

    password: int
    kind: Literal["watch", "enrol", "delete"] = "watch"
    slot: int = 0
    capacity: int = 0
    found: Match = NOBODY


@dataclass(frozen=True)
class Row:
    """One state. `ask`: the question. `on`: where a confirmation leads; any other, and an OK whose
    bytes do not hold, goes to `otherwise`. `size`: bytes that follow an OK. `keeps`: what of them
    is remembered. `prompt`: for the person.
    """

    ask: Callable[[Job], bytes]
    on: Mapping[Confirmation, State]
    otherwise: State = State.LOST
    size: int = 0
    holds: Callable[[Job, bytes], bool] = lambda *_: True
    keeps: Callable[[Job, bytes], Job] = lambda job, _: job
    prompt: Progress = "wait"
