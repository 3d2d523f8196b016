"""The file of keys that relief is looked up by. Pure; calls only `hub.operate.doctor.model`."""

from typing import Final

from hub.operate.doctor.model import UNANSWERED, Finding, Health, Level

_SAID: Final[dict[str, tuple[Level, str, str, str, str]]] = {
    "missing": (
        "bad",
        "扶贫查询的密钥（keys/relief.key）没有或读不了，谁也查不到。",
        "The key of the look-up of relief is missing or unreadable: nobody finds anything.",
        "有备份，从备份取回；从来没有导入过名单，运行 sealhub migrate。",
        "Take it from the backup; if no list was ever taken in, run `sealhub migrate`.",
    ),
    "other": (
        "bad",
        "扶贫查询的密钥（keys/relief.key）不是原来那一份，谁也查不到。",
        "The file keys/relief.key is not the one of these rows: nobody finds anything.",
        "从最近的备份取回 keys/relief.key。",
        "Take keys/relief.key from the newest backup.",
    ),
    "readable": (
        "bad",
        "别的用户能读扶贫查询的密钥（keys/relief.key）。",
        "Others can read keys/relief.key.",
        "先运行 chmod 600，再运行 sealhub relief rotate，然后做备份。",
        "Run chmod 600 on it, then `sealhub relief rotate`, and make a backup.",
    ),
    "broken_off": (
        "bad",
        "换扶贫查询密钥时中断了，有的人查不到。",
        "Another key of the look-up of relief was not put in place to the end.",
        "再运行一次 sealhub relief rotate。",
        "Run `sealhub relief rotate` once more.",
    ),
}


def examine(health: Health) -> Finding:
    if health.stored is None:
        return UNANSWERED
    if not health.relief_key:
        return Finding("good", "扶贫查询的密钥正常。", "The key of the look-up of relief is sound.")
    return Finding(*_SAID[health.relief_key])
