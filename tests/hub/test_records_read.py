"""What inspectors read out of an entry: nothing is shown that the entry does not commit to."""

from dataclasses import replace
from hashlib import sha256

import pytest

from hub.records import words
from hub.records.read import Field, Opened, entry_of, fields, opened, titles
from tests.hub.journal_rig import Journal, Written
from tests.support.contents import DEVICE
from tests.support.township import Township
from wire.errors import WireError
from wire.record import commitment, kinds
from wire.record.entry import QUALITIES


@pytest.fixture
def stamped() -> Written:
    return Journal().authorise(b"g" * 32)


def test_openings_that_fit_are_shown(stamped: Written) -> None:
    values = opened(stamped.entry, stamped.hash, stamped.openings)
    assert values == Opened({"operator": "wu", "before": sha256(b"before").digest()})
    shown = {field.name: field for field in fields(stamped.entry, values)}
    assert shown["operator"] == Field("operator", "wu", "opened")
    assert shown["item"] == Field("item", "residence", "plain")


def test_without_openings_the_commitment_stands_sealed(stamped: Written) -> None:
    values = opened(stamped.entry, stamped.hash, None)
    assert values == Opened()
    shown = {field.name: field for field in fields(stamped.entry, values)}
    assert shown["operator"].state == "sealed"
    assert shown["operator"].text == stamped.entry.body["operator"].hex()


def test_an_opening_of_another_value_is_named_wrong(stamped: Written) -> None:
    assert stamped.openings is not None
    held = commitment.decode(stamped.openings)
    forged = tuple(
        replace(one, value="ji") if one.field == "operator" else one for one in held.openings
    )
    data = commitment.encode(replace(held, openings=forged))
    values = opened(stamped.entry, stamped.hash, data)
    assert values.operator is None
    assert values.wrong == ("operator",)
    shown = {field.name: field.state for field in fields(stamped.entry, values)}
    assert (shown["operator"], shown["before"]) == ("mismatch", "opened")


def test_openings_of_another_entry_are_wrong(stamped: Written) -> None:
    other = Journal().authorise(b"h" * 32)
    assert opened(stamped.entry, stamped.hash, other.openings).wrong == ("before", "operator")
    assert opened(stamped.entry, stamped.hash, b"\x00").wrong == ("before", "operator")


def test_the_entry_comes_out_of_the_stored_bytes(stamped: Written) -> None:
    assert entry_of(stamped.envelope) == stamped.entry
    with pytest.raises(WireError):
        entry_of(stamped.envelope + b"\x00")


def test_titles_are_read_from_the_list_that_the_machine_judged_by() -> None:
    township = Township.build()
    grant = township.grant(township.application(title="充电桩安装申请"))
    assert titles(township.bundle([grant]), DEVICE) == {grant.id: "充电桩安装申请"}
    assert titles(township.bundle([grant]), "sunset-1") == {}
    assert titles(b"no list", DEVICE) == {}


def test_every_kind_and_field_has_words() -> None:
    assert words.FIELDS.keys() >= {name for table in kinds._FIELDS.values() for name in table}
    assert words.KINDS.keys() == set(kinds.KINDS)
    assert words.QUALITIES.keys() == set(QUALITIES)
    assert words.finding("impression:2") == ("印迹 2", "impressions 2")
    assert words.finding("new_impression")[0] == "有新印迹"
    assert words.finding("some_new_word") == ("some_new_word", "some_new_word")
