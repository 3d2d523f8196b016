"""Each machine in use has a list that still holds. Pure; calls only `hub.operate.doctor.model`."""

from typing import Final

from hub.operate.doctor.model import HOUR_MS, UNANSWERED, Finding, Health

SOON_HOURS: Final = 24


def examine(health: Health) -> Finding:
    if health.stored is None:
        return UNANSWERED
    if not health.stored.lists:
        return Finding(
            "warn",
            "清单里没有机器。",
            "The officers' list names no machine.",
            "请导入授权清单：sealhub list import。",
            "Import the officers' package: `sealhub list import`.",
        )
    hours = {name: (end - health.now_ms) // HOUR_MS for name, end in health.stored.lists.items()}
    late = sorted(name for name, left in hours.items() if left < SOON_HOURS)
    if not late:
        least = min(hours.values())
        return Finding("good", f"各机清单至少还有 {least} 小时。", f"Lists hold {least} hours.")
    first = "、".join(late[:5])
    return Finding(
        "bad" if any(hours[name] < 0 for name in late) else "warn",
        f"{len(late)} 台机器的清单没有或快到期：{first}。",
        f"{len(late)} machines have no list or one that ends soon: {first}.",
        "请看 sealhub work 是否在运行、它的日志说什么。",
        "See that `sealhub work` runs, and what it says.",
    )
