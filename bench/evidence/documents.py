"""Invented papers in words: kinds, facts, and look-alikes that differ in one fact. Calls nothing of
ours. Everything in them is made up.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

SURNAMES: Final = "林何陈周吴郑王李赵孙钱黄徐朱胡郭马罗梁宋"
GIVEN: Final = "小春有新远平大晓建国志明秀芳海军丽华永福水根金玉兰桂英世杰文斌天宇子涵一诺"
PLACES: Final = ("东塘路", "西洋片", "南埠头", "北苑", "溪口", "岭脚", "下垟", "石桥头")
VILLAGES: Final = ("晨光村", "云溪村", "石门村", "长岭村")
GOODS: Final = ("水泥", "办公用纸", "水电费", "道路清扫", "垃圾清运", "路灯维修", "会议茶水")
DIGITS: Final = "0123456789"
ALIKE: Final[Mapping[str, str]] = {
    "0": "868", "1": "74", "2": "37", "3": "858", "4": "19", "5": "368", "6": "850", "7": "12",
    "8": "360", "9": "084",
}  # fmt: skip
"""For each digit those that a forger would choose: few strokes make one into the other."""


@dataclass(frozen=True)
class Row:
    """One row of a table, cell by cell."""

    cells: tuple[str, ...]


Block = str | Row


@dataclass(frozen=True)
class Paper:
    """A document: `blocks` hold {facts}; `letterhead` stands in red above the title."""

    kind: str
    title: str
    blocks: tuple[Block, ...]
    facts: Mapping[str, str]
    closing: tuple[str, ...]
    letterhead: str = ""

    def filled(self) -> list[Block]:
        """The blocks with their facts."""
        return [
            Row(tuple(cell.format_map(self.facts) for cell in block.cells))
            if isinstance(block, Row)
            else block.format_map(self.facts)
            for block in self.blocks
        ]


def paper(chance: random.Random) -> Paper:
    """Any of the kinds."""
    return chance.choice(KINDS)(chance)


def other_amount(page: Paper, chance: random.Random) -> Paper:
    """The same paper with one digit of one amount changed into one that looks like it."""
    return _changed(page, chance, "money", DIGITS, lambda old: chance.choice(ALIKE[old]))


def other_name(page: Paper, chance: random.Random) -> Paper:
    """The same paper with one character of one name changed."""

    def another(old: str) -> str:
        return chance.choice([one for one in GIVEN if one != old])

    return _changed(page, chance, "name", SURNAMES + GIVEN, another)


def longer(page: Paper) -> Paper:
    """The same paper with one line more at its end."""
    return replace(page, blocks=(*page.blocks, "另：以上各项同意以集体资产作抵押担保。"))


def _changed(
    page: Paper, chance: random.Random, wanted: str, from_: str, into: Callable[[str], str]
) -> Paper:
    key = chance.choice([one for one in page.facts if one.startswith(wanted)])
    text = page.facts[key]
    at = chance.choice([index for index, one in enumerate(text) if one in from_])
    return replace(page, facts={**page.facts, key: text[:at] + into(text[at]) + text[at + 1 :]})


def _name(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))


def _money(chance: random.Random, most: int = 900_000) -> str:
    amount = chance.randint(100, most)
    return chance.choice((f"{amount:,}", f"{amount}", f"{amount:,}.{chance.randint(0, 99):02}"))


def _date(chance: random.Random) -> str:
    return f"2026年{chance.randint(1, 12)}月{chance.randint(1, 28)}日"


def _closing(chance: random.Random) -> tuple[str, ...]:
    return (f"{chance.choice(VILLAGES)}村民委员会（盖章）", _date(chance))


def _place(chance: random.Random) -> str:
    return f"{chance.choice(PLACES)}{chance.randint(1, 199)}号"


def contract(chance: random.Random) -> Paper:
    """A works contract of ten clauses."""
    return Paper(
        "contract",
        "小型工程施工合同",
        (
            "甲方：{village}村民委员会",
            "乙方：{name}",
            "一、工程名称：{place}道路硬化及排水沟改造工程，由乙方包工包料施工。",
            "二、工程地点：{place}至村口段，长约{length}米，宽三点五米，厚度十八厘米。",
            (
                "三、合同总价人民币{money}元，按实际完成并经验收合格的工程量结算，"
                "超出部分须经村民代表会议同意。"
            ),
            "四、工期{days}天，自开工令下达之日起算，因雨雪停工的顺延。",
            (
                "五、付款方式：开工后付{money_first}元，验收合格后付至百分之九十七，"
                "余款作质量保证金，满一年无质量问题付清。"
            ),
            "六、乙方应做好安全防护，施工中发生的一切安全事故由乙方承担责任。",
            "七、工程质量须符合国家现行验收标准，不合格的由乙方无偿返工。",
            "八、本合同一式四份，甲乙双方、村务监督委员会和镇三资管理中心各执一份。",
            "甲方代表：{name_head}　　　　乙方代表：{name}",
        ),
        {
            "village": chance.choice(VILLAGES),
            "name": _name(chance),
            "name_head": _name(chance),
            "place": chance.choice(PLACES),
            "length": str(chance.randint(80, 990)),
            "money": _money(chance),
            "money_first": _money(chance, 90_000),
            "days": str(chance.randint(20, 120)),
        },
        _closing(chance),
    )


def certificate(chance: random.Random) -> Paper:
    """A short statement with much white below."""
    return Paper(
        "certificate",
        chance.choice(("居住情况证明", "家庭经济困难学生情况说明", "土地承包情况说明")),
        (
            "示例镇人民政府：",
            (
                "　　兹有本村村民{name}，现居住于{place}，家庭人口{people}人，"
                "上一年度家庭人均可支配收入约{money}元。"
            ),
            "　　上述情况经{name_witness}等入户核实，村务监督委员会无异议。",
            "　　本说明仅供办理子女入学使用，其他用途无效。",
            "　　特此说明。",
        ),
        {
            "name": _name(chance),
            "name_witness": _name(chance),
            "place": _place(chance),
            "people": str(chance.randint(2, 7)),
            "money": _money(chance, 30_000),
        },
        _closing(chance),
    )


def table(chance: random.Random) -> Paper:
    """A ruled table of receipts."""
    count = chance.randint(8, 16)
    facts = {"village": chance.choice(VILLAGES)}
    rows = [Row(("序号", "日期", "事由", "经手人", "金额（元）"))]
    for number in range(1, count + 1):
        facts[f"name{number}"], facts[f"money{number}"] = _name(chance), _money(chance, 20_000)
        rows.append(
            Row(
                (
                    str(number),
                    f"{chance.randint(1, 12)}月{chance.randint(1, 28)}日",
                    chance.choice(GOODS),
                    f"{{name{number}}}",
                    f"{{money{number}}}",
                )
            )
        )
    facts["money"] = _money(chance)
    rows.append(Row(("", "", "合　计", "", "{money}")))
    return Paper(
        "table",
        "村级收支公开明细表",
        ("单位：{village}村民委员会", *rows, "复核：村务监督委员会"),
        facts,
        _closing(chance),
    )


def minutes(chance: random.Random) -> Paper:
    """Minutes of a meeting under a red letterhead."""
    village = chance.choice(VILLAGES)
    return Paper(
        "minutes",
        "村民代表会议纪要",
        (
            "时间：{date}　　地点：村文化礼堂　　主持：{name_head}　　记录：{name_clerk}",
            "应到代表四十二人，实到{present}人，符合法定人数。会议审议并表决如下事项：",
            (
                "一、审议{place}道路硬化工程预算{money}元，所需资金从村集体经营收入中列支，"
                "同意三十五票，弃权二票。"
            ),
            "二、审议{place_two}店面出租方案，年租金底价{money_rent}元，租期三年，公开竞价。",
            "三、审议低收入农户慰问名单，对{name}等户每户发放慰问金{money_gift}元。",
            "四、通报上一季度财务收支情况，代表无异议。",
            "会议要求：以上事项于会后五日内张榜公布，接受村民监督，公示期不少于七天。",
        ),
        {
            "date": _date(chance),
            "name_head": _name(chance),
            "name_clerk": _name(chance),
            "name": _name(chance),
            "present": str(chance.randint(30, 42)),
            "place": chance.choice(PLACES),
            "place_two": _place(chance),
            "money": _money(chance),
            "money_rent": _money(chance, 90_000),
            "money_gift": _money(chance, 2_000),
        },
        _closing(chance),
        letterhead=f"{village}村民委员会文件",
    )


def note(chance: random.Random) -> Paper:
    """A receipt of three lines: the least that is still a document."""
    return Paper(
        "note",
        "收　条",
        (
            "　　今收到{name}交来{reason}款人民币{money}元整，此款已入村集体账户。",
            "　　经手人：{name_hand}",
        ),
        {
            "name": _name(chance),
            "name_hand": _name(chance),
            "reason": chance.choice(GOODS),
            "money": _money(chance),
        },
        _closing(chance),
    )


KINDS: Final[Sequence[Callable[[random.Random], Paper]]] = (
    contract,
    certificate,
    table,
    minutes,
    note,
)
