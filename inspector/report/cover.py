"""The report's first page: the verdict in plain words, what was verified, and by what. Pure.

Calls `inspector` and `wire.tlog`.
"""

from dataclasses import dataclass
from typing import Final

from inspector import erased
from inspector.findings import NotVerifiedError
from inspector.head import Head
from inspector.policy import Policy
from inspector.report.span import Span, clock
from inspector.verify import Report
from wire.tlog.checkpoint import Checkpoint

Line = tuple[str, str]

LIMITS: Final = (
    "核验说明记录没有被删改，每次开锁都有按清单成立的审批（应急用印另列）。",
    "核验看不出：私刻的假章、在机器外盖的章（未登记的）、放在摄像头下的纸本身是假的。",
    "姓名以当时清单上的名册为准。时间是机器自己的时钟；先后次序以记录号和日志为准。",
    "投诉、催办不写进日志，本报告里没有。",
)
EVIDENCE: Final = "请原样保存记录包和本报告，不要改动，按线索处置程序上报。"
LATE: Final = (
    "缺的文件、旧的记录可能只是还没有上传：请原样保留这一份，用新目录再下载一次。"
    "仍不通过的，按线索处置程序上报。"
)
_LATE: Final = frozenset({"missing", "photo", "opening", "list", "stale", "pending"})
"""Codes of what may also be only late."""


@dataclass(frozen=True)
class Cover:
    """`good` is the verdict; `warnings` say what it rests on too little."""

    good: bool
    verdict: str
    reason: str
    warnings: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Basis:
    """What a verification rested on, and what the report is of."""

    policy: Policy
    head: Head
    earlier: Checkpoint | None
    span: Span
    villages: tuple[str, ...]
    now_ms: int


def verified(report: Report, basis: Basis) -> Cover:
    """Everything holds."""
    policy, head, earlier = basis.policy, basis.head, basis.earlier
    reason = (
        f"{_extent(report)}；其中机器记录 {report.entries} 条，清单 {report.lists} 份。"
        "除另列的应急用印外，每一次用印都有按当时清单成立的审批；"
        f"每张{'没有按保存期清除的' if report.erased else ''}照片都与记录相符。"
    )
    return Cover(
        good=True,
        verdict="核验通过",
        reason=reason,
        warnings=tuple(_warnings(report, policy, earlier)),
        lines=(
            ("报告范围", f"{basis.span.words}；{'、'.join(basis.villages) or '没有村'}"),
            ("核验时间", f"{clock(basis.now_ms)}（核验电脑的时钟）"),
            *_trusted(policy),
            ("日志头", f"{head.checkpoint.size} 条，根 {head.checkpoint.root.hex()}"),
            ("县级见证", _witnesses(head, policy)),
            ("与上次检查对照", _compared(earlier)),
            ("机器", f"{report.devices} 台"),
            ("用印", f"{report.stamps} 次（整个记录包，不限报告范围）"),
            ("应急用印", f"{report.emergencies} 次"),
            ("机外用印", f"{report.outside} 次"),
            ("作废", f"{report.corrected} 次"),
            ("没有结束的开锁", f"{report.open} 次"),
        ),
    )


def failed(error: NotVerifiedError, policy: Policy, *, now_ms: int) -> Cover:
    """Something does not hold; nothing of the bundle is shown but where."""
    return Cover(
        good=False,
        verdict="核验不通过",
        reason=f"{error.zh}。位置：{error.where}。没有核验通过的内容，本报告一行也不列。",
        warnings=(LATE if error.code in _LATE else EVIDENCE,),
        lines=(
            ("代码", error.code),
            ("位置", error.where),
            ("说明（英文）", f"{error.en}. {error.detail}"),
            ("核验时间", f"{clock(now_ms)}（核验电脑的时钟）"),
            *_trusted(policy),
        ),
    )


def _extent(report: Report) -> str:
    """What of the log was held."""
    if _whole(report):
        return f"日志共 {report.leaves} 条，一条不少、一字未改"
    end = report.leaves if report.end is None else report.end
    village = "" if report.village is None else f"、{report.village} 一村"
    return f"只核验了第 {report.first} 至 {end} 条{village}的记录，这些一字未改"


def _whole(report: Report) -> bool:
    return (report.village, report.first, report.end) == (None, 0, None)


def _trusted(policy: Policy) -> tuple[Line, ...]:
    return (
        ("信任的县级根", policy.root_sha256.hex()),
        ("信任的日志公钥", policy.log_key),
        ("最旧允许", f"{policy.max_age_s // 3600} 小时" if policy.max_age_s else "不限"),
    )


def _witnesses(head: Head, policy: Policy) -> str:
    if not head.witnessed:
        return "尚待县级见证"
    times = "、".join(clock(at * 1000) for at in sorted(head.witnessed))
    return f"{len(head.witnessed)} 个见证（政策要求 {policy.quorum} 个）：{times}"


def _compared(earlier: Checkpoint | None) -> str:
    if earlier is None:
        return "没有"
    return f"是上次 {earlier.size} 条的延续，根 {earlier.root.hex()}"


def _warnings(report: Report, policy: Policy, earlier: Checkpoint | None) -> list[str]:
    found = []
    if not report.witnesses:
        found.append("尚待县级见证：只有乡镇自己的签名。乡镇若另有一套日志，这次看不出来。")
    if not _whole(report):
        found.append(
            f"记录包不是整本日志：其余的没有看；{report.unjudged} 处取决于更早的记录，没有判断。"
        )
    if earlier is None:
        found.append("没有与上次检查对照。请保存本次的 checkpoint 文件，下次核验时用上。")
    if not policy.max_age_s:
        found.append("核验政策没有规定记录最旧到什么时候：请自己看最新记录的时间。")
    if report.erased:
        found += erased.told(report.erased)
        found.append("清除了的没有再看；开示清除了的，盖印员是谁没有再判断。")
    if report.emergencies or report.outside or report.corrected:
        found.append(
            f"应急用印 {report.emergencies} 次、机外用印 {report.outside} 次、"
            f"作废 {report.corrected} 次，请逐一复核。"
        )
    if report.beyond:
        told = report.told_beyond("条")
        found.append(f"被接替的旧机在接替之后另有记录，请逐一复核：{told}。")
    return found
