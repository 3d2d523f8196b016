"""Tables that list what happened, one row each: openings, events, machines, silences. Data.

Calls only `inspector.report.table` and `wire.record.words`.
"""

from typing import Final

from inspector.report.table import WALL, Column, Table, moment, worded
from wire.record import words

_STATES: Final = {name: zh for name, (zh, _) in words.STATES.items()}
_VOIDS: Final = {name: zh for name, (zh, _) in words.VOID.items()}
_CLOCKS: Final = {name: words.QUALITIES[name] for name in ("rtc", "floor")}
_ENTRY: Final = "o.device || ' #' || coalesce(o.end_seq, o.seq)"
_SPACED: Final = "trim({} || ' ' || {} || ' ' || {})"

STAMPS: Final = Table(
    "stamps",
    "用印明细",
    "每次准许开锁一行，按日志顺序。时间是盖章（或中止）那条记录的时间。",
    (
        Column("叶号", 1),
        Column("时间", 4, "time"),
        Column("村", 2),
        Column("机器与记录号", 3, "entry"),
        Column("事项", 3, "item"),
        Column("名称（用途）", 4, "title"),
        Column("印章", 3, "seal"),
        Column("申请人", 2, "applicant"),
        Column("审批人", 4),
        Column("盖印员", 2, "operator"),
        Column("第几次/共几次", 2, "sheet"),
        Column("页数", 1, "pages"),
        Column("盖前照片检查", 2, "before"),
        Column("盖后照片检查", 2, "after"),
        Column("结果", 2, "state"),
        Column("备注", 2),
    ),
    f"""SELECT coalesce(o.end_leaf, o.leaf), {moment(WALL)}, o.village_name, {_ENTRY},
        o.item_name || '（' || o.item || '）',
        coalesce(a.title || '（' || a.purpose || '）', ''),
        o.seal_name || '（' || o.seal || '）', a.applicant_name, a.approvers,
        o.operator_name || '（' || o.operator || '）', o.sheet || '/' || coalesce(a.presses, '—'),
        a.pages, o.seen_before, coalesce(o.seen_after, '—'), {worded("o.state", _STATES)},
        {
        _SPACED.format(
            worded("coalesce(o.void, '')", _VOIDS),
            "CASE o.emergency WHEN 1 THEN '应急用印' ELSE '' END",
            worded("o.quality", _CLOCKS),
        )
    }, o.leaf, o.end_leaf, o.application
        FROM opening o LEFT JOIN application a ON a.subject_hash = o.application
        ORDER BY o.leaf""",  # noqa: S608
    ("leaf", "end", "application"),
)


def _events(name: str, zh: str, note: str, kinds: str, *columns: tuple[str, str, int]) -> Table:
    asked = ", ".join(sql for _, sql, _ in columns)
    return Table(
        name,
        zh,
        note,
        (
            Column("叶号", 1),
            Column("时间", 3),
            Column("村", 2),
            Column("机器与记录号", 3),
            *(Column(zh, width) for zh, _, width in columns),
        ),
        f"""SELECT o.leaf, {moment("o.wall")}, o.village_name, o.device || ' #' || o.seq, {asked}
            FROM event o LEFT JOIN application a ON a.subject_hash = o.application
            WHERE o.kind IN ({kinds}) ORDER BY o.leaf""",  # noqa: S608
    )


_WHO: Final = ("盖印员", "o.person_name", 2)
_WHAT: Final = ("内容", "o.what", 6)
_SEAL: Final = ("印章", "o.seal_name", 3)
_OTHERS: Final = ("其他在场人", "o.others", 3)
_DETAIL: Final = ("说明", "o.detail", 4)
_PHOTO: Final = ("照片指纹", "substr(o.photo, 1, 16)", 3)
_MATTER: Final = ("名称", "a.title", 3)

