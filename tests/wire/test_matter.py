"""What an item permits and demands: days, amounts, resolutions, seams."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from tests.support import contents
from tests.support.contents import CHAIR, DAY, DIRECTOR, NOW, SECRETARY
from tests.support.township import Township
from wire import cbor
from wire.approval import chain, correction, matter, subject
from wire.approval.chain import Approval
from wire.approval.correction import Correction
from wire.errors import WireError
from wire.lists import content
from wire.lists.catalogue import day_ms
from wire.lists.content import ApprovalList, Band, Catalogue, Item, Step
from wire.lists.coverage import incomplete_items
from wire.refusals import Refused

TOWN = Township.build()
LISTS = TOWN.lists()
PLAIN = contents.item("residence", "居住证明", "committee", DIRECTOR, SECRETARY)
BANDED = replace(
    PLAIN,
    bands=(
        Band(500, (DIRECTOR, CHAIR, SECRETARY), resolution=False),
        Band(1000, (CHAIR,), resolution=True),
    ),
)
BEFORE = "785e404c21b917ab9cd96a3b6af238c261bb33b8a5b1699cd5c94c4411540431"
OPEN = Band(1, (DIRECTOR,), resolution=False)


def listing(item: Item) -> Catalogue:
    return contents.catalogue(item)


def lists(item: Item) -> ApprovalList:
    return replace(LISTS, catalogue=listing(item))


def code(item: Item, **application: Any) -> str:
    try:
        matter.permitted(TOWN.application(**application), listing(item))
    except Refused as refused:
        return refused.code
    return "permitted"


@pytest.mark.parametrize(
    ("fen", "steps"),
    [
        (0, ["director", "secretary"]),
        (49_999, ["director", "secretary"]),
        (50_000, ["director", "chair", "secretary"]),
        (99_999, ["director", "chair", "secretary"]),
        (100_000, ["chair"]),
        (10**12, ["chair"]),
    ],
)
def test_the_highest_band_that_the_amount_reaches_says_who_approves(
    fen: int, steps: list[str]
) -> None:
    assert [one.step for one in BANDED.chain_for(fen)] == steps


def test_without_an_amount_nobody_approves_what_demands_one() -> None:
    assert BANDED.chain_for(None) == ()
    assert code(BANDED) == "grant_void"
    asked = TOWN.application()
    assert chain.entitled(asked, "director", lists(BANDED), {}) == []
    assert code(BANDED, amount=1) == "permitted"
    assert code(PLAIN) == "permitted"


def test_approvals_of_a_lower_band_do_not_pass_for_a_higher() -> None:
    low, high = TOWN.application(amount=49_999), TOWN.application(amount=50_000)
    given = TOWN.approvals(low)
    assert _verdict(low, given) == "permitted"
    assert _verdict(high, TOWN.approvals(high)) == "approvals_missing"
    assert _verdict(high, given) == "approvals_missing"
    wider = TOWN.approvals(high, director="yi", chair="ding", secretary="jia")
    assert _verdict(high, wider) == "permitted"


def _verdict(asked: subject.Application, given: tuple[Approval, ...]) -> str:
    try:
        chain.judge(asked, subject.encode(asked), given, lists(BANDED))
    except Refused as refused:
        return refused.code
    return "permitted"


def test_a_band_or_an_item_may_demand_a_resolution() -> None:
    assert code(BANDED, amount=100_000) == "grant_void"
    assert code(BANDED, amount=100_000, resolution="第2项") == "permitted"
    assert code(replace(PLAIN, resolution=True)) == "grant_void"
    assert code(replace(PLAIN, resolution=True), resolution="第2项") == "permitted"


def test_many_pages_may_demand_a_seam() -> None:
    item = replace(PLAIN, seam_pages=2)
    assert code(item) == "permitted"
    assert code(item, pages=(bytes(32), bytes(32))) == "grant_void"
    assert code(item, pages=(bytes(32), bytes(32)), seams=1) == "permitted"


FILED = NOW - DAY
TODAY = "2026-01-01"


def test_days_are_beijings_and_the_last_one_counts() -> None:
    start = day_ms(TODAY)
    item = replace(PLAIN, since=TODAY, until=TODAY)
    assert start == 1_767_196_800_000  # 2025-12-31T16:00:00Z
    assert [item.in_force(at) for at in (start - 1, start, start + DAY - 1, start + DAY)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("days", [{"since": "2099-01-01"}, {"until": "2020-01-01"}])
def test_what_is_not_in_force_is_not_stamped(days: dict[str, Any]) -> None:
    item = replace(PLAIN, **days)
    assert code(item) == "item_not_in_force"
    with pytest.raises(Refused, match="item_not_in_force"):
        matter.stampable(listing(item), item.id, FILED)


def test_a_correction_may_be_signed_by_a_step_of_any_band() -> None:
    made = Correction(
        bytes(32), "sunrise", contents.DEVICE, TOWN.machine.kid, "residence", 1, bytes(32),
        "lost", "找不到原件", None, NOW,
    )  # fmt: skip
    assert correction.steps(made, lists(BANDED)) == ("director", "secretary", "chair")
    assert correction.entitled(made, "chair", "wu", lists(BANDED)) == ("ding",)


def test_a_roster_must_carry_every_band() -> None:
    vacant = replace(PLAIN, bands=(Band(500, (Step("x", "village.vacant", ()),), True),))
    assert incomplete_items(listing(PLAIN), TOWN.roster, LISTS.policy, NOW) == []
    assert incomplete_items(listing(vacant), TOWN.roster, LISTS.policy, NOW) != []


@pytest.mark.parametrize(
    "change",
    [
        {"since": "2026-02-30"},
        {"until": "2026-1-1"},
        {"since": "2026-02-01", "until": "2026-01-31"},
        {"bands": (OPEN, OPEN)},
        {"bands": (replace(OPEN, yuan=0),)},
        {"bands": (replace(OPEN, yuan=10**12),)},
        {"bands": (replace(OPEN, chain=()),)},
        {"bands": (replace(OPEN, chain=(DIRECTOR, DIRECTOR)),)},
        {"bands": (replace(OPEN, chain=(replace(DIRECTOR, office="village.clerk"),)),)},
        {"bands": (OPEN,), "emergency": True},
        {"resolution": True, "emergency": True},
        {"seam_pages": 2, "seams_max": 0},
        {"seam_pages": 2, "same_page": False},
        {"bands": (OPEN,), "cls": "escalate"},
    ],
)
def test_contradictions_are_not_written(change: Mapping[str, Any]) -> None:
    item = replace(PLAIN, **{"where_zh": "镇里", "where_en": "township", **change})
    with pytest.raises(WireError):
        content.encode(listing(item))


def test_an_item_that_demands_nothing_new_keeps_its_bytes() -> None:
    """A machine of an older release reads on until the officers make use of a new field: the hash
    is what that release wrote.
    """
    assert sha256(content.encode(listing(PLAIN))).hexdigest() == BEFORE
    plain = cbor.decode(content.encode(listing(PLAIN)))["items"][0]
    assert plain.keys().isdisjoint({"since", "until", "bands", "resolution", "seam_pages"})
    assert content.decode(Catalogue, content.encode(listing(BANDED))) == listing(BANDED)
