"""The simulated body of one machine: lock, head, case, slots, readers, camera, and people's hands.

Calls hardware.sim.

One object per power-on: a new SimBody over the same Memory (or folder) is the same machine after a
power cut. Not thread-safe; hardware.sim.server guards it.
"""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from hardware.ports import Clock, Frame, HardwareError, HeadStatus
from hardware.sim.faults import Faults
from hardware.sim.finger import SimFinger
from hardware.sim.mechanism import Bolt, Mechanism
from hardware.sim.memory import Memory, SealInSlot, load
from hardware.sim.tray import Scene, Tray

SEALS = (
    SealInSlot(1, "E200-0001", "晨光村党组织(演示)"),
    SealInSlot(2, "E200-0002", "晨光村村民委员会(演示)"),
    SealInSlot(3, "E200-0003", "晨光村股份经济合作社(演示)"),
)
STALE_MS = 60_000


class SimBody:
    """The machine. The ports are its attributes `lock head case slots reader scanner finger
    camera`; the rest is what people do to it.

    folder: where body.json lives (HardwareError when damaged), or a Memory to live in. rng: all
    chance in it (where paper lies, ink, noise). auto_press_ms: a motor pulls the lever that long
    after the bolt is withdrawn.
    """

    def __init__(
        self,
        clock: Clock,
        rng: random.Random,
        folder: Path | Memory | None = None,
        *,
        seals: Sequence[SealInSlot] = SEALS,
        auto_press_ms: int | None = None,
    ) -> None:
        self.clock = clock
        self.faults = Faults()
        self.memory = (
            load(folder, seals) if isinstance(folder, Path) else folder or Memory([*seals])
        )
        self.tray = Tray(self.memory, rng)
        self.mechanism = Mechanism(self.faults, self._contact, auto_press_ms)
        self.lock = SimLock(self)
        self.head = SimHead(self)
        self.case = SimCase(self)
        self.slots = SimSlots(self)
        self.reader = SimReader(self.faults)
        self.scanner = SimReader(self.faults)
        self.finger = SimFinger(self.memory, self.faults, clock.mono_ms)
        self.camera = SimCamera(self)

    def settle(self) -> None:
        """Let everything happen that fell due by now."""
        self.mechanism.settle(self.clock.mono_ms())

    def lay(self, image: bytes | None = None) -> None:
        """Lay a fresh A4 sheet: the picture (PNG or JPEG) of its print, or none for a blank one.
        ValueError: no picture.
        """
        self.settle()
        self.tray.lay(image)

    def clear(self) -> bytes | None:
        """Take the sheet away; its PNG as it is now, stamped or not. None when the tray was
        empty.
        """
        self.settle()
        return self.tray.clear()

    def press(self) -> bool:
        """Pull the lever. False when the latch blocks it."""
        self.settle()
        return self.mechanism.press(self.clock.mono_ms())

    def insert_seal(self, slot: int) -> None:
        """Put the slot's own seal back. KeyError: no such slot."""
        self._seal(slot).present = True
        self.memory.save()

    def exchange_seal(self, slot: int, rfid: str, name: str) -> None:
        """Put another seal into the slot. KeyError: no such slot."""
        seal = self._seal(slot)
        seal.rfid, seal.name, seal.present = rfid, name, True
        self.memory.save()

    def remove_seal(self, slot: int) -> None:
        """Take the seal out of its slot. KeyError: no such slot."""
        self._seal(slot).present = False
        self.memory.save()

    def present_card(self, text: str) -> None:
        """Hold a card to the reader."""
        self.reader.hold(text)

    def scene(self) -> Scene:
        """What the camera sees now: an immutable value, to be rendered by Scene.photo elsewhere."""
        self.settle()
        if self.faults.camera_gone:
            raise HardwareError("camera_unavailable", "no camera on the bus")
        return self.tray.scene(blurred=self.faults.camera_blurred, dark=self.faults.camera_dark)

    def eye(self) -> Scene:
        """What a person sees on the tray now, whatever is wrong with the camera."""
        self.settle()
        return self.tray.scene(blurred=False, dark=False)

    @property
    def bolt_engaged(self) -> bool:
        """Whether the bolt is home, whatever the head says."""
        return self.mechanism.bolt is Bolt.ENGAGED

    def _seal(self, slot: int | None) -> SealInSlot:
        for seal in self.memory.seals:
            if seal.slot == slot:
                return seal
        raise KeyError(slot)

    def _contact(self, _at: int) -> None:
        """The stamp meets the paper: sensed, counted, then printed, in one durable write."""
        if not self.faults.press_sensor_stuck:
            self.memory.presses += 1
        seal = next((seal for seal in self.memory.seals if seal.slot == self.memory.slot), None)
        if seal is not None and seal.present and not self.faults.no_ink:
            self.tray.stamp(seal.name)
        self.memory.save()