EVENTS: Final = (
    _events(
        "refusals",
        "拒绝",
        "机器没有准许的每一次尝试，及其理由。",
        "'refused'",
        ("理由", "o.what || '（' || o.code || '）'", 5),
        _WHO,
        _MATTER,
        _DETAIL,
    ),
    _events(
        "alarms",
        "报警、中断与时钟跳变",
        "机器自己报告的异常。",
        "'alarm', 'interrupted', 'aborted', 'clock_step'",
        ("类别", "o.kind_name", 2),
        _WHAT,
        _DETAIL,
    ),
    _events(
        "emergencies",
        "应急用印",
        "没有审批、由两人用应急码打开；每次都应复核。",
        "'emergency'",
        _WHAT,
        ("事项", "o.item_name", 3),
        _SEAL,
        _WHO,
        _OTHERS,
    ),
    _events(
        "outside",
        "机外用印",
        "机器不能用时在机外使用印章，按纸质登记补录。",
        "'outside_use'",
        _WHAT,
        _SEAL,
        _WHO,
        _OTHERS,
        _PHOTO,
    ),
    _events(
        "corrections",
        "作废",
        "审批人签名声明作废的盖章；记录本身不删除。",
        "'correction'",
        _WHAT,
        _WHO,
        ("替换的申请", "a.title", 3),
        _PHOTO,
    ),
    _events(
        "seals",
        "印章、人员与维护",
        "印章取出放回、换章、移交，盖印员登记与取消，开箱维护。",
        "'seal_out', 'seal_in', 'seal_replaced', 'handover', 'enrolled', 'unenrolled',"
        " 'maintenance'",
        ("类别", "o.kind_name", 2),
        _SEAL,
        _WHAT,
        _WHO,
        _OTHERS,
        _DETAIL,
    ),
    _events(
        "demands",
        "有人要求开具",
        "群众在机器上说明：谁向他要一份村里不该盖章的证明。",
        "'demanded'",
        ("事项", "o.item_name", 3),
        _WHAT,
    ),
)

_SILENT: Final = "(SELECT coalesce({}(s.missed), 0) FROM silence s WHERE s.device = m.device)"

MACHINES: Final = (
    Table(
        "machines",
        "机器",
        "每台机器的记录号经核验连续，没有缺口。机器每小时写一条在线记录；“缺少的小时”是本应有而没有的条数，"
        "关机、断电也在内。没有记录的机器也列出。",
        (
            Column("村", 2),
            Column("机器", 2),
            Column("最早记录", 3),
            Column("最新记录", 3),
            Column("记录条数", 1),
            Column("在线记录", 1),
            Column("开机次数", 1),
            Column("盖章次数", 1),
            Column("缺少的小时合计", 1),
            Column("最长一次", 1),
            Column("接替的旧机", 2),
        ),
        f"""SELECT m.village_name, m.device, coalesce({moment("m.first")}, '没有记录'),
            {moment("m.last")}, m.entries, m.heartbeats, m.boots,
            (SELECT count(*) FROM opening o WHERE o.device = m.device AND o.state = 'stamped'),
            {_SILENT.format("sum")} AS missed, {_SILENT.format("max")},
            m.replaces
            FROM machine m ORDER BY m.entries > 0, missed DESC, m.device""",  # noqa: S608
    ),
    Table(
        "silences",
        "没有记录的时段",
        "两条相邻记录之间缺少在线记录的时段，最长的在前。",
        (
            Column("村", 2),
            Column("机器", 2),
            Column("自", 3),
            Column("至", 3),
            Column("缺少的小时", 1),
            Column("其后", 2),
        ),
        f"""SELECT m.village_name, m.device, {moment("s.start")}, {moment("s.stop")}, s.missed,
            CASE s.boot WHEN 1 THEN '重新开机' ELSE '' END
            FROM silence s JOIN machine m USING (device)
            ORDER BY s.missed DESC, s.start""",  # noqa: S608
    ),
)
