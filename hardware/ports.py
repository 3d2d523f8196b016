"""What the machine's mind may ask of its body: Protocols, with drivers and the simulator behind
them. Calls nothing.

Every call is synchronous and answers within 50 ms (Camera: see there); a call starts a movement and
never waits for its end, which is seen by asking again. Times are milliseconds of Clock.mono_ms. Any
call may raise HardwareError: the caller then treats the lock as open until `Lock.engaged()` says
otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Quality = Literal["witnessed", "synced", "rtc", "floor"]
Fault = Literal["hardware_fault", "camera_unavailable"]
Progress = Literal["wait", "lay", "lift", "again", "done", "failed"]
"""What a person at the fingerprint sensor has to do next, or how it ended. wait: nothing yet."""


class HardwareError(Exception):
    """A part does not answer, or answers nonsense. `code` is a refusal code; `detail` is English
    for the log.
    """

    def __init__(self, code: Fault, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code: Fault = code
        self.detail = detail


class CameraStuckError(HardwareError):
    """The camera's driver can be of no more use to this process: whoever waits for a photo is told,
    then the process ends, with a status that has the service manager start it again.
    """

    def __init__(self, detail: str) -> None:
        super().__init__("camera_unavailable", detail)


@dataclass(frozen=True)
class HeadStatus:
    """What the head says of itself; both counters are non-volatile and never go down.

    unlatches: openings ever begun. presses: presses ever sensed. home: nothing moves and the stamp
    is up, so the selected slot is in place. latched: the latch is fully engaged. fault: None, or a
    word of the head's own, such as 'latch_stuck'. slot: the seal slot under the press, None before
    the first selection. own_counters: False where the host keeps the counters: then nothing is ever
    returned.
    """

    unlatches: int
    presses: int
    home: bool
    latched: bool
    fault: str | None
    slot: int | None = None
    own_counters: bool = True


@dataclass(frozen=True)
class Frame:
    """One photo: JPEG bytes, when its exposure began at the earliest, its size in pixels and its
    exposure time, 0 where the camera does not say.
    """

    jpeg: bytes
    mono_ms: int
    width: int
    height: int
    exposure_us: int


@dataclass(frozen=True)
class Match:
    """A finger laid on the sensor is the one enrolled under this library slot; the score is the
    sensor's own, and only ever compared with others of the same sensor.
    """

    slot: int
    score: int


@dataclass(frozen=True)
class NoMatch:
    """A finger laid on the sensor is none that was enrolled."""


class Lock(Protocol):
    """The lock on the press. Unpowered it is engaged: spring and pull-down, whatever the host
    does.
    """

    def energise(self, bound_ms: int) -> None:
        """Begin one opening of at most `bound_ms` (≥ 1; the part cuts it to its own maximum).

        The part itself guarantees, without the host: the unlatch is counted in non-volatile memory
        before the bolt moves; the bolt returns after one press, after the bound, and when the link
        to the host is lost. Energising an opening already begun is a HardwareError and changes
        nothing.
        """

    def release(self) -> None:
        """Cut the current at once; the bolt then returns by its spring. Always allowed,
        repeatable.
        """

    def engaged(self) -> bool:
        """Whether the bolt's own switch reads fully engaged; False while it moves."""


class Head(Protocol):
    """The carriage of seals and the press."""

    def select(self, slot: int) -> None:
        """Begin to bring a seal slot under the press. HardwareError: no such slot, or not
        latched.
        """

    def status(self) -> HeadStatus:
        """The head's present status; ask again to see a movement end."""


class Case(Protocol):
    """The tamper switch of the metal case."""

    def closed(self) -> bool: ...


class Slots(Protocol):
    """The seal slots and their RFID readers."""

    def present(self) -> Mapping[int, str]:
        """RFID text by slot number, for the slots that hold a seal now."""


class CardReader(Protocol):
    """Cards and codes held to the reader."""

    def read(self) -> str | None:
        """The text read since the last call, given once; None when nothing was."""


class Fingerprint(Protocol):
    """The fingerprint sensor with its own library of templates.

    All that leaves it is the number of a library slot: a template or a picture of a finger is never
    read out. It moves only when polled: nobody polls, nobody is identified.
    """

    def poll(self) -> Match | NoMatch | None:
        """Do one step of what is under way: of an enrolment or deletion (then None), else of
        watching for a finger.

        A finger is answered once, however long it stays, only when it was laid after the last call
        of `cancel`, and at the latest a few seconds after it was seen. None: not yet, or the
        picture was no good.
        """

    def enrol(self, slot: int) -> None:
        """Begin to enrol a finger under this slot, in place of whatever stood there, by two touches
        that `progress` asks for. A finger that stands under another slot fails.

        HardwareError: no such slot.
        """

    def delete(self, slot: int) -> None:
        """Begin to delete what stands under this slot, if anything; `progress` then says 'done' or
        'failed'. HardwareError: no such slot.
        """

    def progress(self) -> Progress | None:
        """How the last `enrol` or `delete` stands; None when there was none or it was given up.
        After 'failed' the slot may hold the old finger, the new one or none: `delete` makes sure.
        """

    def cancel(self) -> None:
        """Give up what is under way, and watch for a new finger. An enrolment or deletion given up
        may still have happened: `delete` makes sure.
        """


class Camera(Protocol):
    """The camera above the tray."""

    def capture(self, after_mono_ms: int) -> Frame:
        """A full photo whose exposure began at or after `after_mono_ms`.

        Waits up to 3 s for it, then HardwareError('camera_unavailable'): an older frame is never
        returned. CameraStuckError where only a new process can take the next one.
        """

    def preview(self) -> bytes:
        """A small JPEG (about 480×640) of the tray now, within 500 ms."""


class Clock(Protocol):
    """The machine's time. Only `mono_ms` measures durations."""

    def wall_ms(self) -> int:
        """Unix time in ms; may step, may be wrong: see `quality`."""

    def mono_ms(self) -> int:
        """Milliseconds since boot, counting sleep (CLOCK_BOOTTIME); comparable within one boot,
        across processes.
        """

    def quality(self) -> Quality:
        """How far `wall_ms` can be believed."""
