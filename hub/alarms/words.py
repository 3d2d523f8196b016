"""What was found where an alarm was raised, as a Chinese sentence. Pure.

Calls `hub.records.words` and `wire`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from hub.alarms.facts import Told
from hub.records.words import RIVALS
from wire.record.words import ALARMS


def found(rule: str, told: Told) -> str:
    """In the words of that rule."""
    return _FOUND[rule](told)


def _unended(told: Told) -> str:
    if "presses" in told:
        return f"批准 {told['presses']} 次，盖了 {told['stamped']} 次"
    return "开锁以后没有结束的记录"


def _rival(told: Told) -> str:
    reason = str(told["reason"])
    return f"第 {told['seq']} 条：{RIVALS.get(reason, reason)}"


def _silent(told: Told) -> str:
    return f"最后一条是第 {told['seq']} 条" if told["seq"] else "从来没有记录"


_FOUND: Final[Mapping[str, Callable[[Told], str]]] = {
    "unstamped": lambda told: f"批准 {told['presses']} 次，一次没有盖",
    "unended": _unended,
    "idle": lambda told: f"印章 {told['seal']} 没有使用",
    "silent": _silent,
    "withheld": lambda told: f"机器写到第 {told['wrote']} 条，平台只收到第 {told['seq']} 条",
    "machine": lambda told: ALARMS.get(str(told["alarm"]), str(told["alarm"])),
    "page_mismatch": lambda _: "照片上的不是批准的那一页",
    "text_differs": lambda _: "照片上的文字与批准的页不同",
    "blank_page": lambda _: "放进去的是空白纸",
    "count_mismatch": lambda told: f"按压 {told['pressed']} 次，印迹照片 {told['pictures']} 张",
    "conflict": _rival,
}
