"""What the demo's village publishes: plainly invented, each piece marked as an example. Pure data.

Calls demo.days and demo.tables. Tables have heads as clerks write them; those that the township's
catalogue does not ask for are left out when the sheet is read.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from demo.days import months_before
from demo.tables import Row, csv_of

EXAMPLE = "这是示例：人、事、钱都是编的。"
RESOURCES = ("资源", "面积（亩）", "使用情况")
INCOME = ("日期", "项目", "金额（元）", "资金来源")
SPENDING = (*INCOME, "使用部门", "负责人")
PROJECT = ("阶段", "计划完成", "实际完成", "已付金额（元）", "施工单位", "日期")


@dataclass(frozen=True)
class Edition:
    """One release: an item of the catalogue, a day of its period or of what happened (`called`),
    and its table. `of` is the title of an earlier report of the same event.
    """

    item: str
    day: date
    title: str
    text: tuple[str, ...] = ()
    heads: Row = ()
    rows: tuple[Row, ...] = ()
    called: str = ""
    of: str = ""
    photo: bool = False

    @property
    def key(self) -> str:
        """By which the demo knows that it was published; each stands once."""
        return f"{self.item} {self.title}"

    @property
    def sheet(self) -> bytes:
        """Its table as Excel saves it; empty without one."""
        return csv_of(self.heads, self.rows) if self.heads else b""


def editions(today: date) -> tuple[Edition, ...]:
    """In the order in which they are published; the newest last."""
    last, quarter = months_before(today, 1), months_before(today, (today.month - 1) % 3 + 1)
    return (
        Edition(
            "party-work",
            quarter,
            f"{_quarter(quarter)}党组织工作情况（示例）",
            ("开支部党员大会 1 次，讲党课 1 次。", "上门看望老党员 3 户，帮助收稻谷 2 户。"),
        ),
        Edition(
            "village-plan",
            today,
            f"{today.year}年村里要办的事（示例）",
            ("第一件：修好东塘路的路灯。", "第二件：老年活动室装扶手。", "第三件：清理村口小溪。"),
        ),
        Edition(
            "finance-resources",
            quarter,
            f"{_quarter(quarter)}村集体资源（示例）",
            heads=RESOURCES,
            rows=(
                ("山林", "320", "包给农户种茶，合同到明年"),
                ("鱼塘", "6.5", "出租"),
                ("空地", "1.2", "没有用"),
            ),
        ),
        *_month(last, today, 0),
        *_month(months_before(today, 0), today, 1),
        *_project(today),
    )


HELPED = (("周示例", "800"), ("吴示例", "500"), ("林示例", "500"))
"""Who was helped, with how many yuan."""
QUESTION = "清扫费是给谁的？一个月扫几次？（示例提问）"
ANSWER = "给村里请的两位保洁员，每天扫一次，合同贴在村委会门口。（示例答复）"
REPORT = "村口路灯坏了一个月，公开里却写着修灯的钱。请查一查。（示例反映）"
RESOLUTION = "村民代表会议：明年修哪条路（示例）"
"""Happened, and is not published in time."""
LATE_DAYS = 12


def _month(first: date, today: date, more: int) -> tuple[Edition, Edition]:
    """Income and spending of one month, up to today; `more` makes another month of it."""
    days = [min(first.replace(day=day), max(today, first)) for day in (3, 9, 16, 24)]
    on = [day.isoformat() for day in days]
    called = f"{first.year}年{first.month}月"
    income = (
        (on[0], "山林承包费", f"{12000 - 3000 * more}", "承包户"),
        (on[1], "村口停车场收入", f"{3450 + 210 * more}.50", "停车"),
        (on[2], "老办公楼一楼租金", "2600", "租户"),
    )
    spending = (
        (on[0], "村道清扫", f"{1800 + 100 * more}", "村集体收入", "村委会", "钱示例"),
        (on[1], "路灯电费", f"{486 + 31 * more}.20", "村集体收入", "村委会", "钱示例"),
        (on[2], "老年活动室茶水和扶手", f"{960 + 420 * more}", "村集体收入", "老年协会", "孙示例"),
        (on[3], "印公开栏的纸", "75", "村集体收入", "村委会", "钱示例"),
    )
    return (
        Edition("finance-income", first, f"{called}各项收入（示例）", (), INCOME, income),
        Edition("finance-spending", first, f"{called}各项支出（示例）", (), SPENDING, spending),
    )


def _project(today: date) -> tuple[Edition, Edition]:
    """A project begun four days ago and done today, with a photo."""
    begun, taken = today - timedelta(days=4), (today - timedelta(days=3)).isoformat()
    team, title, now = "示例电力安装队", "东塘路路灯：开工（示例）", today.isoformat()
    planned = (
        ("拆旧灯", taken, "", "", team, begun.isoformat()),
        ("装 12 盏新灯", now, "", "", team, begun.isoformat()),
    )
    done = (
        ("拆旧灯", taken, taken, "3600", team, taken),
        ("装 12 盏新灯", now, now, "15000", team, now),
    )
    return (
        Edition(
            "projects",
            begun,
            title,
            ("换 12 盏灯，计划 5 天装完。",),
            PROJECT,
            planned,
            called="东塘路路灯（示例）",
        ),
        Edition(
            "projects",
            today,
            "东塘路路灯：装好了（示例）",
            ("12 盏灯都亮了。质保 2 年，坏了打村里电话。",),
            PROJECT,
            done,
            of=title,
            photo=True,
        ),
    )


def _quarter(day: date) -> str:
    return f"{day.year}年第{'一二三四'[(day.month - 1) // 3]}季度"
