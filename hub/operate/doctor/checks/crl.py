"""The list of revoked certificates can be read and is in date, else nobody is let in.

Pure; calls only `hub.operate.doctor.model`.
"""

from typing import Final

from hub.operate.doctor.model import DAY_MS, Finding, Health, Level

SOON_DAYS: Final = 30


def examine(health: Health) -> Finding:
    if health.crl_ms is None:
        return _found("bad", "吊销列表读不出。", "The CRL cannot be read.")
    days = (health.crl_ms - health.now_ms) // DAY_MS
    if days >= SOON_DAYS:
        return Finding("good", f"吊销列表还有 {days} 天。", f"The CRL holds for {days} days.")
    level: Level = "bad" if days < 0 else "warn"
    return _found(level, f"吊销列表只剩 {days} 天。", f"The CRL ends in {days} days.")


def _found(level: Level, zh: str, en: str) -> Finding:
    return Finding(
        level,
        zh,
        en,
        "请运行 sealhub migrate（缺文件时会补）或 sealhub device revoke（会重写）。",
        "`sealhub migrate` makes a missing one, `sealhub device revoke` writes it anew.",
    )
