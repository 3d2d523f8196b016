"""A notice as others read it: a Chinese sentence, and the same as fields. Nobody is named in it,
and no address leads from it to an approval.

Calls `hub.alarms.table`, `hub.devices.authority` and `hub.notices`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.alarms.table import RULES
from hub.clock import moment
from hub.days import zone
from hub.devices import authority
from hub.notices.models import Notice

MARK: Final = "用印提醒"
"""In every message: robots that want a keyword are given this one."""
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """`id` is the same each time it is sent."""

    id: str
    kind: str
    made_ms: int
    zh: str
    data: Told


def message(notice: Notice, villages: Mapping[str, str], offices: Mapping[str, str]) -> Message:
    """With the villages' and offices' names of the officers' lists."""
    place = villages.get(notice.village, notice.village)
    told = {**notice.told, "device": notice.device}
    if "office" in told:
        told["office_zh"] = offices.get(str(told["office"]), str(told["office"]))
    if "rule" in told and told["rule"] in RULES:
        told["rule_zh"] = RULES[str(told["rule"])].zh
    zh = f"【{MARK}】{place}：{KINDS[notice.kind][1](told)}"
    data = {"village": notice.village, "village_name": place, **told}
    return Message(f"sealhub-{notice.pk}", notice.kind, notice.made_ms, zh, data)


def trial(now_ms: int) -> Message:
    """A message that tells nothing, to see whether it arrives."""
    zh = f"【{MARK}】这是一条试验通知，收到即可，不用处理。"
    return Message(f"sealhub-test-{now_ms}", "test", now_ms, zh, {})


def names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Villages by id, offices by id, in Chinese."""
    villages = {one.village: one.village_name for one in authority.machines().values()}
    if authority.current() is None:
        return villages, {}
    return villages, {name: words[0] for name, words in authority.policy().offices.items()}


def _expiring(told: Told) -> str:
    at = moment(int(told["expires_ms"])).astimezone(zone())
    return (
        f"机器 {told['device']} 的清单到 {at:%m月%d日 %H:%M} 为止，到时不能盖章。"
        "请让机器联网，或用U盘更新。"
    )


KINDS: Final[Mapping[str, tuple[str, Callable[[Told], str]]]] = {
    "alarm_raised": (
        "新报警",
        lambda told: f"新报警“{told['rule_zh']}”（第 {told['number']} 号），请登录平台查看。",
    ),
    "alarm_handed_on": (
        "报警上报",
        lambda told: (
            f"报警“{told['rule_zh']}”（第 {told['number']} 号）没有人按时处理，"
            f"已交{told['office_zh']}。"
        ),
    ),
    "machine_silent": (
        "机器没有声音",
        lambda told: f"机器 {told['device']} 没有声音（报警第 {told['number']} 号），请派人看。",
    ),
    "application_waiting": (
        "等待审批",
        lambda told: (
            f"有一份用印申请（第 {told['number']} 号）等{told['office_zh']}审批。"
            "请自己登录平台，这里不能审批。"
        ),
    ),
    "list_expiring": ("清单快到期", _expiring),
}
"""Kind → its name, and the sentence."""
