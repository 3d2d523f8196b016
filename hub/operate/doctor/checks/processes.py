"""The hub's processes give signs of life. Pure; calls only `hub.operate.{doctor.model,pulse}`."""

from typing import Final

from hub.operate.doctor.model import Finding, Health
from hub.operate.pulse import SILENT_MS

NEEDED: Final = ("ingest", "work", "alarms", "site")
"""Without these no record is taken, no list goes out, no alarm is raised, and villagers read what
was; `cosign` besides where the policy asks, and the hotline where people were told its address.
"""


def examine(health: Health) -> Finding:
    dead = silent(health)
    if not dead:
        names = "、".join(health.beats)
        return Finding("good", f"在运行：{names}。", f"At work: {names}.")
    said = "、".join(dead)
    return Finding(
        "bad",
        f"没有动静：{said}。",
        f"No sign of life: {said}.",
        "请启动它们，看它们的日志（手册第 8 节）。不再使用的进程，删除 alive/ 里它的文件。",
        "Start them and read what they say (guide, section 8). For one that is used no more, "
        "delete its file in alive/.",
    )


def silent(health: Health) -> list[str]:
    """Those that must run, or have run, and do not."""
    needed = {*NEEDED, *health.beats}
    if health.hotline.origin:
        needed.add("site-hotline")
    if health.stored is not None and health.stored.witnessed.needed:
        needed.add("cosign")
    return sorted(
        name
        for name in needed
        if name not in health.beats or health.now_ms - health.beats[name].at_ms > SILENT_MS
    )
