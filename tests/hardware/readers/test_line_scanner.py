"""Codes from a line-mode scanner: what is taken as text, and what is dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.readers.line_scanner import MAX_BYTES, STALL_MS, LineScanner, Partial, parse
from tests.hardware.readers.rig import next_text, on_a_pty, rest
from tests.support.serial_faults import FAULTS, Fault

CODE = "seal:0417/用印申请/甲村"
WHOLE_FAULTS = set(FAULTS) - {Fault.DROP, Fault.GARBLE}

lines = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40)
ends = st.sampled_from([b"\r", b"\n", b"\r\n"])


def heard(data: bytes) -> list[str]:
    return parse(Partial(), data)[0]


@given(st.lists(st.tuples(lines, ends)))
def test_every_line_is_given_as_it_stands(spoken: list[tuple[str, bytes]]) -> None:
    data = b"".join(line.encode() + end for line, end in spoken)
    assert heard(data) == [line for line, _ in spoken]


@given(st.binary(max_size=60) | st.binary(max_size=4).map(lambda few: few * 400), st.data())
def test_any_split_gives_the_same_texts(noise: bytes, data: st.DataObject) -> None:
    whole = noise + b"\n" + CODE.encode() + b"\r\n" + noise
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    texts, partial = [], Partial()
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        more, partial = parse(partial, whole[start:end])
        texts += more
        assert len(partial.line) <= MAX_BYTES
    assert (texts, partial) == parse(Partial(), whole)
    assert CODE in texts


def test_a_line_may_have_512_bytes_and_no_more() -> None:
    assert heard(b"7" * MAX_BYTES + b"\n") == ["7" * MAX_BYTES]
    assert heard(b"7" * (MAX_BYTES + 1) + b"\nnext\n") == ["next"]


def test_of_a_line_without_end_nothing_is_kept() -> None:
    partial = Partial()
    for _ in range(1_000):
        texts, partial = parse(partial, b"7" * 100)
        assert texts == []
        assert len(partial.line) <= MAX_BYTES
    assert parse(partial, b"tail\nnext\n")[0] == ["next"]


@pytest.mark.parametrize(
    "wrong",
    [
        "用印".encode("gb18030"),
        b"caf\xe9",
        b"\xc0\xaf",  # an overlong slash
        b"\xed\xa0\x80",  # a surrogate
        b"a\x00b",
        b"a\x1b[2Jb",
        b"a\tb",
        b"a\x7fb",
        "a\u0085b".encode(),
        "a\u2028b".encode(),
        "a\u202eb".encode(),  # shown from right to left
        "a\u200bb".encode(),  # not shown at all
    ],
)
def test_what_is_no_plain_text_is_dropped_as_a_whole_line(wrong: bytes) -> None:
    assert heard(wrong + b"\r\nnext\r\n") == ["next"]


def test_a_line_that_lost_its_end_is_not_glued_to_the_next() -> None:
    ear = LineScanner()
    assert ear.hear(b"seal:04", 0) == []
    assert ear.hear(b"", STALL_MS + 1) == []
    assert ear.hear(b"seal:99\nseal:98\n", STALL_MS + 2) == ["seal:98"]


def test_a_line_may_come_in_pieces() -> None:
    ear = LineScanner()
    assert ear.hear(b"seal:04", 0) == []
    assert ear.hear(b"17", STALL_MS) == []
    assert ear.hear(b"\n", 2 * STALL_MS) == ["seal:0417"]


@pytest.mark.parametrize("fault", FAULTS)
def test_after_any_fault_the_next_code_is_read(fault: Fault) -> None:
    with on_a_pty(LineScanner()) as (line, reader):
        line.say(b"first\r\n")
        assert next_text(reader) == "first"
        line.say(CODE.encode() + b"\r\n", fault)
        texts = rest(reader)
        line.say(b"\r\nlast\r\n")
        assert rest(reader)[-1:] == ["last"]
        if fault in WHOLE_FAULTS:
            assert set(texts) <= {CODE, "first"}
