"""A machine of one solenoid and three switches. Calls hardware.{bolt,pins,ports,tally}.

What a head controller would do, this computer does: it counts on disk before the coil gets current,
and a thread cuts the current at the press, after the bound and when the host falls silent. A thread
dies with its process and stands still with its kernel: behind both stand the pull-down and the
hardware's own maximum on-time, and without these two a bare machine is not fit for use.
"""

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from hardware.bolt import Bolt, Phase
from hardware.pins import Pins, Switch
from hardware.ports import HardwareError, HeadStatus
from hardware.tally import Tally

BEAT_S: Final = 0.01
"""Between two looks at the switches while there is current."""
IDLE_BEAT_S: Final = 0.05
"""Between two looks otherwise."""
UNWATCHED_MS: Final = 500
"""Nothing is opened when the thread has not looked for so long."""


@dataclass(frozen=True)
class Fitted:
    """What stands in the configuration of a bare machine: its one slot, the text that an RFID tag
    there would have, by how much later its switches tell how they stand, and the longest opening
    whatever the host asks for.
    """

    slot: int
    tag: str
    debounce_ms: int
    max_on_ms: int = 10_000


class BareMachine:
    """Satisfies ports.Lock, Head, Case and Slots at once. Thread-safe.

    Nothing can be opened before `watch`. An unlatch that was counted stays counted, also when the
    coil then fails: `own_counters` is False, and nothing is returned.
    """

    def __init__(
        self, pins: Pins, tally: Tally, fitted: Fitted, mono_ms: Callable[[], int]
    ) -> None:
        self._pins = pins
        self._tally = tally
        self._fitted = fitted
        self._mono_ms = mono_ms
        self._bolt = Bolt(mono_ms(), fitted.debounce_ms)
        self._uncounted = 0
        self._watched_ms: int | None = None
        self._looking = threading.Lock()  # one look at a time, with its writing to disk
        self._wires = threading.Lock()  # pins and bolt; taken inside the former, never held long
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self) -> None:
        """Start the thread that ends openings."""
        self._thread = threading.Thread(target=self._watch, name="bare-watch", daemon=True)
        self._thread.start()
        self._watched_ms = self._mono_ms()

    def close(self) -> None:
        """Coil off, thread ended, wires given back; allowed at any time, also twice."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        with self._wires:
            self._pins.close()

    def energise(self, bound_ms: int) -> None:
        """ports.Lock. HardwareError also where bolt or stamp is not at rest or nobody watches."""
        with self._looking:
            self._check(bound_ms, self._look())
            self._tally.add(unlatches=1)
            with self._wires:
                self._bolt.begin(self._mono_ms(), min(bound_ms, self._fitted.max_on_ms))
                try:
                    self._pins.drive(on=True)
                except HardwareError:
                    self._cut()
                    raise

    def release(self) -> None:
        """ports.Lock. A coil that could not be cut is tried again by the thread."""
        with self._wires:
            self._cut()

    def engaged(self) -> bool:
        """ports.Lock. True once the switch, which tells it late, has stood for `bolt.STEADY_MS`
        without current.
        """
        with self._looking:
            self._hear()
            return self._look().engaged

    def select(self, slot: int) -> None:
        """ports.Head. There is one slot; to select it forgets an earlier fault."""
        with self._looking:
            self._hear()
            if slot != self._fitted.slot:
                raise HardwareError("hardware_fault", f"no slot {slot} on a machine without head")
            if not self._look().engaged:
                raise HardwareError("hardware_fault", "not latched")
            self._bolt.clear()

    def status(self) -> HeadStatus:
        """ports.Head. HardwareError also where a press could not yet be counted on disk."""
        with self._looking:
            self._hear()
            seen = self._look()
            unlatches, presses = self._tally.counts
            return HeadStatus(
                unlatches=unlatches,
                presses=presses,
                home=not seen.stamp_down,
                latched=seen.engaged,
                fault=self._bolt.fault,
                slot=self._fitted.slot,
                own_counters=False,
            )

    def closed(self) -> bool:
        """ports.Case."""
        with self._wires:
            self._bolt.heard(self._mono_ms())
            return self._pins.active(Switch.CASE)

    def present(self) -> Mapping[int, str]:
        """ports.Slots: the configured text, always. There is no RFID reader here, so a seal that is
        missing, or another one in its place, is not seen; only the case's switch and the photos
        speak of it.
        """
        return {self._fitted.slot: self._fitted.tag}

    def step(self) -> None:
        """Look at the switches once and end the opening where that is due: what the thread does."""
        with self._looking:
            try:
                self._look()
            finally:
                self._watched_ms = self._mono_ms()

    def _watch(self) -> None:
        try:
            while not self._over.wait(BEAT_S if self._bolt.powered else IDLE_BEAT_S):
                with contextlib.suppress(HardwareError):
                    self.step()
        finally:
            with self._wires, contextlib.suppress(HardwareError):
                self._cut()

    def _hear(self) -> None:
        with self._wires:
            self._bolt.heard(self._mono_ms())

    def _look(self) -> "_Seen":
        """What the switches say. Where they cannot be read, there is no more current."""
        try:
            with self._wires:
                return self._read()
        finally:
            self._count()

    def _count(self) -> None:
        if self._uncounted:
            self._tally.add(presses=self._uncounted)
            self._uncounted = 0

    def _read(self) -> "_Seen":
        try:
            edges = self._pins.edges()
            presses = sum(edge.switch is Switch.PRESS and edge.active for edge in edges)
            self._uncounted += presses
            latch, stamp_down = self._pins.active(Switch.LATCH), self._pins.active(Switch.PRESS)
        except HardwareError:
            if self._bolt.powered:
                self._cut()
            raise
        now = self._mono_ms()
        self._bolt.seen(now, engaged=latch)
        if self._bolt.powered and (presses or self._bolt.due(now)):
            self._cut()
        return _Seen(self._bolt.phase is Phase.IDLE and latch, stamp_down)

    def _cut(self) -> None:
        now = self._mono_ms()
        self._bolt.end(now)
        self._pins.drive(on=False)
        self._bolt.cut(now)

    def _check(self, bound_ms: int, seen: "_Seen") -> None:
        watched = self._watched_ms
        refusals = {
            f"bound of {bound_ms} ms": bound_ms < 1,
            "nobody watches the switches": watched is None
            or self._mono_ms() - watched >= UNWATCHED_MS,
            f"the bolt is not at rest: {self._bolt.phase}": not seen.engaged,
            "the stamp is down": seen.stamp_down,
        }
        for refusal, holds in refusals.items():
            if holds:
                raise HardwareError("hardware_fault", refusal)


@dataclass(frozen=True)
class _Seen:
    engaged: bool
    stamp_down: bool
