"""What the witness answers, and why: one table of answers and one pure decision.

Pure; calls only `wire.tlog`. The order of the checks is that of C2SP tlog-witness.
"""

from dataclasses import dataclass
from typing import Final

from wire.errors import WireError
from wire.tlog import tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.proof import verify_consistency
from wire.tlog.submission import Submission

CLOCK_SLACK_S: Final = 60
"""A clock set back by at most this much is waited for; by more, nothing is signed."""


@dataclass(frozen=True)
class Answer:
    """An HTTP status and what it says."""

    status: int
    zh: str
    en: str


@dataclass(frozen=True)
class Head:
    """The checkpoint cosigned last for a log; size 0 and an empty `note` before the first."""

    size: int
    root: bytes
    note: bytes


NONE: Final = Head(0, tree.EMPTY_ROOT, b"")

ANSWERS: Final = {
    "malformed": Answer(400, "请求格式不对。", "Not an add-checkpoint request."),
    "old_above_size": Answer(400, "旧大小大于新大小。", "The old size is above the new one."),
    "not_signed": Answer(
        403, "没有本日志密钥的有效签名。", "Not signed by a known key of this log."
    ),
    "unknown_log": Answer(404, "见证不认识这个日志。", "This witness does not follow that log."),
    "ended": Answer(404, "这本日志已终结，不再见证。", "That log ended; nothing more is cosigned."),
    "too_slow": Answer(408, "请求来得太慢。", "The request took too long to arrive."),
    "conflict": Answer(409, "旧大小与见证所记不同。", "The old size is not the one cosigned last."),
    "too_large": Answer(413, "请求过大。", "The request is too large."),
    "empty_root": Answer(422, "空树的根不对。", "Not the root of an empty tree."),
    "proof_unwanted": Answer(422, "从零开始不需要证明。", "From size 0 there is no proof to give."),
    "fork": Answer(
        422, "同一大小出现第二个根，已留证。", "A second root of one size: evidence is kept."
    ),
    "inconsistent": Answer(422, "一致性证明不成立。", "The consistency proof does not hold."),
    "clock_back": Answer(503, "见证的时钟倒退了，暂不签名。", "The witness's clock went back."),
    "store": Answer(503, "见证的数据库不能写入。", "The witness cannot write its database."),
}


def refusal(head: Head, asked: Submission, offered: Checkpoint) -> str | None:
    """Why `offered` is not cosigned after `head`: a key of ANSWERS, or None if it may be."""
    if asked.old > offered.size:
        return "old_above_size"
    if asked.old != head.size:
        return "conflict"
    if offered.size == 0 and offered.root != tree.EMPTY_ROOT:
        return "empty_root"
    if asked.old == 0:
        return "proof_unwanted" if asked.proof else None
    if is_fork(head, offered):
        return "fork"
    return None if _extends(head, asked, offered) else "inconsistent"


def is_fork(head: Head, offered: Checkpoint) -> bool:
    """Whether the log signed two roots of one size, whatever else was asked."""
    return bool(head.note) and offered.size == head.size and offered.root != head.root


def timestamp(now_s: int, last_s: int) -> int | None:
    """The time to sign, never before `last_s`; None where the clock went back too far."""
    if last_s - now_s > CLOCK_SLACK_S:
        return None
    return max(now_s, last_s)


def _extends(head: Head, asked: Submission, offered: Checkpoint) -> bool:
    try:
        verify_consistency(head.size, offered.size, asked.proof, head.root, offered.root)
    except WireError:
        return False
    return True
