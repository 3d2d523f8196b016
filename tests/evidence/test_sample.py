"""A small fixed part of what `make evidence` judges: photos of a camera that shares nothing with
the simulated one.
"""

import pytest

from bench.evidence.score import Outcome, judge

WORDS = {"no_page", "blank", "unsharp"}


def seen(kind: str, number: int) -> tuple[Outcome, set[str]]:
    outcome = judge(kind, number)
    return outcome, {one.partition(":")[0] for one in outcome.found}


@pytest.mark.parametrize(
    "kind", ["same: flat", "same: folded", "same: shadow", "same: hand", "same: one seal"]
)
def test_the_approved_page_is_known_again(kind: str) -> None:
    outcome, found = seen(kind, 0)
    assert "page_match" in found
    assert not found & WORDS
    assert (outcome.missed, outcome.ghosts) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "number"),
    [("look-alike: amount", number) for number in range(5)]
    + [("look-alike: name", 0), ("another: line added", 0), ("two sheets", 0)],
)
def test_no_other_page_is_taken_for_the_approved_one(kind: str, number: int) -> None:
    assert "page_match" not in seen(kind, number)[1]


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("empty: blank", "blank"),
        ("empty: lines", "blank"),
        ("empty: letterhead", "blank"),
        ("unsharp: motion", "unsharp"),
        ("unsharp: dark", "unsharp"),
        ("no sheet", "no_page"),
    ],
)
def test_what_cannot_be_sealed_is_named(kind: str, word: str) -> None:
    assert seen(kind, 0)[1] & WORDS == {word}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("press: one new", {"new_impression"}),
        ("press: none", {"no_new_impression"}),
        ("press: two new", {"other_change"}),
        ("press: sheet swapped", {"new_impression", "other_change"}),
    ],
)
def test_exactly_what_came_with_the_press_is_told(kind: str, words: set[str]) -> None:
    outcome, found = seen(kind, 0)
    assert found & {"new_impression", "no_new_impression", "other_change"} == words
    assert (outcome.missed, outcome.ghosts) == (0, 0)
    assert max(outcome.errors, default=0) < 3
