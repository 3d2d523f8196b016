"""A draft's bytes: deterministic, strict, and small enough for a commitment's opening."""

from dataclasses import replace
from typing import Any

import pytest

from wire.approval import draft
from wire.approval.draft import LIMIT, MOST_PAGES, Draft
from wire.errors import WireError

MADE = Draft("residence", "seal-committee", "林小满", "居住证明", "学校报名", 2, (bytes(32),))


def test_it_comes_back_as_it_was() -> None:
    assert draft.decode(draft.encode(MADE)) == MADE
    assert draft.encode(MADE) == draft.encode(draft.decode(draft.encode(MADE)))


def test_the_longest_draft_fits_beside_an_entry() -> None:
    pages = tuple(bytes([number]) * 32 for number in range(MOST_PAGES))
    longest = Draft("i" * 64, "s" * 64, "名" * 32, "题" * 100, "用" * 200, 1000, pages)
    assert len(draft.encode(longest)) <= LIMIT
    assert draft.decode(draft.encode(longest)) == longest


@pytest.mark.parametrize(
    "changes",
    [
        {"pages": ()},
        {"pages": (bytes(31),)},
        {"impressions": 0},
        {"purpose": ""},
        {"applicant": "名" * 33},
        {"item": "Residence"},
    ],
)
def test_what_would_not_be_read_is_not_written(changes: dict[str, Any]) -> None:
    with pytest.raises(WireError, match="draft"):
        draft.encode(replace(MADE, **changes))


@pytest.mark.parametrize("data", [b"", b"\xa0", draft.encode(MADE) + b"\x00", bytes(LIMIT + 1)])
def test_other_bytes_are_no_draft(data: bytes) -> None:
    with pytest.raises(WireError):
        draft.decode(data)
