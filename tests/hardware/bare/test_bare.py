"""What ports.Lock, Head, Case and Slots promise, kept by a solenoid and three switches."""

from dataclasses import replace
from pathlib import Path

import pytest

from hardware.bolt import HOST_SILENCE_MS
from hardware.ports import Case, HardwareError, Head, HeadStatus, Lock, Slots
from hardware.tally import Counts, Tally
from tests.hardware.bare.rig import FITTED, LOOK_MS, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "tally")


def _refused(bench: Bench, bound_ms: int = 5_000) -> str:
    """Why nothing is opened; and nothing is: no current, no count."""
    current, counted = bench.wires.current(), bench.on_disk()
    with pytest.raises(HardwareError) as caught:
        bench.machine.energise(bound_ms)
    assert (bench.wires.current(), bench.on_disk()) == (current, counted)
    return caught.value.detail


def test_a_machine_at_rest_is_locked_and_says_that_it_does_not_count_itself(bench: Bench) -> None:
    lock: Lock = bench.machine
    head: Head = bench.machine
    assert lock.engaged()
    assert head.status() == HeadStatus(0, 0, True, True, None, 1, own_counters=False)
    assert not bench.wires.current()


def test_the_unlatch_is_on_disk_before_there_is_current(bench: Bench) -> None:
    seen: list[Counts] = []
    bench.wires.before_current = lambda: seen.append(bench.on_disk())
    bench.machine.energise(5_000)
    assert seen == [Counts(1, 0)]
    assert bench.wires.current()


def test_one_press_ends_the_opening_and_is_counted_once(bench: Bench) -> None:
    bench.open()
    assert bench.wires.pull_lever()
    bench.run(200)
    assert not bench.wires.current()
    bench.run(500)
    assert bench.machine.engaged()
    assert not bench.wires.pull_lever()
    assert bench.machine.status().presses == bench.on_disk().presses == 1


@pytest.mark.parametrize("debounce_ms", [0, 10, 80, 1000])
@pytest.mark.parametrize("cut_after_ms", [0, 10, 50, 70, 90, 200])
def test_a_bolt_that_its_switch_still_shows_is_not_at_rest_after_a_short_opening(
    tmp_path: Path, debounce_ms: int, cut_after_ms: int
) -> None:
    bench = Bench(tmp_path / "tally", replace(FITTED, debounce_ms=debounce_ms))
    bench.machine.energise(5_000)
    bench.run(cut_after_ms)
    bench.machine.release()
    for _ in range(400):
        assert bench.wires.bolt_engaged or not bench.machine.engaged()
        bench.run(LOOK_MS)
    assert bench.machine.engaged()
    assert bench.machine.status().fault is None


def test_a_bolt_is_not_called_stuck_before_its_switch_can_tell(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "tally", replace(FITTED, debounce_ms=1000))
    bench.machine.energise(5_000)
    for _ in range(20):
        bench.run(100)
        assert bench.machine.status().fault is None
    assert bench.wires.current()


def test_the_bolt_returns_at_the_bound_while_the_host_keeps_asking(bench: Bench) -> None:
    bench.machine.energise(2_000)
    for _ in range(19):
        bench.run(100)
        bench.machine.status()
        assert bench.wires.current()
    bench.run(100)
    assert not bench.wires.current()
    bench.run(200)
    assert bench.machine.engaged()
    assert bench.machine.status().presses == 0


