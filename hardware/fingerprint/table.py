"""The table by which a fingerprint sensor is led: what each state asks, and where an answer leads.
Pure. Calls hardware.ports, hardware.fingerprint.commands, hardware.fingerprint.states.

An answer bears no number and does not say what it answers. So a state takes only an answer of the
length that its question has, and nothing is believed that one wrong answer could make: a match
needs two pictures, both found under the same slot, and a neighbouring slot that says no; what is
stored or deleted must be seen in the sensor's own index.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hardware.fingerprint import commands
from hardware.fingerprint.commands import Confirmation
from hardware.fingerprint.states import Job, Row, State
from hardware.ports import Progress

OK: Final = Confirmation.OK
NOT_FOUND: Final = Confirmation.NOT_FOUND
NO_ANSWERS: Final = frozenset(
    {Confirmation.NOT_RECEIVED, Confirmation.WRONG_ADDRESS, Confirmation.PASSWORD_FIRST}
)
BAD_PICTURE: Final = (Confirmation.MESSY, Confirmation.FEW_FEATURES, Confirmation.NO_PICTURE)
TRIED: Final = (OK, Confirmation.NOT_DELETED)  # of an empty slot; the index decides


def entry(job: Job) -> State:
    """Where a job begins, once the sensor has been measured."""
    if job.kind == "watch":
        return State.EMPTY
    if job.slot >= job.capacity:
        return State.FAILED
    return State.CLEAN if job.kind == "enrol" else State.DELETE


def after(state: State, job: Job, answer: bytes) -> tuple[State, Job]:
    """The next state and the job as it then stands; `answer` is an answer's payload, not empty."""
    row = ROWS[state]
    said, data = _confirmation(answer[0]), answer[1:]
    sizes = {row.size} if said is OK else {0, row.size}
    if said is None or said in NO_ANSWERS or len(data) not in sizes:
        return State.LOST, job
    if said is not OK:
        return row.on.get(said, row.otherwise), job
    if not row.holds(job, data):
        return row.otherwise, job
    job = row.keeps(job, data)
    return (entry(job) if state is State.MEASURE else row.on.get(said, row.otherwise)), job


def _confirmation(code: int) -> Confirmation | None:
    """None for one that no manual knows."""
    try:
        return Confirmation(code)
    except ValueError:
        return None


def _look(bare: State, lies: State, unclear: State, prompt: Progress = "wait") -> Row:
    """Whether a finger lies there; unclear: the picture could not be taken."""
    on = {Confirmation.NO_FINGER: bare, OK: lies, Confirmation.NOT_TAKEN: unclear}
    return Row(lambda _: commands.take_picture(), on, prompt=prompt)


def _features(buffer: int, good: State, bad: State) -> Row:
    on = {OK: good} | dict.fromkeys(BAD_PICTURE, bad)
    return Row(lambda _: commands.find_features(buffer), on)


def _delete(then: State) -> Row:
    return Row(lambda job: commands.delete(job.slot), dict.fromkeys(TRIED, then), State.FAILED)


def _index(then: State, *, used: bool) -> Row:
    """Go on when the index says that the slot is in use, or that it is not."""
    return Row(
        lambda job: commands.index(job.slot),
        {OK: then},
        State.FAILED,
        size=commands.INDEX_BYTES,
        holds=lambda job, data: commands.in_use(data, job.slot) is used,
    )


def _control(job: Job) -> bytes:
    return commands.search(job.found.slot - 1 if job.found.slot else 1, 1)


ROWS: Final[Mapping[State, Row]] = {
    State.GREET: Row(
        lambda job: commands.verify_password(job.password),
        {OK: State.MEASURE, Confirmation.WRONG_PASSWORD: State.DENIED},
    ),
    State.MEASURE: Row(
        lambda _: commands.read_parameters(),
        {},
        size=commands.PARAMETER_BYTES,
        holds=lambda _, data: commands.capacity(data) > 1,  # or there is no neighbouring slot
        keeps=lambda job, data: replace(job, capacity=commands.capacity(data)),
    ),
    State.EMPTY: _look(State.TOUCH, State.EMPTY, State.EMPTY),
    State.TOUCH: _look(State.TOUCH, State.FEATURES, State.TOUCH),
    State.FEATURES: _features(commands.FIRST, State.SEARCH, State.TOUCH),
    State.SEARCH: Row(
        lambda job: commands.search(0, job.capacity),
        {OK: State.HELD, NOT_FOUND: State.NOT_MATCHED},
        size=commands.MATCH_BYTES,
        holds=lambda job, data: commands.match(data).slot < job.capacity,
        keeps=lambda job, data: replace(job, found=commands.match(data)),
    ),
    State.HELD: _look(State.TOUCH, State.FEATURES_HELD, State.TOUCH),
    State.FEATURES_HELD: _features(commands.FIRST, State.CONFIRM, State.TOUCH),
    State.CONFIRM: Row(
        lambda job: commands.search(job.found.slot, 1),
        {OK: State.CONTROL},
        State.NOT_MATCHED,
        size=commands.MATCH_BYTES,
        holds=lambda job, data: commands.match(data).slot == job.found.slot,
    ),
    State.CONTROL: Row(
        _control, {NOT_FOUND: State.MATCHED}, State.NOT_MATCHED, size=commands.MATCH_BYTES
    ),
    State.CLEAN: _look(State.LAY, State.LIFT, State.CLEAN),
    State.LIFT: _look(State.LAY, State.LIFT, State.LIFT, "lift"),
    State.LAY: _look(State.LAY, State.FIRST, State.LAY, "lay"),
    State.FIRST: _features(commands.FIRST, State.UNKNOWN, State.LAY),
    State.UNKNOWN: Row(
        lambda job: commands.search(0, job.capacity),
        {NOT_FOUND: State.LIFT_AGAIN, OK: State.LIFT_AGAIN},
        State.FAILED,
        size=commands.MATCH_BYTES,
        holds=lambda job, data: commands.match(data).slot == job.slot,
    ),
    State.LIFT_AGAIN: _look(State.AGAIN, State.LIFT_AGAIN, State.LIFT_AGAIN, "lift"),
    State.AGAIN: _look(State.AGAIN, State.SECOND, State.AGAIN, "again"),
    State.SECOND: _features(commands.SECOND, State.TEMPLATE, State.AGAIN),
    State.TEMPLATE: Row(lambda _: commands.make_template(), {OK: State.CLEAR}, State.FAILED),
    State.CLEAR: _delete(State.CLEARED),
    State.CLEARED: _index(State.STORE, used=False),
    State.STORE: Row(lambda job: commands.store(job.slot), {OK: State.STORED}, State.FAILED),
    State.STORED: _index(State.DONE, used=True),
    State.DELETE: _delete(State.GONE),
    State.GONE: _index(State.DONE, used=False),
}
