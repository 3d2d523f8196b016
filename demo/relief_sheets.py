"""The demo's three sheets of relief, as the township's office saves them from Excel.

Calls demo and `hub.redaction.numbers`. Everybody is invented; the identity numbers, which the
product only takes with the right check digit, are of a district that there is not.
"""

from datetime import date

from demo.cast import VILLAGE_NAME
from demo.editions import HELPED
from demo.tables import csv_of
from hub.redaction.numbers import check_digit

PROJECT = "茶园补助（示例）"
GRANT = "临时救助（示例）"
COUNTY, TOWN = "县财政（编造）", "镇财政（编造）"


def funds() -> bytes:
    """One of the village, one of the township."""
    tea = ("种茶苗、修水渠", "晨光村股份经济合作社", "分给 3 户")
    aid = ("生病、受灾的急用钱", "示例镇", "发给 3 户")
    return csv_of(
        ("村", "资金名称", "来源", "规模(元)", "用途", "使用单位", "分配结果"),
        (
            (VILLAGE_NAME, "产业扶持资金（示例）", COUNTY, "60000", *tea),
            ("", "临时救助金（示例）", TOWN, "5000", *aid),
        ),
    )


def projects(today: date) -> bytes:
    """What was done with them."""
    days = (f"{today.year - 1}-10-01", f"{today.year}-12-20")
    rest = (*days, "陈示例", "不用招标")
    return csv_of(
        ("村", "项目名称", "地点", "内容", "开始日期", "结束日期", "责任人", "招标", "结果"),
        (
            (VILLAGE_NAME, PROJECT, "晨光村北坡", "补种茶苗 20 亩", *rest, "在做"),
            (VILLAGE_NAME, GRANT, "晨光村", "一户一户发钱", *rest, "已发"),
        ),
    )


def people(today: date) -> bytes:
    """Three households; the first was helped twice."""
    rows = [
        (VILLAGE_NAME, f"示例-{at}", name, _number(at), GRANT, amount, today.isoformat(), TOWN)
        for at, (name, amount) in enumerate(HELPED, start=1)
    ]
    first = (*rows[0][:4], PROJECT, "1500", f"{today.year - 1}-12-08", COUNTY)
    heads = ("村", "户编号", "姓名", "身份证号", "项目", "金额(元)", "日期", "资金来源")
    return csv_of(heads, (first, *rows))


def _number(serial: int) -> str:
    body = f"33999919500101{serial:03d}"
    return body + check_digit(body)
