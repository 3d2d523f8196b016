"""How long the approval list still holds. Pure; calls only `sealctl.doctor.model`."""

from typing import Final

from sealctl.doctor.model import SILENT, Finding, Health

HOUR_MS: Final = 3_600_000
SOON_HOURS: Final = 24


def examine(health: Health) -> Finding:
    if health.state is None:
        return SILENT
    held = health.state["list"]
    if held is None:
        return _bad("机器里还没有清单。", "There is no approval list.")
    hours = (held["expires_ms"] - health.state["clock"]["wall_ms"]) // HOUR_MS
    if hours < 0:
        return _bad("清单已过期。", "The approval list has expired.")
    zh = f"清单第 {held['version']} 版,还有 {hours} 小时。"
    en = f"List version {held['version']} holds for {hours} hours."
    if hours >= SOON_HOURS:
        return Finding("good", zh, en)
    return Finding("warn", zh, en, _NEXT_ZH, _NEXT_EN)


_NEXT_ZH: Final = "请联网,或用U盘导入新清单。"
_NEXT_EN: Final = "Connect the machine, or bring a new list on a USB stick."


def _bad(zh: str, en: str) -> Finding:
    return Finding("bad", zh, en, _NEXT_ZH, _NEXT_EN)
