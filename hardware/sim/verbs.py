"""What can be asked of the simulated body's socket, by people's hands and by the drivers.

Calls hardware.sim and wire. The body is touched under one lock; pictures are rendered outside it.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from hardware.ports import Clock, HardwareError, Match
from hardware.sim.body import SimBody
from hardware.sim.finger import SimFinger
from wire import shape

FRAME_WAIT_MS: Final = 3_000
"""Longest wait for a frame, as ports.Camera promises."""

SILENCE_MS: Final = 1_000
"""A host that asks nothing of lock or head for so long is taken for dead: the bolt returns."""

PICTURE_BYTES: Final = 7 << 20

Arguments = dict[str, Any]


@dataclass
class Shared:
    """The body, the lock that guards it, and when its host last spoke to lock or head."""

    body: SimBody
    clock: Clock
    guard: threading.Lock = field(default_factory=threading.Lock)
    heard_ms: int = 0

    def keep(self) -> None:
        """Let what fell due happen; drop the lock of a silent host."""
        with self.guard:
            now = self.clock.mono_ms()
            if self.body.mechanism.powered and now - self.heard_ms > SILENCE_MS:
                self.body.mechanism.release(now)
            self.body.settle()


Call = Callable[[Shared, Arguments], object]


@dataclass(frozen=True)
class Verb:
    """`arguments`: shape by name; all are required and no other is taken."""

    call: Call
    arguments: Mapping[str, shape.Shape[Any]] = field(default_factory=dict)


def answer(shared: Shared, name: object, given: object) -> object:
    """The verb's result. ShapeError or ValueError: no such verb or value; HardwareError as the
    ports raise it.
    """
    verb = VERBS.get(name) if isinstance(name, str) else None
    if verb is None:
        raise shape.ShapeError("no such verb on this socket")
    loaded: Arguments = shape.record(dict, verb.arguments).load(given)
    return verb.call(shared, loaded)


def _hand(action: Callable[[SimBody, Arguments], object]) -> Call:
    """A hand's deed under the guard; an unknown slot or fault is a ValueError."""

    def call(shared: Shared, given: Arguments) -> object:
        with shared.guard:
            try:
                return action(shared.body, given)
            except KeyError as error:
                raise ValueError(f"no {error.args[0]!r} here") from error

    return call


def _port(action: Callable[[SimBody, Arguments], object]) -> Call:
    """The host speaks to lock or head."""

    def call(shared: Shared, given: Arguments) -> object:
        with shared.guard:
            shared.heard_ms = shared.clock.mono_ms()
            return action(shared.body, given)

    return call


def _seal(body: SimBody, given: Arguments) -> object:
    if given["present"]:
        body.insert_seal(given["slot"])
    else:
        body.remove_seal(given["slot"])
    return {}


def _exchange(body: SimBody, given: Arguments) -> object:
    body.exchange_seal(given["slot"], given["rfid"], given["name"])
    return {}


def _fault(body: SimBody, given: Arguments) -> object:
    body.faults.set(given["name"], value=given["value"])
    return {}


def _case(body: SimBody, given: Arguments) -> object:
    body.faults.case_open = given["open"]
    return {}


def _lay(body: SimBody, given: Arguments) -> object:
    body.lay(given["png"])
    return {}


def _card(body: SimBody, given: Arguments) -> object:
    body.present_card(given["text"])
    return {}


def _scan(body: SimBody, given: Arguments) -> object:
    body.scanner.hold(given["text"])
    return {}


def _touch(body: SimBody, given: Arguments) -> object:
    body.finger.touch(given["finger"])
    return {}


def _poll(body: SimBody, _: Arguments) -> object:
    touch = body.finger.poll()
    return {"touched": touch is not None, "slot": touch.slot if isinstance(touch, Match) else None}


def _finger(action: Callable[[SimFinger, int], None]) -> Callable[[SimBody, Arguments], object]:
    def call(body: SimBody, given: Arguments) -> object:
        action(body.finger, given.get("slot", 0))
        return {}

    return call


