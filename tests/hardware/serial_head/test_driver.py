"""The driver, over a real pty, against the reference head and against liars."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hardware.ports import HardwareError
from hardware.serial_head import answers, frames, link
from hardware.serial_head.answers import Cause
from hardware.serial_head.commands import Command, Result
from hardware.serial_head.driver import SerialHead
from hardware.serial_head.frames import ANSWER, Frame
from hardware.serial_line import SerialLine
from tests.hardware.serial_head.bench import SEALS, Bench, Host, Hours
from tests.support.serial_faults import FAULTS, Fault, Line, Part

SLOWNESS = 8
"""The driver's clock is that much slower, lest a busy test machine passes for a slow head."""
SLOW_S = 0.4
"""Later than any call waits on that clock."""

UNRECOVERED = frozenset({Fault.RESET, Fault.SLOW})
"""What one retransmission does not mend; all else it does."""


def slow_clock() -> int:
    return time.monotonic_ns() // (1_000_000 * SLOWNESS)


@dataclass
class Office:
    """A driver, its line, and the head at the far end."""

    head: SerialHead
    line: Line
    bench: Bench

    def settle(self) -> None:
        """Let the head come to rest as far as it does by itself."""
        self.bench.clock.skip(500)

    def ready(self) -> None:
        """In session, slot 2 under the press."""
        self.head.select(2)
        self.settle()
        assert self.head.status().slot == 2

    def end(self) -> None:
        """The line is whole again: at once it works, and the lock ends engaged within the bound."""
        self.line.heal()
        self.bench.clock.skip(1_100)
        assert self.bench.bolt_engaged()
        works(self.head)
        assert self.head.engaged()


def works(head: SerialHead) -> None:
    """At the second call at the latest: the first may have to learn that the head began anew."""
    try:
        head.status()
    except HardwareError:
        head.status()


def driver(path: str) -> SerialHead:
    return SerialHead(SerialLine(path, 115_200, slow_clock), slow_clock, os.urandom)


@pytest.fixture
def office() -> Iterator[Office]:
    bench = Bench(Hours(running=True))
    with Line(bench, slow_s=SLOW_S) as line:
        head = driver(line.path)
        office = Office(head, line, bench)
        office.ready()
        yield office
        head.close()


CALLS: dict[str, Callable[[SerialHead], object]] = {
    "status": lambda head: head.status(),
    "energise": lambda head: head.energise(900),
    "release": lambda head: head.release(),
    "select": lambda head: head.select(3),
}


def test_a_stamp_from_selection_to_relock(office: Office) -> None:
    head = office.head
    head.energise(5_000)
    office.bench.clock.skip(100)
    assert not head.engaged()
    assert office.bench.press()
    office.settle()
    status = head.status()
    assert (status.unlatches, status.presses, status.latched, status.home) == (1, 1, True, True)
    assert (status.slot, status.fault) == (2, None)
    assert head.engaged()
    assert head.counters() == answers.Counters(1, (0, 0, 1, 0))


def test_case_seals_feed_and_identity(office: Office) -> None:
    head = office.head
    assert head.present() == SEALS
    assert head.closed()
    with office.bench.hands() as parts:
        parts.case_closed = False
        del parts.seals[1]
    assert head.present() == {2: "E200-0002", 3: "E200-0003"}
    assert not head.closed()
    head.feed(400)
    assert not head.status().home
    office.settle()
    assert head.status().home
    assert head.identity().serial == "EXAMPLE-0001"


def test_a_jammed_bolt_is_told_as_the_fault_of_the_head(office: Office) -> None:
    with office.bench.hands() as parts:
        parts.jam_bolt(jammed=True)
    office.head.energise(5_000)
    office.bench.clock.skip(600)
    assert office.head.status().fault == "latch_stuck"


def test_energising_an_opening_already_begun_is_an_error_and_changes_nothing(
    office: Office,
) -> None:
    office.head.energise(800)
    with pytest.raises(HardwareError, match="wrong_state"):
        office.head.energise(60_000)
    assert office.head.status().unlatches == 1
    office.bench.clock.skip(900)
    assert office.head.engaged()


def test_energise_is_for_the_slot_last_seen(office: Office) -> None:
    office.head.select(3)
    office.settle()
    with pytest.raises(HardwareError, match="wrong_slot"):
        office.head.energise(800)
    assert office.head.status().slot == 3
    office.head.energise(800)


