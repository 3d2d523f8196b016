"""Texts compared as a reader would: order, spaces and punctuation do not matter, digits do."""

from hub.reading.text import Line, differences, joined, plain


def line(text: str, left: float, top: float) -> Line:
    return Line(text, 0.9, left, top, left + 20 * len(text), top + 20)


def test_rows_are_read_from_top_to_bottom_and_left_to_right() -> None:
    lines = [line("金额", 200, 3), line("合计", 100, 0), line("收条", 150, -60)]
    assert joined(lines) == "收条合计金额"


def test_spaces_and_punctuation_do_not_matter() -> None:
    assert plain("（ 人民币 ）１，２00.5 元。") == "人民币12005元"
    assert plain("〇O0") == "000"


def test_one_digit_is_shown_in_its_surroundings() -> None:
    (found,) = differences("合同总价人民币386000元按实际", "合同总价人民币886000元按实际")
    assert found.approved == "同总价人民币〔3〕86000元"
    assert found.photo == "同总价人民币〔8〕86000元"


def test_a_line_that_was_added_or_taken_away_is_a_difference() -> None:
    assert [one.photo for one in differences("特此证明", "特此证明另同意抵押")] == [
        "特此证明〔另同意抵押〕"
    ]
    assert differences("特此证明", "特此证明") == []
