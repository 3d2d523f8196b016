"""The request of add-checkpoint: C2SP's own example, and what is not one."""

import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from wire.errors import WireError
from wire.tlog import checkpoint, cosignature, note, submission
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.note import Signature
from wire.tlog.submission import Submission

EXAMPLE = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/\
Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267\
UEjw6QUXTS5Rovnzv++qbSzm9Q=
""".encode()
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=submission.MOST_HASHES)


def test_the_specifications_example_reads_back() -> None:
    found = submission.decode(EXAMPLE)
    assert (found.old, len(found.proof)) == (20_852_014, 4)
    assert checkpoint.decode(note.parse(found.checkpoint).text).size == 20_852_163
    assert submission.encode(found) == EXAMPLE


@given(st.integers(0, 10**16 - 1), HASHES, st.binary(max_size=200))
def test_every_submission_reads_back(old: int, proof: list[bytes], head: bytes) -> None:
    made = Submission(old, tuple(proof), head)
    assert submission.decode(submission.encode(made)) == made


@given(st.binary(max_size=300) | st.text("old 019AZaz=+/\n", max_size=120).map(str.encode))
def test_garbage_is_one_typed_error(data: bytes) -> None:
    with contextlib.suppress(WireError):
        assert submission.encode(submission.decode(data)) == data
    with contextlib.suppress(WireError):
        assert submission.encode_size(submission.decode_size(data)) == data
    with contextlib.suppress(WireError):
        assert note.lines(note.parse_lines(data)) == data


@pytest.mark.parametrize(
    "body", [b"", b"7", b"07\n", b"-1\n", b"7\n\n", b"7 \n", b"9" * 17 + b"\n"]
)
def test_a_size_has_one_form(body: bytes) -> None:
    with pytest.raises(WireError):
        submission.decode_size(body)


def test_a_made_cosignature_counts() -> None:
    key = Ed25519PrivateKey.generate()
    vkey = note.vkey("w.example", key.public_key().public_bytes_raw(), note.COSIGNATURE)
    witness, text = note.verifier(vkey), checkpoint.encode(Checkpoint("town.example", 1, bytes(32)))
    line = cosignature.line(
        witness, 1_700_000_000, key.sign(cosignature.message(1_700_000_000, text))
    )
    assert note.parse_lines(note.lines([line])) == (line,)
    assert cosignature.count(note.Note(text, (line,)), [witness]) == [1_700_000_000]


def test_one_false_line_of_a_known_key_spoils_the_note() -> None:
    keys = [Ed25519PrivateKey.generate() for _ in range(3)]
    known = [
        note.verifier(note.vkey("log.example", k.public_key().public_bytes_raw())) for k in keys
    ]
    text = b"text\n"
    true = [
        Signature("log.example", v.key_id, k.sign(text)) for v, k in zip(known, keys, strict=True)
    ]
    false = Signature("log.example", known[1].key_id, bytes(64))
    assert note.signed_by(note.Note(text, tuple(true)), known[:2]) == tuple(true[:2])
    for lines in ((true[2],), (true[0], false), (true[0], true[1], false)):
        with pytest.raises(WireError):
            note.signed_by(note.Note(text, lines), known[:2])
