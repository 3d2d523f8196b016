"""Words of the fleet's pages: states, troubles and what to do about them. Data; calls nothing."""

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "online": ("在线", "online"),
    "offline": ("离线", "offline"),
    "missing": ("失联", "missing"),
    "unheard": ("未联络", "never heard"),
    "suspended": ("停用", "suspended"),
}
TROUBLES: Final[Mapping[str, tuple[str, str, str]]] = {
    "revoked": (
        "证书已吊销，不能联网",
        "certificate revoked",
        "查清原因后用新的开通码重新开通：sealhub device add。",
    ),
    "quiet": (
        "连着网但没有记录",
        "connected, writes nothing",
        "机器每小时应有一条记录：请到现场看 sealctl status 和主程序日志。",
    ),
    "list_none": (
        "还没有清单",
        "no list",
        "请联网等清单到达，或用U盘送去：sealhub carry。",
    ),
    "list_over": (
        "清单已过期，机器不会盖章",
        "list expired",
        "请联网，或用U盘送去新清单：sealhub carry。",
    ),
    "list_old": (
        "清单旧了",
        "list is old",
        "请发“更新清单”；没有回复就检查网络，或用U盘。",
    ),
    "backlog": (
        "待回执的记录多",
        "many entries wait",
        "请检查网络、平台 ingest 和县级见证；联不上就用U盘送记录：sealctl carry。",
    ),
    "certificate_over": (
        "证书已过期",
        "certificate expired",
        "联网后会自动恢复；仍不行用新的开通码重新开通。",
    ),
    "certificate_ends": (
        "证书快到期",
        "certificate ends soon",
        "联网时会自动换发；一直没换就查 syncd 日志。",
    ),
    "doctor": (
        "自检不合格",
        "self-examination found a fault",
        "请到现场运行 sealctl doctor，照它说的办。",
    ),
}
"""Code → Chinese, English, what to do."""