def test_nothing_opens_before_a_slot_was_seen() -> None:
    bench = Bench(Hours(running=True))
    with Line(bench) as line:
        head = driver(line.path)
        with pytest.raises(HardwareError, match="slot"):
            head.energise(800)
        head.close()
    assert bench.memory.unlatches == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda head: head.energise(0),
        lambda head: head.select(0),
        lambda head: head.select(4),
        lambda head: head.select(256),
        lambda head: head.feed(0),
        lambda head: head.feed(2_001),
    ],
)
def test_what_no_head_can_do_is_an_error(
    office: Office, call: Callable[[SerialHead], object]
) -> None:
    with pytest.raises(HardwareError):
        call(office.head)
    office.end()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("name", "times"), [*((name, 1) for name in CALLS), ("energise", 3)])
def test_no_fault_of_the_line_opens_twice_or_is_believed(
    office: Office, name: str, fault: Fault, times: int
) -> None:
    office.line.fail(fault, times)
    harmless = times == 1 and fault not in UNRECOVERED
    with nullcontext() if harmless else suppress(HardwareError):
        CALLS[name](office.head)
    assert office.bench.memory.unlatches <= (name == "energise")
    office.end()
    assert office.bench.memory.unlatches <= (name == "energise")


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_the_line_makes_an_open_lock_read_engaged(office: Office, fault: Fault) -> None:
    office.head.energise(30_000)
    office.bench.clock.skip(100)
    office.line.fail(fault, 3)
    with suppress(HardwareError):
        assert not office.head.engaged()
    office.end()


@pytest.mark.parametrize("fault", sorted(frozenset(FAULTS) - UNRECOVERED))
def test_one_spoilt_answer_is_recovered_and_the_opening_begun_once(
    office: Office, fault: Fault
) -> None:
    office.line.fail(fault)
    office.head.energise(5_000)
    assert office.bench.memory.unlatches == 1
    assert office.head.status().unlatches == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_failed_or_unsure_energise_a_release_closes(office: Office, fault: Fault) -> None:
    office.line.fail(fault, 2)
    try:
        office.head.energise(30_000)
    except HardwareError:
        office.line.heal()
    try:
        office.head.release()
    except HardwareError:
        office.head.release()
    office.bench.clock.skip(100)
    assert office.bench.bolt_engaged()
    assert office.head.engaged()


def test_an_older_status_in_place_of_the_new_one_is_not_believed(office: Office) -> None:
    """The line says 'engaged' as it was before the opening, word for word."""
    seen: list[bytes] = []
    receive = office.bench.receive

    def recorded(data: bytes) -> list[bytes]:
        seen.extend(receive(data))
        return seen[-1:]

    office.bench.receive = recorded  # type: ignore[method-assign]
    assert office.head.engaged()
    office.head.energise(5_000)
    office.bench.clock.skip(100)
    office.bench.receive = lambda data: seen[:1]  # type: ignore[method-assign]
    with pytest.raises(HardwareError, match="no answer"):
        office.head.engaged()


@pytest.mark.parametrize("cause", Cause)
def test_a_head_that_restarts_while_open_is_an_error_first_and_told_afterwards(
    office: Office, cause: Cause
) -> None:
    office.head.energise(5_000)
    office.bench.clock.skip(100)
    office.bench.reset(cause)
    with pytest.raises(HardwareError, match=f"{cause.name.lower()} while open"):
        office.head.engaged()
    status = office.head.status()
    assert (status.fault, status.unlatches) == ("reset_while_open", 1)
    assert office.head.identity().reset.cause is cause
    office.end()


def test_a_second_host_closes_the_lock_of_the_first(office: Office) -> None:
    office.head.energise(5_000)
    office.bench.clock.skip(100)
    Host(office.bench.receive).hello()
    with pytest.raises(HardwareError, match="began anew"):
        office.head.status()
    office.bench.clock.skip(100)
    assert office.bench.bolt_engaged()


@pytest.mark.parametrize("counter", ["unlatches", "presses"])
def test_counters_that_go_down_are_an_error_and_stay_one(office: Office, counter: str) -> None:
    memory = office.bench.memory
    memory.unlatches, memory.presses = 5, (0, 2, 3, 0)
    assert (office.head.status().unlatches, office.head.status().presses) == (5, 5)
    setattr(memory, counter, {"unlatches": 4, "presses": (0, 2, 2, 0)}[counter])
    for call in (office.head.status, office.head.engaged, office.head.counters):
        with pytest.raises(HardwareError, match="went down"):
            call()


