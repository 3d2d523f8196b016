"""Whatever hands, host and broken wires do in whatever order, the promises of ports.Lock hold."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hardware.bolt import HOST_SILENCE_MS
from hardware.ports import HardwareError
from tests.hardware.bare.rig import FITTED, LOOK_MS, Bench

BREAKS = st.sampled_from(["drive_on", "drive_off", "switches"])


class AnyOrder(RuleBasedStateMachine):
    @initialize()
    def switch_on(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.bench = Bench(Path(self.folder.name) / "tally")
        self.openings = 0
        self.began = self.asked = 0
        self.bound = 0
        self.pressed_at = 0
        self.bench.wires.before_current = self._current_comes

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.bench.machine.close()
            self.folder.cleanup()

    @rule(bound_ms=st.integers(-1, 12_000))
    def energise(self, bound_ms: int) -> None:
        self.bound = (
            min(bound_ms, FITTED.max_on_ms) if not self.bench.wires.current() else self.bound
        )
        try:
            self.bench.machine.energise(bound_ms)
        except HardwareError:
            return
        assert bound_ms >= 1

    @rule()
    def release(self) -> None:
        try:
            self.bench.machine.release()
        except HardwareError:
            assert "drive_off" in self.bench.wires.broken
        else:
            assert not self.bench.wires.current()

    @rule()
    def ask(self) -> None:
        self.asked = self.bench.clock.mono_ms()
        try:
            status = self.bench.machine.status()
            engaged = self.bench.machine.engaged()
        except HardwareError:
            assert self.bench.wires.broken
            return
        assert (status.unlatches, status.presses) == self.bench.on_disk()
        assert status.presses == self.bench.wires.contacts
        assert not engaged or (self.bench.wires.bolt_engaged and not self.bench.wires.current())
        assert status.latched == engaged

    @rule(ms=st.sampled_from([10, 50, 100, 300, 1_000, 3_000]))
    def wait(self, ms: int) -> None:
        for _ in range(ms // LOOK_MS):
            self.bench.run(LOOK_MS)
            self.current_ends_in_time()

    @rule()
    def pull_lever(self) -> None:
        if self.bench.wires.pull_lever():
            self.pressed_at = self.bench.clock.mono_ms()

    @rule()
    def touch_press_switch(self) -> None:
        self.bench.wires.touch_press_switch(self.bench.clock.mono_ms())

    @rule(jammed=st.booleans())
    def jam(self, jammed: bool) -> None:
        self.bench.wires.jam(jammed=jammed)

    @rule(what=BREAKS)
    def break_wire(self, what: str) -> None:
        self.bench.wires.broken.add(what)

    @rule()
    def mend(self) -> None:
        self.bench.wires.broken.clear()

    @rule()
    def restart(self) -> None:
        """The process ends with its coil off, and another begins."""
        self.bench.machine.close()
        self.bench.start()

    @invariant()
    def every_current_was_counted_first(self) -> None:
        if hasattr(self, "bench"):
            assert self.openings <= self.bench.on_disk().unlatches

    def current_ends_in_time(self) -> None:
        wires, now = self.bench.wires, self.bench.clock.mono_ms()
        if not wires.current() or "drive_off" in wires.broken:
            return
        assert now < self.began + self.bound, "the bound"
        assert now < max(self.asked, self.began) + HOST_SILENCE_MS, "the host's silence"
        assert not wires.edges_now, "a press was sensed"

    def _current_comes(self) -> None:
        self.openings += 1
        self.began = self.bench.clock.mono_ms()
        assert self.bench.on_disk().unlatches >= self.openings
        assert not self.bench.wires.current()
        assert self.bench.wires.bolt_engaged


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
