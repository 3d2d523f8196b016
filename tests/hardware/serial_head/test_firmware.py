"""What a head guarantees by itself, whatever its host does."""

import pytest

from hardware.serial_head import answers, frames, table
from hardware.serial_head.answers import Cause, Fault
from hardware.serial_head.commands import Command, Result
from hardware.serial_head.frames import ANSWER, Frame
from hardware.serial_head.table import State
from tests.hardware.serial_head.bench import SEALS, SESSION, Bench, Host, greeted, opened


def test_it_says_who_it_is_and_begins_a_session() -> None:
    host = Host(Bench().receive)
    identity = host.hello()
    assert identity.session == SESSION + 1
    assert (identity.slots, identity.serial, identity.reset.cause) == (
        3,
        "EXAMPLE-0001",
        Cause.POWER_ON,
    )


def test_its_status_tells_slot_switches_and_counters() -> None:
    bench = Bench()
    host = greeted(bench)
    status = host.status()
    assert (status.slot, status.home, status.latched, status.powered) == (2, True, True, False)
    assert (status.unlatches, status.presses, status.fault) == (0, 0, Fault.NONE)
    assert status.case_closed
    with bench.hands() as parts:
        parts.case_closed = False
    assert not host.status().case_closed


def test_seals_taken_out_are_not_told_as_present() -> None:
    bench = Bench()
    host = greeted(bench)
    assert answers.decode_slots(host.ask(Command.SLOTS)[1]) == SEALS
    with bench.hands() as parts:
        del parts.seals[2]
    assert answers.decode_slots(host.ask(Command.SLOTS)[1]).keys() == {1, 3}


def test_one_press_stamps_counts_and_relocks() -> None:
    bench = Bench()
    host = opened(bench)
    assert bench.press()
    bench.clock.skip(500)
    status = host.status()
    assert (status.unlatches, status.presses, status.latched, status.home) == (1, 1, True, True)
    assert not bench.press()
    counters = answers.decode_counters(host.ask(Command.COUNTERS)[1])
    assert counters == answers.Counters(1, (0, 0, 1, 0))


def test_every_opening_and_press_is_counted_where_it_was() -> None:
    bench = Bench()
    host = greeted(bench, slot=None)
    for slot in (1, 3, 3):
        host.ask(Command.SELECT, slot)
        bench.clock.skip(400)
        host.ask(Command.OPEN, slot, 900)
        bench.clock.skip(100)
        assert bench.press()
        bench.clock.skip(500)
    counters = answers.decode_counters(host.ask(Command.COUNTERS)[1])
    assert counters == answers.Counters(3, (0, 1, 0, 2))


def test_a_press_cuts_the_current_as_the_stamp_meets_the_paper() -> None:
    bench = Bench()
    host = opened(bench)
    bench.press()
    bench.clock.skip(160)
    status = host.status()
    assert (status.presses, status.powered, status.latched, status.home) == (1, False, False, False)


def test_the_bolt_returns_after_the_bound_though_the_host_speaks() -> None:
    bench = Bench()
    host = opened(bench, bound_ms=700)
    for _ in range(10):
        bench.clock.skip(80)
        status = host.status()
    assert (status.powered, status.latched, status.presses) == (False, True, 0)


def test_no_host_gets_more_than_the_longest_opening() -> None:
    bench = Bench()
    host = opened(bench, bound_ms=65_535)
    while host.status().powered:
        bench.clock.skip(500)
        assert bench.clock() < 10_000 + 400 + table.MAX_ON_MS + 1_000


def test_the_bolt_returns_when_the_host_falls_silent() -> None:
    bench = Bench()
    opened(bench)
    bench.clock.skip(table.HOST_SILENCE_MS - 101)
    assert not bench.bolt_engaged()
    bench.clock.skip(100)
    assert bench.bolt_engaged()


@pytest.mark.parametrize("babble", ["same", "old", "strange", "broken"])
def test_a_host_that_only_babbles_is_silent(babble: str) -> None:
    bench = Bench()
    host = opened(bench)
    last = host.sent
    wire = {
        "same": frames.encode(last),
        "old": frames.encode(Frame(host.session, 1, Command.STATUS)),
        "strange": frames.encode(Frame(host.session - 1, 99, Command.STATUS)),
        "broken": frames.encode(Frame(host.session, 99, Command.STATUS))[:-1] + b"\x00",
    }[babble]
    for _ in range(13):
        bench.clock.skip(100)
        bench.receive(wire)
    assert bench.bolt_engaged()


@pytest.mark.parametrize("slot", [1, 2])
def test_open_while_open_is_refused_and_changes_nothing(slot: int) -> None:
    bench = Bench()
    host = opened(bench, bound_ms=500)
    refused = Result.WRONG_STATE if slot == 2 else Result.WRONG_SLOT
    assert host.ask(Command.OPEN, slot, 60_000)[0] is refused
    assert host.status().unlatches == 1
    bench.clock.skip(500)
    assert host.status().latched


