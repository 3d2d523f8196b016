"""docs/head-protocol.md says what the code does, byte for byte."""

import re

import pytest

from docs.examples import text
from hardware.serial_head import answers, frames, link, table
from hardware.serial_head.answers import Cause, Counters, Fault, LastReset
from hardware.serial_head.commands import Command, Result
from hardware.serial_head.frames import ANSWER, Frame
from hardware.serial_head.table import LATE_MS, TABLE, Event, State
from tests.hardware.rig import ROOT
from tests.hardware.serial_head.bench import SEALS, SESSION, Bench

TEXT = (ROOT / "docs" / "head-protocol.md").read_text("utf-8")
BLOCKS = text.blocks(TEXT)
STEPS = [name.removesuffix(".request") for name in BLOCKS if name.endswith(".request")]
WAITS = {"select": 400, "open": 100, "release": 100, "feed": 200}
"""What passes after a step, in ms; the text beside the next one says so."""

REFUSED = {
    "open-twice": Result.WRONG_STATE,
    "old": Result.OLD_COMMAND,
    "wrong-slot": Result.WRONG_SLOT,
    "unknown": Result.UNKNOWN_COMMAND,
    "length": Result.BAD_LENGTH,
    "argument": Result.BAD_ARGUMENT,
    "session": Result.WRONG_SESSION,
}


def wire(name: str) -> bytes:
    return bytes.fromhex("".join(BLOCKS[name].split()))


def frame(name: str) -> Frame:
    (found,), rest = frames.parse(wire(name))
    assert rest == b""
    return found


def test_the_reference_head_says_what_the_conversation_says() -> None:
    bench = Bench()
    for step in STEPS:
        assert bench.receive(wire(f"{step}.request")) == [wire(f"{step}.answer")], step
        bench.clock.skip(WAITS.get(step, 0))


@pytest.mark.parametrize("step", STEPS)
def test_every_answer_belongs_to_its_request_and_is_what_the_page_says(step: str) -> None:
    request, answer = frame(f"{step}.request"), frame(f"{step}.answer")
    assert (answer.session, answer.sequence) == (request.session, request.sequence)
    assert answer.command == request.command | ANSWER
    assert answer.payload[0] == REFUSED.get(step, Result.OK)


def test_every_command_and_every_result_is_shown() -> None:
    shown = {frame(f"{step}.request").command for step in STEPS}
    assert shown - {0x55} == set(Command)
    assert {Result.OK, *REFUSED.values()} == set(Result)


def test_the_answers_decode_to_what_the_page_says() -> None:
    told = {step: frame(f"{step}.answer").payload[1:] for step in STEPS}
    identity = answers.decode_identity(told["hello"])
    assert (identity.session, identity.slots, identity.firmware) == (SESSION + 1, 3, (1, 0, 0))
    status = answers.decode_status(told["status"])
    assert (status.unlatches, status.slot) == (0, None)
    assert status.home
    assert status.latched
    opened = answers.decode_status(told["open-status"])
    assert (opened.unlatches, opened.slot, opened.powered, opened.latched) == (1, 2, True, False)
    assert answers.decode_slots(told["slots"]) == SEALS
    assert answers.decode_counters(told["counters"]) == Counters(1, (0, 0, 0, 0))
    reset = LastReset(Cause.POWER_ON, while_open=False)
    assert answers.decode_reset(told["session"]) == reset


def test_no_block_of_bytes_stands_outside_the_conversation() -> None:
    assert TEXT.count("```") == 2 * len(BLOCKS) == 4 * len(STEPS)


def test_the_state_table_is_the_codes() -> None:
    body = TEXT.split("<!-- table -->\n")[1].split("\n\n")[0]
    shown = [tuple(map(str.strip, row.split("|")[1:-1])) for row in body.splitlines()[2:]]
    order = sorted(TABLE, key=lambda key: ([*State].index(key[0]), [*Event].index(key[1])))
    assert shown == [
        (state, event, TABLE[state, event][0], ", ".join(TABLE[state, event][1]) or "–")
        for state, event in order
    ]


def test_the_tables_of_codes_are_the_codes() -> None:
    codes = re.findall(r"^\| `(\w\w)` \| `?(\w+)`? \|", TEXT, re.MULTILINE)
    known = [
        *((code, code.name) for code in Command),
        *((code, code.name.lower()) for code in Fault),
        *((code, code.name) for code in Result),
    ]
    assert codes == [(f"{code:02x}", name) for code, name in known]


def test_the_times_are_the_codes() -> None:
    shown = {number.replace(",", "") for number in re.findall(r"([\d.,]*\d) ms", TEXT)}
    limits = {table.HOST_SILENCE_MS, table.MAX_ON_MS, table.GAP_MS, *LATE_MS.values()}
    host = {link.TRY_MS, link.CALL_MS, 50}
    example = {30_000, *WAITS.values()}
    bridge = {1}
    assert shown == {str(ms) for ms in limits | host | example | bridge} | set(_line_times())


def test_the_check_value_of_the_crc_is_the_codes() -> None:
    assert f"**0x{frames.crc(b'123456789'):04X}**" in TEXT


def test_the_bounds_of_arguments_are_the_codes() -> None:
    assert f"n ≤ {frames.MAX_PAYLOAD}" in TEXT
    assert f"(1 to {table.MAX_STEPS:,})" in TEXT
    assert f"number of slots 1 (1 to {answers.MAX_SLOTS})" in TEXT
    assert f"one byte of length, 1 to {answers.MAX_TAG}," in TEXT


def _line_times() -> list[str]:
    """STATUS both ways at both speeds, and the longest answer: ten bits a byte."""
    status = len(wire("status.request")) + len(wire("status.answer"))
    tags = dict.fromkeys(range(1, answers.MAX_SLOTS + 1), "x" * answers.MAX_TAG)
    longest = len(frames.encode(Frame(0, 0, 0, b"\x00" + answers.encode_slots(tags))))
    return [
        f"{status * 10 / 115.2:.1f}",
        f"{status * 10 / 9.6:.0f}",
        f"{longest * 10 / 115.2:.1f}",
    ]
