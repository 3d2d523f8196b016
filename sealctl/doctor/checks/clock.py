"""How far the clock can be believed. Pure; calls only `sealctl.doctor.model`."""

from sealctl.doctor.model import SILENT, Finding, Health


def examine(health: Health) -> Finding:
    if health.state is None:
        return SILENT
    quality = health.state["clock"]["quality"]
    if quality in ("witnessed", "synced"):
        return Finding("good", f"时间可靠({quality})。", f"The time can be trusted ({quality}).")
    return Finding(
        "bad" if quality == "floor" else "warn",
        f"时间没有对过({quality})。",
        f"The time was not confirmed ({quality}).",
        "联网对时;断电后时间不对,请换时钟电池。",
        "Connect the machine; if the time is lost at every power cut, change the clock's battery.",
    )
