"""Cells as clerks type them and as Excel holds them."""

import pytest

from hub.affairs import cells


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "　修路灯（东塘路），够吗？ ", "修路灯（东塘路），够吗？"),
        ("text", 12.5, "12.5"),
        ("amount", "１５，３００．５０元", 1530050),
        ("number", "１２", "12"),
        ("date", "2026年11月2日", "2026-11-02"),
        ("text", "  ", None),
    ],
)
def test_figures_are_read_however_they_are_typed_and_words_stay(
    kind: str, typed: object, kept: object
) -> None:
    assert cells.cell(kind, typed) == kept
