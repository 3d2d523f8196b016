"""The words of the session: its modes, what happens to it, and what it asks for. Calls only
`sealctl.facts` for the type of a permit. Times are `mono_ms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sealctl.facts import Permit


class Mode(StrEnum):
    """Where a stamp stands. From AUTHORISING to ENDING the lock may be open."""

    IDLE = "idle"
    IDENTIFIED = "identified"
    CHOSEN = "chosen"
    PHOTOGRAPHING = "photographing"
    PHOTOGRAPHED = "photographed"
    AUTHORISING = "authorising"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    PICTURING = "picturing"
    ENDING = "ending"


@dataclass(frozen=True)
class Photo:
    """The photo before the press and what was found in it."""

    sha256: bytes
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Session:
    """`since` is when the mode began. `refusal` (code, detail) and `done` (seq of `stamped`) are
    what the screen still owes the person. `late`: the lock did not close in time. `closed`: what
    the head read when it had. `declared`: two people's emergency, and no log-in to anything else.
    """

    mode: Mode = Mode.IDLE
    since: int = 0
    operator: str | None = None
    grant: bytes | None = None
    photo: Photo | None = None
    permit: Permit | None = None
    authorised: int | None = None
    pressed: bool = False
    late: bool = False
    abort: str | None = None
    closed: "Reading | None" = None
    refusal: tuple[str, str] | None = None
    done: int | None = None
    declared: bool = False

    @property
    def logged_in(self) -> str | None:
        """Who has logged in; whoever declared an emergency has not."""
        return None if self.declared else self.operator

    @property
    def permitted(self) -> Permit:
        """The permit of the opening under way; LookupError where none is."""
        if self.permit is None:
            raise LookupError("no opening is under way")
        return self.permit


@dataclass(frozen=True)
class LoggedIn:
    person: str


@dataclass(frozen=True)
class LoggedOut:
    pass


@dataclass(frozen=True)
class Chose:
    """A grant that the rules let this operator choose, and the slot of its seal."""

    grant: bytes
    slot: int


@dataclass(frozen=True)
class Declared:
    """An emergency that two people declared: its subject's hash, and the slot of its seal."""

    operator: str
    grant: bytes
    slot: int


@dataclass(frozen=True)
class Cancelled:
    pass


@dataclass(frozen=True)
class PhotoAsked:
    pass


@dataclass(frozen=True)
class PhotoTaken:
    photo: Photo


@dataclass(frozen=True)
class PhotoFailed:
    code: str


@dataclass(frozen=True)
class Permitted:
    permit: Permit


@dataclass(frozen=True)
class Denied:
    """The rules said no to what was asked."""

    code: str
    detail: str


@dataclass(frozen=True)
class Recorded:
    """An entry that an effect asked for is on disk."""

    kind: str
    seq: int


@dataclass(frozen=True)
class RecordFailed:
    """It is not, and nothing of it is."""

    code: str


@dataclass(frozen=True)
class EnergiseFailed:
    detail: str


@dataclass(frozen=True)
class Reading:
    """What the head and the lock say now; counters are the head's, if it has `own_counters`."""

    unlatches: int
    presses: int
    engaged: bool
    home: bool
    own_counters: bool = True


@dataclass(frozen=True)
class Silent:
    """The head or the lock does not answer."""


Event = (
    LoggedIn
    | LoggedOut
    | Chose
    | Declared
    | Cancelled
    | PhotoAsked
    | PhotoTaken
    | PhotoFailed
    | Permitted
    | Denied
    | Recorded
    | RecordFailed
    | EnergiseFailed
    | Reading
    | Silent
)


@dataclass(frozen=True)
class Select:
    """Bring the slot under the press."""

    slot: int


@dataclass(frozen=True)
class TakePhoto:
    """A photo exposed from now on; `kind` is before or after."""

    kind: str


@dataclass(frozen=True)
class Record:
    """Commit one entry, then tell: Recorded or RecordFailed."""

    kind: str
    body: Mapping[str, Any]
    committed: Mapping[str, str | bytes | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Energise:
    bound_ms: int


@dataclass(frozen=True)
class Release:
    pass


Effect = Select | TakePhoto | Record | Energise | Release
"""What the session asks of the world, to be done in the order given."""
