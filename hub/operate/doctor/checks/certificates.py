"""How long the hub's certificates still hold. Pure; calls only `hub.operate.doctor.model`."""

from typing import Final

from hub.operate.doctor.model import DAY_MS, Finding, Health, Level

SOON_DAYS: Final = 30
CA_DAYS: Final = 365
"""Another device CA has to reach every machine: that takes a year of quiet."""


def examine(health: Health) -> Finding:
    unread = [name for name, end in health.certificates.items() if end is None]
    if unread:
        return _found("bad", f"{'、'.join(unread)}: 读不出证书", "cannot be read")
    days = {
        name: ((end or 0) - health.now_ms) // DAY_MS for name, end in health.certificates.items()
    }
    late = {name: left for name, left in days.items() if left < _soon(name)}
    if not late:
        least = min(days.values(), default=0)
        return Finding("good", f"证书至少还有 {least} 天。", f"Certificates hold {least} days.")
    name, left = min(late.items(), key=lambda one: one[1])
    level: Level = "bad" if left < 0 else "warn"
    return _found(level, f"证书 {name} 还有 {left} 天", f"certificate {name} ends in {left} days")


def _soon(name: str) -> int:
    return CA_DAYS if name == "ca" else SOON_DAYS


def _found(level: Level, zh: str, en: str) -> Finding:
    return Finding(
        level,
        f"{zh}。",
        f"{en}.",
        "请运行 sealhub certificates renew；ca 请按手册第 11 节更换。",
        "Run `sealhub certificates renew`; for `ca` see section 11 of the guide.",
    )
