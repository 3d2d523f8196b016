"""A command is its hub's, for one machine, in its time and once; an answer is its machine's."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.support.commands import asked, by_another
from tests.support.contents import DEVICE, NOW
from wire import cbor, command
from wire.command import Answer, Command
from wire.errors import WireError
from wire.record import entry, envelope
from wire.refusals import Refused
from wire.sig import PublicKey

HUB = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = PublicKey("EdDSA", HUB.public_key().public_bytes_raw())
THIEF = Ed25519PrivateKey.from_private_bytes(bytes(32))
ANSWER = Answer(
    DEVICE, 1, bytes(32), "done", NOW, "witnessed", "0.1.0", 3, NOW, {"disk": "bad"}, {"up_s": 5}
)
TIMES = st.integers(0, 2**52)
COMMANDS = st.builds(
    Command,
    st.from_regex(r"[a-z0-9][a-z0-9-]{2,31}", fullmatch=True),
    st.integers(1, 2**53 - 1),
    st.sampled_from([*command.NAMES, "a_later_one"]),
    TIMES,
    TIMES,
).map(lambda one: replace(one, not_after=one.not_before + one.not_after % command.LONGEST_MS))
ANSWERS = st.builds(
    Answer,
    st.just(DEVICE),
    st.integers(1, 2**53 - 1),
    st.binary(min_size=32, max_size=32),
    st.sampled_from(command.OUTCOMES),
    TIMES,
    st.sampled_from(entry.QUALITIES),
    st.from_regex(r"[0-9]\.[0-9]\.[0-9]", fullmatch=True),
    TIMES,
    TIMES,
    st.dictionaries(st.sampled_from(["disk", "clock"]), st.sampled_from(["good", "warn", "bad"])),
    st.dictionaries(st.sampled_from(["up_s", "entries"]), st.integers(-300, 2**40)),
)


def _judge(data: bytes, used: int = 0) -> Command:
    return command.judge(data, keys=[KEY], device=DEVICE, used=lambda _: used)[0]


@given(COMMANDS)
def test_a_command_reads_back_and_has_one_encoding(made: Command) -> None:
    payload = command.encode(made)
    assert command.decode(payload) == made
    assert cbor.encode(cbor.decode(payload)) == payload


@given(ANSWERS)
def test_an_answer_reads_back_under_its_machines_key_alone(made: Answer) -> None:
    signed = _signed(command.encode_answer(made), HUB)
    assert command.open_answer(signed, KEY) == made
    with pytest.raises(WireError):
        command.open_answer(signed, PublicKey("EdDSA", THIEF.public_key().public_bytes_raw()))


@given(st.integers(0, 400), st.integers(1, 255))
def test_a_command_of_which_one_byte_was_changed_is_none(at: int, change: int) -> None:
    data = bytearray(by_another(asked(), HUB))
    data[at % len(data)] ^= change
    with pytest.raises(Refused) as refused:
        _judge(bytes(data))
    assert refused.value.code == "command_invalid"


@given(st.binary(max_size=1500))
def test_no_bytes_crash_the_judge(data: bytes) -> None:
    with pytest.raises(Refused):
        _judge(data)


def test_a_command_is_judged_by_key_device_and_number() -> None:
    data = by_another(asked(number=7), HUB)
    assert _judge(data, used=6) == asked(number=7)
    for used in (7, 8):
        assert _code(data, used) == "command_used"
    assert _code(by_another(asked(), THIEF)) == "command_invalid"
    assert _code(by_another(asked(), THIEF, KEY.kid)) == "command_invalid"
    assert _code(by_another(asked(device="sunset-1"), HUB)) == "command_invalid"
    assert _code(data + bytes(command.LIMIT)) == "command_invalid"
    with pytest.raises(Refused):
        command.judge(data, keys=(), device=DEVICE, used=lambda _: 0)


def test_it_is_carried_out_in_its_time_and_if_it_is_one_of_the_table() -> None:
    made = asked()
    for now_ms, outcome in (
        (made.not_before - 1, "command_expired"),
        (made.not_before, "done"),
        (made.not_after, "done"),
        (made.not_after + 1, "command_expired"),
    ):
        assert command.outcome(made, now_ms) == outcome
    assert command.outcome(asked("open_lock"), NOW) == "command_unknown"
    assert command.NAMES == ("refresh_list", "run_doctor", "collect_diagnostics")


def test_none_is_good_for_ever_or_backwards() -> None:
    for life in (-1, command.LONGEST_MS + 1):
        with pytest.raises(WireError):
            command.encode(asked(not_before=NOW, not_after=NOW + life))


def test_neither_is_an_entry_nor_an_entry_one_of_them() -> None:
    for payload in (command.encode(asked()), command.encode_answer(ANSWER)):
        with pytest.raises(WireError):
            entry.decode(payload)
    with pytest.raises(WireError):
        command.open_answer(by_another(asked(), HUB), KEY)
    assert _code(_signed(command.encode_answer(ANSWER), HUB)) == "command_invalid"


def test_an_answer_holds_no_text_but_words_of_its_tables() -> None:
    for changes in (
        {"findings": {"disk": "孙八"}},
        {"findings": {"孙八 disk": "good"}},
        {"facts": {"up_s": "孙八"}},
        {"outcome": "opened"},
    ):
        with pytest.raises(WireError):
            command.encode_answer(replace(ANSWER, **changes))


def _signed(payload: bytes, private: Ed25519PrivateKey) -> bytes:
    key = PublicKey("EdDSA", private.public_key().public_bytes_raw())
    signature = private.sign(envelope.to_be_signed("EdDSA", key.kid, payload))
    return envelope.assemble("EdDSA", key.kid, payload, signature)


def _code(data: bytes, used: int = 0) -> str:
    with pytest.raises(Refused) as refused:
        _judge(data, used)
    return refused.value.code