class _Part:
    def __init__(self, body: SimBody) -> None:
        self._body = body

    def _alive(self) -> SimBody:
        if self._body.faults.head_silent:
            raise HardwareError("hardware_fault", "the head does not answer")
        self._body.settle()
        return self._body


class SimLock(_Part):
    """ports.Lock."""

    def energise(self, bound_ms: int) -> None:
        body = self._alive()
        if bound_ms < 1:
            raise HardwareError("hardware_fault", f"bound of {bound_ms} ms")
        if body.mechanism.powered:
            raise HardwareError("hardware_fault", "already energised")
        body.memory.unlatches += 1
        body.memory.save()
        body.mechanism.energise(body.clock.mono_ms(), bound_ms)

    def release(self) -> None:
        body = self._alive()
        body.mechanism.release(body.clock.mono_ms())

    def engaged(self) -> bool:
        return self._alive().mechanism.bolt is Bolt.ENGAGED


class SimHead(_Part):
    """ports.Head."""

    def select(self, slot: int) -> None:
        body = self._alive()
        if slot not in {seal.slot for seal in body.memory.seals}:
            raise HardwareError("hardware_fault", f"no slot {slot}")
        if slot == body.memory.slot:
            return
        body.mechanism.select(body.clock.mono_ms())
        body.memory.slot = slot
        body.memory.save()

    def status(self) -> HeadStatus:
        body = self._alive()
        return HeadStatus(
            unlatches=body.memory.unlatches,
            presses=body.memory.presses,
            home=body.mechanism.home,
            latched=body.mechanism.bolt is Bolt.ENGAGED,
            fault="latch_stuck" if body.mechanism.stuck else None,
            slot=body.memory.slot,
        )


class SimCase(_Part):
    """ports.Case."""

    def closed(self) -> bool:
        return not self._body.faults.case_open


class SimSlots(_Part):
    """ports.Slots."""

    def present(self) -> Mapping[int, str]:
        return {seal.slot: seal.rfid for seal in self._body.memory.seals if seal.present}


class SimReader:
    """ports.CardReader, and the hand at it: `hold`."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._text: str | None = None

    def hold(self, text: str) -> None:
        """Hold a card or code to the reader."""
        self._text = text

    def read(self) -> str | None:
        if self._faults.reader_gone:
            raise HardwareError("hardware_fault", "the reader does not answer")
        text, self._text = self._text, None
        return text


class SimCamera(_Part):
    """ports.Camera; time does not pass while it renders."""

    def capture(self, after_mono_ms: int) -> Frame:
        scene, mono_ms = self.expose(after_mono_ms)
        return scene.photo(mono_ms)

    def expose(self, after_mono_ms: int) -> tuple[Scene, int]:
        """What a photo exposed now shows, and when that was; rendering it can come later."""
        now = self._body.clock.mono_ms()
        if now < after_mono_ms:
            raise HardwareError("camera_unavailable", "no frame that late within the time-out")
        if self._body.faults.camera_stale:
            now = after_mono_ms - STALE_MS
        return self._body.scene(), now

    def preview(self) -> bytes:
        return self._body.scene().preview()