def test_a_silent_head_costs_one_budget_and_is_asked_twice_in_the_same_words(
    office: Office,
) -> None:
    heard: list[bytes] = []

    def deaf(data: bytes) -> list[bytes]:
        heard.append(data)
        return []

    office.bench.receive = deaf  # type: ignore[method-assign]
    began = slow_clock()
    with pytest.raises(HardwareError, match="no answer to OPEN"):
        office.head.energise(800)
    assert link.CALL_MS <= slow_clock() - began <= link.CALL_MS + 20
    assert len(heard) == 2
    assert heard[0] == heard[1]


class Liar(Part):
    """Answers each request with what `tell` makes of it."""

    def __init__(self, tell: Callable[[Frame], Frame]) -> None:
        self._tell = tell

    def receive(self, data: bytes) -> list[bytes]:
        return [frames.encode(self._tell(request)) for request in frames.parse(data)[0]]


IDENTITY = answers.Identity(
    7, 3, answers.LastReset(Cause.POWER_ON, while_open=False), (1, 0, 0), "example", "EXAMPLE-0001"
)


def truth(request: Frame) -> Frame:
    payload = {
        Command.HELLO: answers.encode_identity(IDENTITY),
        Command.STATUS: bytes.fromhex("0000000000000000 07 02 00 01"),
    }[Command(request.command)]
    return replace(request, command=request.command | ANSWER, payload=bytes([Result.OK]) + payload)


def test_the_liar_can_tell_the_truth() -> None:
    with Line(Liar(truth)) as line:
        head = driver(line.path)
        assert head.engaged()
        head.close()


@pytest.mark.parametrize(
    "lie",
    [
        lambda answer: replace(answer, session=answer.session ^ 1),
        lambda answer: replace(answer, sequence=answer.sequence + 1),
        lambda answer: replace(answer, sequence=answer.sequence - 1),
        lambda answer: replace(answer, command=answer.command ^ 1),
        lambda answer: replace(answer, command=answer.command & ~ANSWER),
        lambda answer: replace(answer, payload=b""),
        lambda answer: replace(answer, payload=b"\x09"),
        lambda answer: replace(answer, payload=answer.payload + b"\x00"),
        lambda answer: replace(answer, payload=answer.payload[:-1] + b"\x00"),
        lambda answer: replace(answer, payload=b"\x07\x7f"),
        lambda answer: replace(answer, payload=b"\x02"),
    ],
)
def test_an_answer_to_something_else_or_without_sense_is_not_believed(
    lie: Callable[[Frame], Frame],
) -> None:
    def tell(request: Frame) -> Frame:
        answer = truth(request)
        return answer if request.command == Command.HELLO else lie(answer)

    with Line(Liar(tell)) as line:
        head = driver(line.path)
        with pytest.raises(HardwareError):
            head.engaged()
        head.close()


def test_another_head_in_its_place_is_an_error() -> None:
    """After the change the session is unknown; the greeting that follows has another serial."""
    serials = itertools.chain(["EXAMPLE-0001"], itertools.repeat("EXAMPLE-0002"))

    def tell(request: Frame) -> Frame:
        command = request.command | ANSWER
        if request.command == Command.HELLO:
            told = answers.encode_identity(replace(IDENTITY, serial=next(serials)))
            return replace(request, command=command, payload=b"\x00" + told)
        return replace(request, command=command, payload=b"\x07\x01")

    with Line(Liar(tell)) as line:
        head = driver(line.path)
        with pytest.raises(HardwareError, match="power_on"):
            head.status()
        for _ in range(2):
            with pytest.raises(HardwareError, match="EXAMPLE-0002"):
                head.status()
        head.close()


def test_a_session_out_of_sequences_is_an_error_and_a_new_one_begins(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "LAST_SEQUENCE", 3)
    office.head.status()
    with pytest.raises(HardwareError, match="sequence"):
        office.head.status()
    assert office.head.status().latched


def test_an_unplugged_head_is_an_error_and_works_again_when_it_is_back(tmp_path: Path) -> None:
    bench = Bench(Hours(running=True))
    by_id = tmp_path / "head"
    head = driver(str(by_id))
    with Line(bench) as line:
        by_id.symlink_to(line.path)
        head.status()
    for _ in range(2):
        with pytest.raises(HardwareError):
            head.status()
    by_id.unlink()
    with Line(bench) as line:
        by_id.symlink_to(line.path)
        assert head.status().latched
        head.close()


def test_unasked_words_between_calls_are_thrown_away(office: Office) -> None:
    office.line.send(b"\xa5\x01\xe0\x1f" + bytes(40))
    assert office.head.engaged()


def test_a_status_is_told_well_within_fifty_milliseconds(office: Office) -> None:
    def took() -> float:
        began = time.perf_counter()
        office.head.status()
        return time.perf_counter() - began

    assert sorted(took() for _ in range(50))[25] < 0.050