def test_open_for_another_slot_than_the_selected_one_is_refused() -> None:
    bench = Bench()
    host = greeted(bench, slot=2)
    assert host.ask(Command.OPEN, 3, 500)[0] is Result.WRONG_SLOT
    assert host.status().unlatches == 0
    assert bench.bolt_engaged()


def test_open_before_any_selection_is_refused() -> None:
    bench = Bench()
    host = greeted(bench, slot=None)
    assert host.status().slot is None
    assert host.ask(Command.OPEN, 1, 500)[0] is Result.WRONG_SLOT


def test_open_before_the_carriage_is_in_place_is_refused() -> None:
    bench = Bench()
    host = greeted(bench)
    host.ask(Command.SELECT, 3)
    assert (host.status().slot, host.status().home) == (3, False)
    assert host.ask(Command.OPEN, 3, 500)[0] is Result.WRONG_STATE


@pytest.mark.parametrize(("command", "number"), [(Command.SELECT, 1), (Command.FEED, 10)])
def test_nothing_turns_or_feeds_while_unlatched(command: Command, number: int) -> None:
    bench = Bench()
    host = opened(bench)
    assert host.ask(command, number)[0] is Result.WRONG_STATE
    host.ask(Command.RELEASE)
    assert host.ask(command, number)[0] is Result.WRONG_STATE
    bench.clock.skip(100)
    assert host.ask(command, number)[0] is Result.OK


def test_the_seam_feed_moves_and_comes_to_rest() -> None:
    bench = Bench()
    host = greeted(bench)
    assert host.ask(Command.FEED, 200)[0] is Result.OK
    assert not host.status().home
    assert host.ask(Command.OPEN, 2, 500)[0] is Result.WRONG_STATE
    bench.clock.skip(201)
    assert (host.status().home, host.status().slot) == (True, 2)


def test_release_is_always_allowed_and_closes_at_once() -> None:
    bench = Bench()
    host = opened(bench)
    for _ in range(2):
        assert host.ask(Command.RELEASE)[0] is Result.OK
        assert not host.status().powered
    bench.clock.skip(80)
    assert bench.bolt_engaged()
    assert host.ask(Command.RELEASE)[0] is Result.OK


def test_a_repeated_command_gets_the_same_answer_and_acts_once() -> None:
    bench = Bench()
    host = greeted(bench)
    first = host.ask(Command.OPEN, 2, 500)
    sent = host.sent
    bench.clock.skip(700)
    assert bench.bolt_engaged()
    assert host.again(sent) == first
    assert bench.bolt_engaged()
    assert host.status().unlatches == 1


def test_an_older_command_is_refused_and_does_not_act() -> None:
    bench = Bench()
    host = greeted(bench)
    host.ask(Command.OPEN, 2, 500)
    recorded = host.sent
    bench.clock.skip(700)
    host.status()
    assert host.again(recorded)[0] is Result.OLD_COMMAND
    assert host.status().unlatches == 1


def test_the_last_sequence_with_other_words_is_refused() -> None:
    bench = Bench()
    host = greeted(bench)
    host.status()
    other = Frame(host.session, host.sequence, Command.OPEN, b"\x02\x01\xf4")
    assert host.again(other)[0] is Result.OLD_COMMAND
    assert host.again(Frame(host.session, 0, 0))[0] is Result.OLD_COMMAND
    assert bench.memory.unlatches == 0


def test_a_command_recorded_in_an_earlier_session_is_refused() -> None:
    bench = Bench()
    host = greeted(bench)
    host.ask(Command.OPEN, 2, 500)
    recorded = host.sent
    bench.clock.skip(700)
    host.hello(nonce=2)
    result, payload = host.again(recorded)
    assert result is Result.WRONG_SESSION
    assert answers.decode_reset(payload).cause is Cause.POWER_ON
    assert bench.memory.unlatches == 1


def test_a_new_greeting_closes_the_lock_and_a_repeated_one_does_nothing() -> None:
    bench = Bench()
    host = Host(bench.receive)
    first = host.hello(nonce=5)
    assert host.hello(nonce=5) == first
    host.ask(Command.SELECT, 1)
    bench.clock.skip(400)
    host.ask(Command.OPEN, 1, 9_000)
    again = host.hello(nonce=6)
    assert again.session != first.session
    assert not host.status().powered


def test_each_way_of_being_wrong_has_its_own_answer() -> None:
    host = greeted(Bench())
    assert host.raw(0x55)[0] is Result.UNKNOWN_COMMAND
    assert host.raw(Command.STATUS, b"\x00")[0] is Result.BAD_LENGTH
    assert host.raw(Command.OPEN, b"\x02\x01")[0] is Result.BAD_LENGTH
    assert host.again(Frame(1, 1, Command.HELLO, b"\x00"))[0] is Result.BAD_LENGTH
    for command, numbers in [
        (Command.SELECT, (0,)),
        (Command.SELECT, (4,)),
        (Command.OPEN, (2, 0)),
        (Command.OPEN, (4, 1)),
        (Command.FEED, (0,)),
        (Command.FEED, (table.MAX_STEPS + 1,)),
    ]:
        assert host.ask(command, *numbers)[0] is Result.BAD_ARGUMENT
    assert host.status().unlatches == 0