def _snapshot(body: SimBody, _: Arguments) -> object:
    body.settle()
    return {
        "unlatches": body.memory.unlatches,
        "presses": body.memory.presses,
        "engaged": body.bolt_engaged,
        "case_closed": body.case.closed(),
        "slot": body.memory.slot,
        "paper": body.memory.page is not None,
        "faults": body.faults.as_dict(),
    }


def _picture(shared: Shared, _: Arguments) -> object:
    """The tray as a person's eye sees it, whatever the camera's state."""
    with shared.guard:
        scene = shared.body.eye()
    return {"jpeg": scene.preview()}


def _capture(shared: Shared, given: Arguments) -> object:
    late = given["after_mono_ms"] - shared.clock.mono_ms()
    if late > FRAME_WAIT_MS:
        raise HardwareError("camera_unavailable", "no frame that late within the time-out")
    time.sleep(max(0, late) / 1000)
    with shared.guard:
        scene, mono_ms = shared.body.camera.expose(given["after_mono_ms"])
    return asdict(scene.photo(mono_ms))


def _preview(shared: Shared, _: Arguments) -> object:
    with shared.guard:
        scene = shared.body.scene()
    return {"jpeg": scene.preview()}


def _energise(body: SimBody, given: Arguments) -> object:
    body.lock.energise(given["bound_ms"])
    return {}


def _release(body: SimBody, _: Arguments) -> object:
    body.lock.release()
    return {}


def _select(body: SimBody, given: Arguments) -> object:
    body.head.select(given["slot"])
    return {}


_SLOT: Final = shape.integer(0, 99)
_MS: Final = shape.integer(0)

VERBS: Final[Mapping[str, Verb]] = {
    "lay": Verb(_hand(_lay), {"png": shape.maybe(shape.octets(1, PICTURE_BYTES))}),
    "clear": Verb(_hand(lambda body, _: {"png": body.clear()})),
    "press": Verb(_hand(lambda body, _: {"pressed": body.press()})),
    "seal": Verb(_hand(_seal), {"slot": _SLOT, "present": shape.flag()}),
    "exchange": Verb(
        _hand(_exchange), {"slot": _SLOT, "rfid": shape.text(64), "name": shape.text(100)}
    ),
    "case": Verb(_hand(_case), {"open": shape.flag()}),
    "card": Verb(_hand(_card), {"text": shape.text(256)}),
    "scan": Verb(_hand(_scan), {"text": shape.text(256)}),
    "touch": Verb(_hand(_touch), {"finger": shape.text(64)}),
    "fault": Verb(_hand(_fault), {"name": shape.text(32), "value": shape.flag()}),
    "snapshot": Verb(_hand(_snapshot)),
    "picture": Verb(_picture),
    "lock.energise": Verb(_port(_energise), {"bound_ms": _MS}),
    "lock.release": Verb(_port(_release)),
    "lock.engaged": Verb(_port(lambda body, _: body.lock.engaged())),
    "head.select": Verb(_port(_select), {"slot": _SLOT}),
    "head.status": Verb(_port(lambda body, _: asdict(body.head.status()))),
    "case.closed": Verb(_hand(lambda body, _: body.case.closed())),
    "slots.present": Verb(_hand(lambda body, _: dict(body.slots.present()))),
    "reader.read": Verb(_hand(lambda body, _: body.reader.read())),
    "scanner.read": Verb(_hand(lambda body, _: body.scanner.read())),
    "finger.poll": Verb(_hand(_poll)),
    "finger.progress": Verb(_hand(lambda body, _: body.finger.progress())),
    "finger.cancel": Verb(_hand(_finger(lambda finger, _: finger.cancel()))),
    "finger.enrol": Verb(_hand(_finger(SimFinger.enrol)), {"slot": shape.integer(0)}),
    "finger.delete": Verb(_hand(_finger(SimFinger.delete)), {"slot": shape.integer(0)}),
    "camera.capture": Verb(_capture, {"after_mono_ms": _MS}),
    "camera.preview": Verb(_preview),
}
