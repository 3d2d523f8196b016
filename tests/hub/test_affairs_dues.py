"""What is due when: rules as people write them, periods, versions, badges."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.affairs import catalogue, dues, items
from hub.affairs.catalogue import Catalogue, Version
from hub.affairs.dues import DueError, Rule
from hub.affairs.items import SheetError
from hub.affairs.standing import BACK, SOON, Due, Happened, periodic, standing, state_of
from tests.hub.affairs_rig import only

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
EVERY = st.sampled_from(list(dues.MONTHS))
RULES = EVERY.flatmap(
    lambda every: st.builds(
        Rule,
        st.just(every),
        st.integers(1, 31),
        st.integers(1, dues.MONTHS[every]),
        st.booleans(),
    )
)


@pytest.mark.parametrize(
    ("text", "period", "by"),
    [
        ("每月15日前", "2026-10", "2026-11-15"),
        ("每季首月20日前", "2026-Q3", "2026-10-20"),
        ("每季首月20日前", "2026-Q4", "2027-01-20"),
        ("每季末月31日前", "2026-Q1", "2026-06-30"),
        ("每半年次月10日前", "2026-H1", "2026-08-10"),
        ("每年1月31日前", "2025", "2026-01-31"),
        ("本年1月31日前", "2026", "2026-01-31"),
        ("每月31日前", "2027-01", "2027-02-28"),
        ("发生后5日内", "2026-10-29", "2026-11-03"),
    ],
)
def test_a_rule_says_its_last_day(text: str, period: str, by: str) -> None:
    assert dues.due_by(dues.read(text), period) == date.fromisoformat(by)


@pytest.mark.parametrize(
    "text",
    ["", "随时", "每月", "每月0日前", "每月32日前", "每季四月20日前", "每年13月1日前",
     "发生后0日内", "发生后999日内", "每月15日前。", "每月１５日前"],
)  # fmt: skip
def test_what_is_no_rule_is_refused_and_told_how_one_is_written(text: str) -> None:
    with pytest.raises(DueError, match="每季首月20日前"):
        dues.read(text)


@given(RULES)
def test_a_rule_is_read_as_it_was_told(rule: Rule) -> None:
    assert dues.read(dues.told(rule)) == rule


@given(EVERY, DAYS)
def test_every_day_lies_in_its_period_and_periods_do_not_touch(every: str, day: date) -> None:
    period = dues.period_of(every, day)
    first, last = dues.bounds(period)
    assert first <= day <= last
    assert dues.period_of(every, last + timedelta(days=1)) != period
    assert dues.bounds(dues.period_of(every, last + timedelta(days=1)))[0] == last + timedelta(1)


@given(RULES, DAYS, st.integers(0, 800))
def test_every_period_is_due_once_and_never_before_it_begins(
    rule: Rule, first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    found = list(dues.periods(rule, first, last))
    assert len(set(found)) == len(found)
    for period in found:
        by = dues.due_by(rule, period)
        assert first <= by <= last
        begins, ends = dues.bounds(period)
        assert begins <= by if rule.within else ends < by
    split = first + timedelta(days=length // 2)
    halves = [
        *dues.periods(rule, first, split),
        *dues.periods(rule, split + timedelta(days=1), last),
    ]
    assert halves == found


@given(DAYS, st.none() | DAYS, DAYS)
def test_late_is_what_was_not_there_when_its_last_day_was_over(
    by: date, done: date | None, today: date
) -> None:
    state = state_of(by, done, today)
    assert (state == "late") == (done is None and by < today)
    assert (state == "done_late") == (done is not None and by < done)
    assert state_of(by, by, today) == "done"
    assert state_of(by, None, by) == "waiting"


def stands(
    known: Catalogue,
    events: list[Happened],
    periods_done: dict[tuple[str, str], date],
    events_done: dict[int, date],
    today: date,
) -> tuple[Due, ...]:
    return standing(known, periodic(known, today), events, periods_done, events_done, today)


@settings(deadline=None)
@given(DAYS.filter(lambda day: day.year > 2026))
def test_a_month_that_nobody_published_is_late_until_somebody_does(today: date) -> None:
    one = only("finance-income")
    found = stands(one, [], {}, {}, today)
    assert [due.state for due in found] == [
        "late" if due.by < today else "waiting" for due in found
    ]
    assert all(today - BACK <= due.by <= today + SOON for due in found)
    assert 12 <= len(found) <= 14
    done = {("finance-income", due.period): due.by for due in found}
    assert {due.state for due in stands(one, [], done, {}, today)} == {"done"}


def test_a_period_belongs_to_the_version_of_its_first_day() -> None:
    (old,) = only("finance-income")
    new = Version(date(2026, 3, 1), only("finance-assets")[0].items)
    found = stands((old, new), [], {}, {}, date(2026, 7, 1))
    income = {one.period for one in found if one.item.id == "finance-income"}
    assert max(income) == "2026-02"
    assert {one.period for one in found if one.item.id == "finance-assets"} == {"2026-Q2"}


def test_an_event_is_due_by_its_own_days_and_done_by_its_own_release() -> None:
    one, happened = only("projects"), [Happened(7, "projects", date(2026, 10, 29))]
    (due,) = stands(one, happened, {}, {}, date(2026, 11, 4))
    assert (due.by, due.state, due.event) == (date(2026, 11, 3), "late", 7)
    (due,) = stands(one, happened, {}, {7: date(2026, 11, 3)}, date(2026, 11, 4))
    assert due.state == "done"


def test_the_example_comes_back_as_it_was_and_names_itself_one() -> None:
    found = items.read(catalogue.EXAMPLE.read_bytes())
    assert items.read(items.write(found)) == found
    assert {one.cls for one in found.values()} == set(items.CLASSES)
    assert {one.form for one in found.values()} == set(items.FORMS)
    assert all("示例" in one.basis for one in found.values())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("每月15日前", "每月底", "看不懂公开时限"),
        (",finance-income,", ",Finance Income,", "编号"),
        (",finance-spending,", ",finance-income,", "重复"),
        ("村级,village.supervisor,文字,", "村级,,文字,", "审核"),
        ("entry=项目:文字", "entry=项目:字", "栏目"),
        ("2.1,village-plan,村务", "2.1,village-plan,村事", "类别"),
        ("编号", "代码", "表头"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_with_its_line(
    old: str, new: str, says: str
) -> None:
    text = catalogue.EXAMPLE.read_text("utf-8").replace(old, new, 1)
    with pytest.raises(SheetError, match=says):
        items.read(text.encode())
    with pytest.raises(SheetError, match=says):
        items.read(text.encode("gb18030"))