def test_damaged_frames_and_echoes_of_answers_get_no_answer() -> None:
    bench = Bench()
    host = greeted(bench)
    wire = frames.encode(Frame(host.session, 50, Command.STATUS))
    assert bench.receive(wire[:-1] + bytes([wire[-1] ^ 1])) == []
    assert bench.receive(frames.encode(Frame(host.session, 51, Command.STATUS | ANSWER))) == []
    assert host.status().latched


def test_half_a_command_is_forgotten_after_a_gap() -> None:
    bench = Bench()
    host = greeted(bench)
    false_start = b"\xa5\x01\xe0\x1f"
    bench.receive(false_start)
    bench.clock.skip(table.GAP_MS + 1)
    assert host.status().latched


def test_a_command_that_comes_byte_by_byte_is_understood() -> None:
    bench = Bench()
    host = greeted(bench)
    wire = frames.encode(Frame(host.session, 50, Command.STATUS))
    answered = [bench.receive(wire[at : at + 1]) for at in range(len(wire))]
    assert [len(one) for one in answered] == [0] * (len(wire) - 1) + [1]


def test_a_bolt_stuck_shut_ends_the_opening_and_is_told() -> None:
    bench = Bench()
    host = greeted(bench)
    with bench.hands() as parts:
        parts.jam_bolt(jammed=True)
    host.ask(Command.OPEN, 2, 9_000)
    bench.clock.skip(table.LATE_MS[State.OPENING])
    status = host.status()
    assert (status.unlatches, status.powered, status.fault) == (1, False, Fault.LATCH_STUCK)
    host.ask(Command.SELECT, 2)
    assert host.status().fault is Fault.NONE


def test_a_bolt_stuck_open_is_told_and_stops_everything_until_it_returns() -> None:
    bench = Bench()
    host = opened(bench)
    with bench.hands() as parts:
        parts.jam_bolt(jammed=True)
    host.ask(Command.RELEASE)
    bench.clock.skip(table.LATE_MS[State.CLOSING])
    status = host.status()
    assert (status.latched, status.home, status.fault) == (False, False, Fault.LATCH_STUCK)
    assert host.ask(Command.OPEN, 2, 500)[0] is Result.WRONG_STATE
    assert host.ask(Command.SELECT, 1)[0] is Result.WRONG_STATE
    with bench.hands() as parts:
        parts.jam_bolt(jammed=False)
    bench.clock.skip(100)
    assert host.status().home
    assert host.ask(Command.SELECT, 1)[0] is Result.OK


def test_a_press_under_a_bolt_stuck_open_is_still_counted() -> None:
    bench = Bench()
    host = opened(bench)
    with bench.hands() as parts:
        parts.jam_bolt(jammed=True)
    host.ask(Command.RELEASE)
    for presses in (1, 2):
        assert bench.press()
        bench.clock.skip(400)
        assert host.status().presses == presses


def test_a_carriage_that_does_not_arrive_is_told_and_has_no_slot() -> None:
    bench = Bench()
    host = greeted(bench)
    with bench.hands() as parts:
        parts.carriage_jammed = True
    host.ask(Command.SELECT, 3)
    bench.clock.skip(table.LATE_MS[State.TURNING])
    status = host.status()
    assert (status.slot, status.fault) == (None, Fault.CARRIAGE_STUCK)
    assert host.ask(Command.OPEN, 3, 500)[0] is Result.WRONG_SLOT


@pytest.mark.parametrize("cause", Cause)
def test_after_a_reset_the_coil_is_off_and_the_cause_is_told(cause: Cause) -> None:
    bench = Bench()
    host = opened(bench)
    bench.reset(cause)
    with bench.hands() as parts:
        assert not parts.coil_on
    assert host.ask(Command.STATUS)[0] is Result.WRONG_SESSION
    assert host.hello(nonce=2).reset == answers.LastReset(cause, while_open=True)
    status = host.status()
    assert (status.powered, status.unlatches, status.fault) == (False, 1, Fault.RESET_WHILE_OPEN)
    assert status.reset.cause is cause
    bench.clock.skip(80)
    assert bench.bolt_engaged()


def test_a_reset_at_rest_is_no_fault_and_keeps_slot_and_counters() -> None:
    bench = Bench()
    host = opened(bench)
    bench.press()
    bench.clock.skip(500)
    bench.reset()
    host.hello(nonce=2)
    status = host.status()
    assert (status.slot, status.unlatches, status.presses) == (2, 1, 1)
    assert (status.fault, status.reset.while_open) == (Fault.NONE, False)


def test_a_reset_while_the_carriage_turns_leaves_no_slot_in_place() -> None:
    bench = Bench()
    host = greeted(bench)
    host.ask(Command.SELECT, 3)
    bench.reset()
    bench.clock.skip(400)
    host.hello(nonce=2)
    assert host.status().slot is None