def test_a_longer_bound_is_cut_to_the_machines_own(bench: Bench) -> None:
    bench.machine.energise(60_000)
    for _ in range(FITTED.max_on_ms // 500):
        assert bench.wires.current()
        bench.run(500)
        bench.machine.status()
    assert not bench.wires.current()


def test_the_bolt_returns_when_the_host_falls_silent(bench: Bench) -> None:
    bench.machine.energise(8_000)
    bench.run(HOST_SILENCE_MS - LOOK_MS)
    assert bench.wires.current()
    bench.run(LOOK_MS)
    assert not bench.wires.current()


@pytest.mark.parametrize("ask", ["engaged", "status", "closed"])
def test_every_question_of_the_host_shows_that_it_is_alive(bench: Bench, ask: str) -> None:
    bench.machine.energise(8_000)
    bench.run(900)
    getattr(bench.machine, ask)()
    bench.run(900)
    assert bench.wires.current()


def test_there_is_no_second_opening_within_an_opening(bench: Bench) -> None:
    bench.open(2_000)
    assert _refused(bench) == "the bolt is not at rest: open"
    assert bench.wires.current()
    assert bench.on_disk() == Counts(1, 0)
    for _ in range(19):
        bench.run(100)
        bench.machine.status()
    assert not bench.wires.current(), "the refused one did not lengthen the bound"


@pytest.mark.parametrize("bound_ms", [0, -1])
def test_a_bound_of_nothing_is_refused(bench: Bench, bound_ms: int) -> None:
    assert _refused(bench, bound_ms) == f"bound of {bound_ms} ms"


def test_release_is_always_allowed_and_repeatable(bench: Bench) -> None:
    bench.machine.release()
    bench.open()
    bench.machine.release()
    bench.machine.release()
    assert not bench.wires.current()
    bench.run(200)
    assert bench.machine.engaged()
    bench.machine.release()
    assert bench.on_disk() == Counts(1, 0)


def test_the_lock_is_never_called_engaged_while_it_moves(bench: Bench) -> None:
    """Not even in the moment in which the bolt has not yet begun to move."""
    bench.machine.energise(5_000)
    assert not bench.machine.engaged()
    bench.run(40)
    assert not bench.machine.engaged()
    bench.run(60)
    bench.machine.release()
    for _ in range(12):
        assert not bench.machine.engaged() or bench.wires.bolt_engaged
        bench.run(LOOK_MS)
    assert not bench.machine.engaged(), "the switch has not stood long enough"
    bench.run(50)
    assert bench.machine.engaged()


def test_a_press_without_opening_is_counted(bench: Bench) -> None:
    bench.wires.touch_press_switch(bench.clock.mono_ms())
    bench.wires.touch_press_switch(bench.clock.mono_ms() + 60)
    assert bench.machine.status().presses == 2
    assert bench.on_disk() == Counts(0, 2)
    assert bench.machine.engaged()


def test_a_press_between_two_looks_is_counted_and_ends_the_opening(bench: Bench) -> None:
    bench.open()
    bench.wires.touch_press_switch(bench.clock.mono_ms())
    bench.run(LOOK_MS)
    assert not bench.wires.current()
    assert bench.on_disk() == Counts(1, 1)


def test_nothing_is_opened_while_the_stamp_is_down(bench: Bench) -> None:
    bench.open()
    bench.wires.pull_lever()
    bench.run(160)
    bench.wires.mechanism.bolt = bench.wires.mechanism.bolt.ENGAGED
    bench.run(100)
    assert not bench.machine.status().home
    assert "stamp" in _refused(bench)


def test_a_bolt_that_does_not_follow_the_current_is_a_fault_and_loses_the_current(
    bench: Bench,
) -> None:
    bench.wires.jam(jammed=True)
    bench.machine.energise(5_000)
    bench.run(490)
    assert bench.wires.current()
    bench.run(20)
    assert not bench.wires.current()
    bench.run(100)
    assert bench.machine.status().fault == "latch_stuck"
    assert bench.machine.engaged()


def test_a_bolt_that_falls_back_under_current_is_a_fault_and_loses_the_current(
    bench: Bench,
) -> None:
    bench.open()
    bench.wires.jam(jammed=True)
    bench.wires.mechanism.bolt = bench.wires.mechanism.bolt.ENGAGED
    bench.run(100)
    assert not bench.wires.current()
    assert bench.machine.status().fault == "latch_stuck"


def test_a_shaken_switch_is_no_fault(bench: Bench) -> None:
    bench.open()
    bench.wires.jam(jammed=True)
    for bolt in (bench.wires.mechanism.bolt.ENGAGED, bench.wires.mechanism.bolt.WITHDRAWN) * 30:
        bench.wires.mechanism.bolt = bolt
        bench.run(2 * LOOK_MS)
        assert bench.machine.status().fault is None
    assert bench.wires.current()


def test_a_bolt_that_does_not_return_is_a_fault_until_it_is_mended_and_selected(
    bench: Bench,
) -> None:
    bench.open()
    bench.wires.jam(jammed=True)
    bench.machine.release()
    bench.run(2_900)
    assert bench.machine.status().fault is None
    bench.run(200)
    assert bench.machine.status().fault == "latch_stuck"
    with pytest.raises(HardwareError, match="not latched"):
        bench.machine.select(1)
    assert "not at rest" in _refused(bench)
    bench.wires.jam(jammed=False)
    bench.run(300)
    assert bench.machine.status().fault == "latch_stuck"
    bench.machine.select(1)
    assert bench.machine.status().fault is None
    bench.machine.energise(1_000)


def test_a_bolt_that_leaves_its_place_without_current_is_a_fault(bench: Bench) -> None:
    bench.wires.mechanism.faults.lock_stuck = True
    bench.wires.mechanism.bolt = bench.wires.mechanism.bolt.WITHDRAWN
    bench.run(100)
    status = bench.machine.status()
    assert (status.latched, status.fault) == (False, "latch_forced")


def test_only_the_one_slot_can_be_selected_and_only_when_locked(bench: Bench) -> None:
    bench.machine.select(1)
    with pytest.raises(HardwareError, match="no slot 2"):
        bench.machine.select(2)
    bench.open()
    with pytest.raises(HardwareError, match="not latched"):
        bench.machine.select(1)


def test_switches_that_cannot_be_read_end_the_opening(bench: Bench) -> None:
    bench.open()
    bench.wires.broken = {"switches"}
    bench.run(LOOK_MS)
    assert not bench.wires.current()
    for ask in (bench.machine.engaged, bench.machine.status, bench.machine.closed):
        with pytest.raises(HardwareError, match="switches"):
            ask()
    bench.wires.broken.clear()
    bench.run(300)
    assert bench.machine.engaged()


def test_a_coil_that_cannot_be_switched_on_is_an_error_and_stays_counted(bench: Bench) -> None:
    bench.wires.broken = {"drive_on"}
    with pytest.raises(HardwareError, match="drive_on"):
        bench.machine.energise(5_000)
    assert bench.on_disk() == Counts(1, 0)
    bench.wires.broken.clear()
    bench.run(100)
    assert not bench.wires.current()
    bench.machine.energise(5_000)
    assert bench.on_disk() == Counts(2, 0)


def test_a_coil_that_cannot_be_switched_off_is_tried_again_until_it_is(bench: Bench) -> None:
    bench.open()
    bench.wires.broken = {"drive_off"}
    with pytest.raises(HardwareError, match="drive_off"):
        bench.machine.release()
    bench.run(500)
    assert bench.wires.current()
    bench.wires.broken.clear()
    bench.run(LOOK_MS)
    assert not bench.wires.current()


def test_a_press_is_counted_also_while_the_coil_cannot_be_cut(bench: Bench) -> None:
    bench.open()
    bench.wires.broken = {"drive_off"}
    bench.wires.touch_press_switch(bench.clock.mono_ms())
    bench.run(LOOK_MS)
    assert bench.on_disk() == Counts(1, 1)


def test_nothing_is_opened_that_cannot_be_counted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("hardware.tally.os.fsync", full)
        with pytest.raises(HardwareError, match="No space"):
            bench.machine.energise(5_000)
    bench.run(100)
    assert not bench.wires.current()
    assert bench.on_disk() == Counts(0, 0)


def test_a_press_is_told_only_when_it_is_on_disk_and_is_not_lost(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    bench.open()
    with monkeypatch.context() as patch:
        patch.setattr("hardware.tally.os.fsync", full)
        bench.wires.pull_lever()
        bench.run(200)
        assert not bench.wires.current(), "the relocking does not wait for the disk"
        with pytest.raises(HardwareError, match="No space"):
            bench.machine.status()
    bench.run(LOOK_MS)
    assert bench.machine.status().presses == bench.on_disk().presses == 1


def test_nothing_is_opened_where_nobody_watches(bench: Bench) -> None:
    bench.clock.advance(600)
    assert _refused(bench) == "nobody watches the switches"
    bench.run(LOOK_MS)
    bench.machine.energise(5_000)


def test_nothing_is_opened_before_the_watching_has_begun(bench: Bench) -> None:
    machine = type(bench.machine)(bench.wires, Tally(bench.path), FITTED, bench.clock.mono_ms)
    machine.status()
    bench.clock.advance(100)
    assert machine.engaged()
    with pytest.raises(HardwareError, match="nobody watches"):
        machine.energise(5_000)


def test_a_restart_keeps_the_counters_and_trusts_the_bolt_only_after_looking(bench: Bench) -> None:
    bench.open()
    bench.wires.pull_lever()
    bench.run(1_000)
    bench.machine = type(bench.machine)(bench.wires, Tally(bench.path), FITTED, bench.clock.mono_ms)
    assert not bench.machine.engaged()
    bench.run(100)
    status = bench.machine.status()
    assert (status.unlatches, status.presses, status.latched) == (1, 1, True)


def test_the_case_is_as_its_switch_says(bench: Bench) -> None:
    case: Case = bench.machine
    assert case.closed()
    bench.wires.case_closed = False
    assert not case.closed()


def test_the_slot_holds_what_the_configuration_says(bench: Bench) -> None:
    slots: Slots = bench.machine
    assert slots.present() == {1: "E200-0001"}


def test_closing_cuts_the_current_and_may_be_done_twice(bench: Bench) -> None:
    bench.open()
    bench.machine.close()
    assert not bench.wires.current()
    bench.machine.close()
    assert bench.wires.closed == 2
