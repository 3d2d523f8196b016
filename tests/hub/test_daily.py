"""What an inspector looks at each day: reasons with their figures, and a sample nobody chose."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub import days
from hub.clock import now_ms
from hub.config import ConfigError
from hub.daily import heads, rules, seals
from hub.daily.limits import Limits, read
from hub.daily.models import DayHead
from hub.daily.rules import History, Stamp
from hub.log.models import Head
from hub.log.store import add
from hub.records import index
from tests.hub import public_rig as hub
from tests.hub.alarm_rig import approve
from tests.hub.journal_rig import COUNTERS, Journal
from tests.support.contents import DAY
from tests.support.township import Township
from wire.tlog import tree

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PAIR = frozenset({"yi", "jia"})
STAMP = Stamp(b"a" * 32, "sunrise-1", "sunrise", NOON, "residence", b"g" * 32, "xin", PAIR)
NONE = History()


def told(*stamps: Stamp, history: History = NONE) -> Sequence[str]:
    """The reasons of the first one."""
    return rules.reasons(stamps, history, Limits()).get(stamps[0].name, ())


@pytest.mark.parametrize(
    ("hour", "unusual"), [(7, False), (19, False), (20, True), (3, True), (6, True)]
)
def test_a_stamp_at_night(hour: int, *, unusual: bool) -> None:
    found = told(replace(STAMP, at=NOON.replace(hour=hour)))
    assert len(found) == int(unusual)
    if unusual:
        assert f"{hour:02}:00（20 时到 7 时之间）" in found[0]


@pytest.mark.parametrize(("day", "words"), [(6, ""), (7, "休息日用印：星期六"), (8, "星期日")])
def test_a_stamp_on_a_day_of_rest(day: int, words: str) -> None:
    found = told(replace(STAMP, at=NOON.replace(day=day)))
    assert len(found) == bool(words)
    assert words in "".join(found)


def test_office_hours_and_idle_days_of_a_seal() -> None:
    monday = NOON.replace(day=2)
    times = [
        *(monday.replace(hour=hour) for hour in (7, 8, 16, 17)),
        monday.replace(day=7, hour=10),
    ]
    row = seals.told("sunrise-1", "章", times, times[-1], date(2026, 11, 10), Limits())
    assert (row.within, row.outside, row.days, row.idle) == (2, 3, 2, 3)
    never = seals.told("sunrise-1", "章", [], None, date(2026, 11, 10), Limits())
    assert (never.within, never.days, never.last, never.idle) == (0, 0, None, None)


def test_many_applications_in_few_minutes_are_a_burst_many_presses_are_not() -> None:
    def at(minute: int, grant: bytes) -> Stamp:
        name = sha256(bytes([minute]) + grant).digest()
        return replace(STAMP, name=name, grant=grant, at=NOON + timedelta(minutes=minute))

    same = [at(minute, b"g") for minute in range(8)]
    assert told(*same) == ()
    others = [at(minute, bytes([minute])) for minute in range(5)]
    assert told(*others) == ("短时间集中用印：前后 10 分钟内 5 件",)
    elsewhere = [replace(one, device="sunset-1") for one in others[1:]]
    assert told(others[0], *elsewhere) == ()


def test_always_the_same_approvers() -> None:
    other = frozenset({"yi", "bing"})
    often = History(pairs=[("sunrise", PAIR)] * 18 + [("sunrise", other)] * 2)
    assert told(STAMP, history=often) == ("总是同样几个人审批：90 天内全村 20 件中的 18 件",)
    assert told(STAMP, history=History(pairs=[("sunrise", PAIR)] * 9)) == ()
    mixed = History(pairs=[("sunrise", PAIR)] * 17 + [("sunrise", other)] * 3)
    assert told(STAMP, history=mixed) == ()
    assert told(replace(STAMP, approvers=frozenset()), history=often) == ()


def test_one_matter_in_several_applications() -> None:
    def filed(*days: int) -> History:
        return History(filed=[("xin", "residence", NOON - timedelta(days=one)) for one in days])

    assert told(STAMP, history=filed(0, 10, 29)) == (
        "同一人同一事项多次申请：30 天内 3 次（可能拆分）",
    )
    assert told(STAMP, history=filed(0, 10, 31)) == ()
    assert told(replace(STAMP, item="loan"), history=filed(0, 1, 2)) == ()


def test_whoever_has_head_and_day_draws_the_same_and_nobody_else() -> None:
    names = [sha256(bytes([number])).digest() for number in range(50)]
    drawn = rules.sample(names, b"r" * 32, "2026-11-02", 5)
    assert drawn == rules.sample(reversed(names), b"r" * 32, "2026-11-02", 5)
    assert len(set(drawn) & set(names)) == 5
    assert drawn != rules.sample(names, b"s" * 32, "2026-11-02", 5)
    assert drawn != rules.sample(names, b"r" * 32, "2026-11-03", 5)
    assert set(rules.sample(names[:3], b"r" * 32, "2026-11-02", 5)) == set(names[:3])


@pytest.mark.parametrize(
    "table",
    [
        *({"nights": 1}, {"sample": -1}, {"sample": "5"}, {"night_to": 25}, {"pair_percent": 101}),
        *({"office_days": 8}, {"office_to": 25}),
    ],
)
def test_a_wrong_setting_is_named(table: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=rf"daily.{next(iter(table))}"):
        read(table)
    assert read({"sample": 0}).sample == 0


def logged(count: int) -> bytes:
    """A log of that many leaves with a head, and its root."""
    add([bytes([number]) for number in range(count)])
    Head.objects.create(id=1, checkpoint=b"", size=count)
    return tree.root_of([tree.leaf_hash(bytes([number])) for number in range(count)])


def test_a_days_head_is_kept_once_and_stays(township: Township) -> None:
    heads.keep(now_ms())
    assert not DayHead.objects.exists()
    root, now = logged(3), now_ms()
    heads.keep(now)
    yesterday = days.today(now) - timedelta(days=1)
    assert [(one.day, one.size, bytes(one.root)) for one in DayHead.objects.all()] == [
        (yesterday.isoformat(), 3, root)
    ]
    Head.objects.update(size=2)
    heads.keep(now)
    assert DayHead.objects.get().size == 3
    heads.keep(now + 2 * DAY)
    assert DayHead.objects.count() == 3
    for change in (DayHead.objects.all().delete, lambda: DayHead.objects.update(root=bytes(32))):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_page_of_a_day(inspector: Client, journal: Journal, township: Township) -> None:
    day = days.today(now_ms()) - timedelta(days=1)
    filed = approve(township, title="居住证明（夜间）", impressions=3)
    late_ms = days.bounds(day)[0] + 22 * 3_600_000
    for _ in range(3):
        journal.stamp(bytes(filed.subject.hash), wall_ms=late_ms)
    for hour in range(8, 18):
        journal.stamp(b"h" * 32, wall_ms=days.bounds(day)[0] + hour * 3_600_000)
    journal.stamp(b"h" * 32, wall_ms=days.bounds(day)[1])
    hub.store(journal.written)
    while index.step():
        pass
    page = _text(inspector, f"/daily/?day={day}")
    assert page.count("夜间用印：22:00（20 时到 7 时之间）") == 3
    assert "这一天共盖 13 次" in page
    assert "不能抽样" in page
    root = logged(5)
    heads.keep(now_ms())
    page = _text(inspector, "/daily/")
    assert root.hex() in page
    stamped = [one.hash for one in journal.written if one.entry.kind == "stamped"][:-1]
    shown = page.split("随机抽样")[1].split('class="rec-kind" href="/records/')[1:]
    assert [bytes.fromhex(one[:64]) for one in shown] == rules.sample(
        stamped, root, day.isoformat(), 5
    )
    with CaptureQueriesContext(connection) as caught:
        _text(inspector, f"/daily/?day={day}")
    assert len(caught) <= 36


def test_figures_stand_in_a_table_beside_their_bars(
    inspector: Client, journal: Journal, township: Township
) -> None:
    day = days.today(now_ms())
    at_ms = days.bounds(day)[0]
    for hour in (9, 9, 15):
        journal.stamp(b"h" * 32, wall_ms=at_ms + hour * 3_600_000)
    journal.stamp(b"h" * 32, item="disaster", operator="ji", wall_ms=at_ms - 40 * DAY)
    for kind in ("aborted", "interrupted"):
        vain = journal.authorise(b"h" * 32, wall_ms=at_ms).entry.seq
        code = {"code": "unsharp"} if kind == "aborted" else {}
        journal.write(kind, wall_ms=at_ms, authorised=vain, returned=True, **code, **COUNTERS)
    hub.store(journal.written)
    assert "条记录还没有编入索引" in _text(inspector, "/daily/figures/")
    while index.step():
        pass
    page = _text(inspector, "/daily/figures/")
    assert "编入索引" not in page
    for row in ("晨光村</th><td>3", "戊五辉（wu）</th><td>3", "9 时</th><td>2", "15 时</th><td>1"):
        assert row in page, row
    assert 'width="240.0"' in page
    assert 'width="120.0"' in page
    assert "己六晓" not in page
    rested = day.isoweekday() > Limits().office_days
    assert page.count("上班时间内 0 次") == 2 + rested
    assert page.count("从来没有用过") == 2
    longer = _text(inspector, f"/daily/figures/?since={day - timedelta(days=50)}")
    assert "己六晓（ji）</th><td>1" in longer
    for query, sentence in (
        ("since=x", "“x”不是日期"),
        (f"since={day}&until={day - timedelta(days=1)}", "不能早于开始日期"),
        ("since=2020-01-01", "最多 366 天"),
        ("since=9999-12-01&until=9999-12-31", "“9999-12-31”不是日期"),
    ):
        reply = inspector.get(f"/daily/figures/?{query}")
        assert (reply.status_code, sentence in reply.content.decode()) == (400, True), query
    hub.sign_in(inspector, "gui")
    assert inspector.get("/daily/figures/").status_code == 403


@pytest.mark.parametrize("day", ["2026-13-01", "x", "2999-01-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_shown_says_why(inspector: Client, day: str) -> None:
    reply = inspector.get("/daily/", {"day": day})
    page = reply.content.decode()
    assert reply.status_code == 400
    assert f'value="{day}"' in page
    assert "day-wrong" in page


def test_only_inspectors_see_it(township: Township) -> None:
    client = Client()
    assert client.get("/daily/").status_code == 302
    for person in ("jia", "gui"):
        hub.sign_in(client, person)
        assert client.get("/daily/").status_code == 403


def test_a_day_is_the_townships_own() -> None:
    first, after = days.bounds(date(2026, 11, 2))
    assert datetime.fromtimestamp(first / 1000, UTC) == datetime(2026, 11, 1, 16, tzinfo=UTC)
    assert after - first == DAY


def _text(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, reply.status_code
    return reply.content.decode()
