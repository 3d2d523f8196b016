"""Words for commands, their outcomes, the machine's checks and its figures. Data; calls nothing."""

from collections.abc import Mapping
from typing import Final

Words = tuple[str, str]
"""Chinese and English."""

COMMANDS: Final[Mapping[str, Words]] = {
    "refresh_list": ("更新清单", "refresh the list"),
    "run_doctor": ("自检", "run the self-examination"),
    "collect_diagnostics": ("收集诊断数据", "collect diagnostics"),
}
OUTCOMES: Final[Mapping[str, Words]] = {
    "done": ("已执行", "done"),
    "command_expired": ("机器收到时已过期，没有执行", "came when it had expired, not carried out"),
    "command_unknown": ("机器软件不认识，没有执行", "not known to its software, not carried out"),
}
LEVELS: Final[Mapping[str, Words]] = {
    "good": ("合格", "good"),
    "warn": ("注意", "to be watched"),
    "bad": ("不合格", "bad"),
}
CHECKS: Final[Mapping[str, Words]] = {
    "backlog": ("待送记录", "entries that wait"),
    "camera": ("相机", "camera"),
    "certificate": ("通信证书", "certificate"),
    "clock": ("时钟", "clock"),
    "disk": ("磁盘", "disk"),
    "head_link": ("盖章头", "head"),
    "journal": ("记录", "journal"),
    "list_age": ("清单", "list"),
    "lock_sensor": ("锁与机箱", "lock and case"),
    "power": ("电源", "power"),
    "readers": ("读卡等部件", "readers"),
    "temperature": ("温度", "temperature"),
}
"""Check of `sealctl doctor` → what it looks at."""
FACTS: Final[Mapping[str, Words]] = {
    "up_s": ("开机至今（秒）", "seconds since boot"),
    "memory_kb": ("主程序最大内存（KB）", "lockd's memory at most, KB"),
    "disk_free_mb": ("磁盘剩余（MB）", "disk free, MB"),
    "disk_mb": ("磁盘共（MB）", "disk, MB"),
    "entries": ("记录条数", "entries"),
    "unreceipted": ("没有回执的记录", "entries without a receipt"),
    "pending": ("其中待县级见证", "of these pending county witness"),
    "oldest_s": ("最久没有回执（秒）", "the oldest of them, seconds"),
    "photos_waiting": ("待送照片", "photos to be sent"),
    "journal_broken": ("记录已判为损坏（1 是）", "the journal is called broken (1: yes)"),
    "refused_day": ("一天内拒绝次数", "refusals within a day"),
    "alarms_day": ("一天内报警次数", "alarms within a day"),
    "starts_week": ("七天内启动次数", "starts within seven days"),
    "unlatches": ("开锁计数", "unlatches"),
    "presses": ("盖章计数", "presses"),
    "temperature_c": ("处理器温度（°C）", "processor, °C"),
    "throttled": ("树莓派供电位", "power bits of the Raspberry Pi"),
    "cameras": ("相机程序连接数", "connections of camerad"),
    "panels": ("屏幕程序连接数", "connections of the panel"),
}
"""Figure of `collect_diagnostics` → what it counts; whole numbers only."""
