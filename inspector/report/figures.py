"""Tables that count: what was stamped by whom, where and when, and what is worth a look. Data.

Calls only `inspector.report`. What is conspicuous is counted and sorted, never judged: marks come
from the inspector's own options.
"""

from typing import Final

from inspector.report.span import OFFSET_S
from inspector.report.table import WALL, Column, Table

_HOUR: Final = f"CAST(strftime('%H', {WALL} / 1000 + {OFFSET_S}, 'unixepoch') AS INT)"


def _figures(name: str, zh: str, heads: str, select: str, group: str, source: str = "") -> Table:
    columns = tuple(Column(head, 4) for head in heads.split(" "))
    return Table(
        name,
        zh,
        "",
        (*columns, Column("盖章次数", 1)),
        f"""SELECT {select}, count(*) AS n FROM opening o {source} WHERE o.state = 'stamped'
            GROUP BY {group} ORDER BY n DESC, 1, 2""",  # noqa: S608
    )


_MONTH: Final = f"strftime('%Y-%m', {WALL} / 1000 + {OFFSET_S}, 'unixepoch')"
_APPROVED: Final = "JOIN approver p ON p.subject_hash = o.application"

FIGURES: Final = (
    _figures("by-village", "按村统计", "村", "o.village_name", "o.village_name"),
    _figures(
        "by-seal",
        "按印章统计",
        "村 印章",
        "o.village_name, o.seal_name || '（' || o.seal || '）'",
        "o.device, o.seal",
    ),
    _figures("by-item", "按事项统计", "事项", "o.item_name || '（' || o.item || '）'", "o.item"),
    _figures("by-month", "按月统计", "月份", _MONTH, _MONTH),
    _figures(
        "by-operator",
        "按盖印员统计",
        "村 盖印员",
        "o.village_name, o.operator_name || '（' || o.operator || '）'",
        "o.village_name, o.operator",
    ),
    _figures(
        "by-approver",
        "按审批人统计",
        "村 环节 审批人",
        "p.village_name, p.step, p.name || '（' || p.person || '）'",
        "p.village_name, p.step, p.person",
        _APPROVED,
    ),
)

PATTERNS: Final = (
    Table(
        "by-hour",
        "按钟点统计",
        "北京时间。可看夜间、清晨的用印是否有缘由。",
        (Column("钟点", 4), Column("盖章次数", 1)),
        f"""SELECT {_HOUR} || ' 时', count(*) FROM opening o WHERE o.state = 'stamped'
            GROUP BY {_HOUR} ORDER BY {_HOUR}""",  # noqa: S608
        marked=lambda options, row: options.is_night(int(str(row[0]).split(" ")[0])),
    ),
    Table(
        "refused-persons",
        "按人统计的拒绝",
        "同一个人被拒绝的次数，多的在前。输错密码、放错纸也会被拒绝。",
        (Column("村", 2), Column("人", 2), Column("理由", 5), Column("拒绝次数", 1)),
        """SELECT village_name, CASE person WHEN '' THEN '（未登录）'
            ELSE person_name || '（' || person || '）' END,
            substr(group_concat(DISTINCT what), 1, 200), count(*) AS n FROM event
            WHERE kind = 'refused' GROUP BY village_name, person ORDER BY n DESC, 1, 2""",
        marked=lambda options, row: options.refusals is not None and row[3] >= options.refusals,
    ),
    Table(
        "operator-shares",
        "盖印员在每台机器上的份额",
        "多的在前。只有一名盖印员的村，份额自然是 100%。",
        (
            Column("村", 2),
            Column("机器", 2),
            Column("盖印员", 3),
            Column("次数", 1),
            Column("份额 %", 1),
        ),
        """SELECT o.village_name, o.device, o.operator_name || '（' || o.operator || '）',
            count(*) AS n, round(100.0 * count(*) / (SELECT count(*) FROM opening t
                WHERE t.device = o.device AND t.state = 'stamped'), 1)
            FROM opening o WHERE o.state = 'stamped'
            GROUP BY o.device, o.operator ORDER BY 5 DESC, n DESC, o.device""",
        marked=lambda options, row: (
            options.same_operator_percent is not None and row[4] >= options.same_operator_percent
        ),
    ),
    Table(
        "pairs",
        "审批人与盖印员的搭配",
        "同一审批人批准、同一盖印员盖章的次数，多的在前。",
        (Column("村", 2), Column("审批人", 3), Column("盖印员", 3), Column("盖章次数", 1)),
        f"""SELECT o.village_name, p.name || '（' || p.person || '）',
            o.operator_name || '（' || o.operator || '）', count(*) AS n
            FROM opening o {_APPROVED} WHERE o.state = 'stamped'
            GROUP BY o.village_name, p.person, o.operator
            ORDER BY n DESC, 1, 2, 3""",  # noqa: S608
    ),
    Table(
        "same-matters",
        "同一申请人、同一事项的多份申请",
        "可看一件事是否被拆成几份申请。只列有两份以上已盖章申请的，多的在前；正常情形也会有。",
        (
            Column("村", 2),
            Column("申请人", 2),
            Column("事项", 3),
            Column("名称", 5),
            Column("申请份数", 1),
            Column("盖章次数", 1),
        ),
        """SELECT o.village_name, a.applicant_name, o.item_name || '（' || o.item || '）',
            substr(group_concat(DISTINCT a.title), 1, 200), count(DISTINCT a.subject_hash) AS n,
            count(*)
            FROM opening o JOIN application a ON a.subject_hash = o.application
            WHERE o.state = 'stamped'
            GROUP BY o.village_name, a.applicant, a.applicant_name, o.item HAVING n > 1
            ORDER BY n DESC, 6 DESC, 1, 2""",
        marked=lambda options, row: (
            options.same_matter is not None and row[4] >= options.same_matter
        ),
    ),
)

PATTERNS_NOTE: Final = (
    "以下只是事实和计数，供检查人员选看，不是结论，也不说明任何人有过错。"
    "程序不设门槛；标 ★ 的行是检查人员自己的选项文件要求标出的。"
)
