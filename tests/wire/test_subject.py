"""The application's bytes: what is signed is what is read, and nothing else."""

import re
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import cbor
from wire.approval import subject
from wire.approval.subject import Application
from wire.errors import WireError

BASE = Application(
    id=bytes(32),
    village="sunrise",
    device="sunrise-1",
    machine=bytes(16),
    seal="seal-committee",
    item="residence",
    catalogue=1,
    applicant="xin",
    applicant_name="辛八曦",
    title="居住证明",
    purpose="子女入学",
    impressions=1,
    seams=0,
    pages=(bytes(32),),
    operators=("wu",),
    created=1,
    not_before=1,
    not_after=2,
)
LATER = {"amount", "resolution"}
IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
APPLICATIONS = st.builds(
    replace,
    st.just(BASE),
    id=st.binary(min_size=32, max_size=32),
    item=IDS,
    applicant=IDS,
    title=WORDS,
    purpose=WORDS,
    impressions=st.integers(1, 1000),
    pages=st.lists(st.binary(min_size=32, max_size=32), max_size=5).map(tuple),
    operators=st.lists(IDS, min_size=1, max_size=5, unique=True).map(tuple),
    not_after=st.integers(2, 2**53 - 1),
)


@given(APPLICATIONS)
def test_what_is_written_is_read_back(application: Application) -> None:
    data = subject.encode(application)
    assert subject.decode(data) == application
    assert subject.encode(subject.decode(data)) == data


def test_the_document_names_its_version_and_type() -> None:
    value = cbor.decode(subject.encode(BASE))
    assert (value["v"], value["type"]) == (1, "application")
    assert value.keys() == {"v", "type", *asdict(BASE)} - LATER
    value = cbor.decode(subject.encode(replace(BASE, amount=0, resolution="第2项")))
    assert value.keys() == {"v", "type", *asdict(BASE)}


def test_a_paper_may_be_made_in_its_last_moment() -> None:
    late = replace(BASE, created=2)
    assert subject.decode(subject.encode(late)) == late


def test_the_name_of_a_subject_is_the_hash_of_its_bytes() -> None:
    assert subject.subject_hash(b"abc").hex().startswith("ba7816bf8f01cfea")


@pytest.mark.parametrize(
    "change",
    [
        {"id": bytes(31)},
        {"machine": bytes(32)},
        {"device": "UPPER-1"},
        {"village": ""},
        {"applicant": "a/b"},
        {"catalogue": 0},
        {"catalogue": True},
        {"impressions": 0},
        {"seams": -1},
        {"seams": 1.0},
        {"pages": (b"short",)},
        {"operators": ()},
        {"operators": ("wu", "wu")},
        {"title": ""},
        {"title": "两\n行"},
        {"title": "x" * 201},
        {"purpose": "reversed \u202e text"},
        {"applicant_name": "zero\u200bwidth"},
        {"not_before": 2, "not_after": 2},
        {"created": 3},
        {"not_after": 2**53},
    ],
)
def test_contradictory_or_unreadable_values_are_neither_written_nor_read(
    change: dict[str, Any],
) -> None:
    with pytest.raises(WireError) as written:
        subject.encode(replace(BASE, **change))
    assert written.value.code == "subject"


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"type": "payment"},
        {"extra": 1},
        {"title": b"bytes"},
        {"pages": "text"},
        {"pages": {}},
        {"id": "text"},
        {"impressions": None},
    ],
)
def test_other_documents_are_refused(change: dict[str, Any]) -> None:
    value = {**cbor.decode(subject.encode(BASE)), **change}
    with pytest.raises(WireError) as refused:
        subject.decode(cbor.encode(value))
    assert refused.value.code == "subject"


@pytest.mark.parametrize("written", [{"amount": None}, {"resolution": ""}, {"amount": -1}])
def test_what_later_fields_say_by_being_missing_is_never_written(written: dict[str, Any]) -> None:
    value = {**cbor.decode(subject.encode(BASE)), **written}
    with pytest.raises(WireError):
        subject.decode(cbor.encode(value))


@pytest.mark.parametrize(("fen", "shown"), [(0, "0.00"), (7, "0.07"), (1_530_050, "15,300.50")])
def test_an_amount_is_shown_in_yuan(fen: int, shown: str) -> None:
    assert subject.yuan(fen) == shown
    assert subject.fen(shown) == fen


@pytest.mark.parametrize(("typed", "fen"), [("15300", 1_530_000), ("0.5", 50), ("1,000", 100_000)])
def test_an_amount_is_read_as_people_type_it(typed: str, fen: int) -> None:
    assert subject.fen(typed) == fen


@pytest.mark.parametrize("typed", ["", "-1", "1.005", "1,00", "１", "1e3", "9" * 13, "1.", " 1"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(typed)}$"):
        subject.fen(typed)


@pytest.mark.parametrize("gone", sorted(asdict(BASE).keys() - LATER))
def test_every_field_is_demanded(gone: str) -> None:
    value = cbor.decode(subject.encode(BASE))
    del value[gone]
    with pytest.raises(WireError):
        subject.decode(cbor.encode(value))


@given(st.binary(max_size=200))
def test_garbage_gives_one_typed_error(data: bytes) -> None:
    with pytest.raises(WireError):
        subject.decode(data)


def test_trailing_bytes_are_refused() -> None:
    with pytest.raises(WireError):
        subject.decode(subject.encode(BASE) + b"\x00")
