"""The state table, held as a whole to what must never happen."""

import pytest

from hardware.serial_head.answers import Cause
from hardware.serial_head.machine import Machine, Memory
from hardware.serial_head.parts import SimulatedParts
from hardware.serial_head.table import LATE_MS, START, TABLE, Action, Event, State

POWERED = {State.OPENING, State.OPEN}
COMMANDS = {Event.HELLO, Event.SELECT, Event.OPEN, Event.RELEASE, Event.FEED}
ROWS = sorted(TABLE.items())


def test_current_begins_in_one_row_only_and_after_the_count() -> None:
    rows = {key: actions for key, (_, actions) in ROWS if Action.COIL_ON in actions}
    assert rows == {(State.IDLE, Event.OPEN): (Action.COUNT_UNLATCH, Action.COIL_ON)}


@pytest.mark.parametrize(("key", "row"), ROWS)
def test_a_row_that_leaves_the_powered_states_cuts_the_current(
    key: tuple[State, Event], row: tuple[State, tuple[Action, ...]]
) -> None:
    following, actions = row
    if key[0] in POWERED and following not in POWERED:
        assert Action.COIL_OFF in actions
    if following in POWERED and key[0] not in POWERED:
        assert key == (State.IDLE, Event.OPEN)


@pytest.mark.parametrize("state", sorted(POWERED))
@pytest.mark.parametrize(
    "event", [Event.PRESSED, Event.BOUND, Event.SILENT, Event.RELEASE, Event.HELLO]
)
def test_an_opening_ends_by_press_bound_silence_release_and_greeting(
    state: State, event: Event
) -> None:
    assert TABLE[state, event][0] is State.CLOSING


@pytest.mark.parametrize("state", State)
def test_every_press_is_counted_and_every_release_and_greeting_taken(state: State) -> None:
    assert Action.COUNT_PRESS in TABLE[state, Event.PRESSED][1]
    assert Action.COIL_OFF in TABLE[state, Event.RELEASE][1]
    assert Action.COIL_OFF in TABLE[state, Event.HELLO][1]


def test_carriage_feed_and_opening_begin_at_rest_only() -> None:
    for command in (Event.SELECT, Event.FEED, Event.OPEN):
        assert [state for state, event in TABLE if event is command] == [State.IDLE]


def test_a_head_comes_to_rest_from_every_state_without_a_host() -> None:
    """By switches and timers alone, in a bounded time, once the bolt follows its spring."""
    resting = {State.IDLE}
    while True:
        more = {
            state
            for (state, event), (following, _) in TABLE.items()
            if event not in COMMANDS and following in resting
        }
        if more <= resting:
            break
        resting |= more
    assert resting == set(State)


def test_states_with_a_time_limit_have_a_row_for_its_end() -> None:
    assert {state for state, event in TABLE if event is Event.LATE} == LATE_MS.keys()
    assert START not in POWERED


@pytest.mark.parametrize(("key", "row"), ROWS)
def test_the_machine_does_what_the_row_says(
    key: tuple[State, Event], row: tuple[State, tuple[Action, ...]]
) -> None:
    memory = Memory((0, 0), slot=1)
    parts = SimulatedParts({1: "E200-0001"})
    machine = Machine(parts, memory, Cause.POWER_ON, 0)
    machine.state = key[0]
    before = sum(memory.presses)
    assert machine.command(key[1], 0, argument=1)
    following, actions = row
    assert machine.state is following
    assert memory.unlatches == actions.count(Action.COUNT_UNLATCH)
    assert sum(memory.presses) == before + actions.count(Action.COUNT_PRESS)
    assert parts.coil_on is machine.powered is (Action.COIL_ON in actions)
    told = [action.value for action in actions if action.value.startswith("fault ")]
    assert [f"fault {machine.fault.name.lower()}"] == (told or ["fault none"])
    assert (memory.slot is None) is (Action.TURN in actions or Action.KEEP_SLOT in actions)
