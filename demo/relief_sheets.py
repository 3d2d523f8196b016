"""The demo's three sheets of relief, as the township's office saves them from Excel.

Calls demo and `hub.redaction.numbers`. Everybody is invented; the identity numbers, which the
product only takes with the right check digit, are of a district that there is not.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from demo.cast import VILLAGE_NAME
from demo.editions import HELPED
from hub.redaction.numbers import check_digit

NOTICE_DAYS = 10
FUND = "产业扶持资金（示例）"
PROJECT = "茶园补助（示例）"
GRANT = "临时救助（示例）"


def funds() -> bytes:
    """Two funds of the village."""
    heads = ("村", "资金名称", "来源", "规模(元)", "用途", "使用单位", "分配结果")
    return _csv(
        heads,
        (
            (
                FUND,
                "县财政（编造）",
                "60000",
                "种茶苗、修水渠",
                "晨光村股份经济合作社",
                "分给 3 户",
            ),
            (
                "临时救助金（示例）",
                "镇财政（编造）",
                "5000",
                "生病、受灾的急用钱",
                "示例镇",
                "发给 3 户",
            ),
        ),
    )


def projects(today: date) -> bytes:
    """What was done with them."""
    heads = ("村", "项目名称", "地点", "内容", "开始日期", "结束日期", "责任人", "招标", "结果")
    days = (f"{today.year - 1}-10-01", f"{today.year}-12-20")
    return _csv(
        heads,
        (
            (PROJECT, "晨光村北坡", "补种茶苗 20 亩", *days, "陈示例", "不用招标", "在做"),
            (GRANT, VILLAGE_NAME, "一户一户发钱", *days, "陈示例", "不用招标", "已发"),
        ),
    )


def people(today: date) -> bytes:
    """Three households; the first was helped twice."""
    heads = ("村", "户编号", "姓名", "身份证号", "项目", "金额(元)", "日期", "资金来源")
    rows = [
        (f"示例-{at}", name, _number(at), GRANT, amount, today.isoformat(), "镇财政（编造）")
        for at, (name, amount) in enumerate(HELPED, start=1)
    ]
    first = (*rows[0][:3], PROJECT, "1500", f"{today.year - 1}-12-08", "县财政（编造）")
    return _csv(heads, (first, *rows))


def _number(serial: int) -> str:
    body = f"33999919500101{serial:03d}"
    return body + check_digit(body)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([heads, *((VILLAGE_NAME, *row) for row in rows)])
    return out.getvalue().encode("utf-8-sig")
