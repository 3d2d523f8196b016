"""The leaf that says what is erased: one encoding, nothing twice, and by whose leave."""

from dataclasses import replace

import pytest

from tests.support import contents
from wire.errors import WireError
from wire.lists import content, erased
from wire.lists.content import Policy
from wire.lists.erased import DAY_MS, MOST, OPENINGS, PHOTOS, ErasedLeaf, Span

POLICY = replace(contents.policy(), photos_days=30, openings_days=60)
SPANS = (Span("moon-1", 1, 9), Span("sunrise-1", 1, 4), Span("sunrise-1", 6, 6))


def test_a_leaf_reads_back_and_is_no_other_kind() -> None:
    made = ErasedLeaf(PHOTOS, 7, SPANS)
    data = erased.leaf(made)
    assert erased.decode(data) == erased.find(data) == made
    assert erased.find(b"\xd2" + data) is None


@pytest.mark.parametrize(
    "spans",
    [
        (),
        (Span("sunrise-1", 5, 4),),
        (Span("sunrise-1", 0, 4),),
        (Span("sunrise-1", 1, 4), Span("sunrise-1", 4, 5)),
        (Span("sunrise-1", 1, 4), Span("moon-1", 1, 4)),
        tuple(Span("sunrise-1", 2 * n + 1, 2 * n + 1) for n in range(MOST + 1)),
    ],
    ids=["none", "backwards", "from nought", "twice", "out of order", "too many"],
)
def test_spans_that_nobody_may_write(spans: tuple[Span, ...]) -> None:
    with pytest.raises(WireError, match="erased"):
        erased.leaf(ErasedLeaf(PHOTOS, 7, spans))


def test_the_largest_leaf_fits_into_a_tile() -> None:
    spans = tuple(Span("m" * 32, 2**52 + 2 * n, 2**52 + 2 * n) for n in range(MOST))
    assert len(erased.leaf(ErasedLeaf(OPENINGS, 2**52, spans))) <= erased.LIMIT


@pytest.mark.parametrize(("what", "days"), [(PHOTOS, 30), (OPENINGS, 60)])
def test_the_officers_say_from_when(what: str, days: int) -> None:
    assert erased.is_due(POLICY, what, 5, 5 + days * DAY_MS)
    assert not erased.is_due(POLICY, what, 5, 4 + days * DAY_MS)
    assert not erased.is_due(contents.policy(), what, 0, 2**52)


def test_openings_stay_as_long_as_the_photos_that_they_name() -> None:
    for days in (0, 61):
        with pytest.raises(WireError, match="openings_days"):
            content.encode(replace(POLICY, photos_days=days))


def test_a_policy_without_periods_is_written_as_before() -> None:
    data = content.encode(contents.policy())
    assert b"photos_days" not in data
    assert content.decode(Policy, data).openings_days == 0
