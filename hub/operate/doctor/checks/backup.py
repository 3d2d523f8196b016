"""The newest backup is young enough, and on another disk. Pure; calls only
`hub.operate.doctor.model`.
"""

from hub.operate.doctor.model import HOUR_MS, Finding, Health


def examine(health: Health) -> Finding:
    held = health.backup
    if held is None:
        return _found("从来没有备份过。", "There never was a backup.", bad=True)
    hours = (health.now_ms - held.made_ms) // HOUR_MS
    if hours > health.backup_hours:
        return _found(
            f"备份已过 {hours} 小时。", f"The newest backup is {hours} hours old.", bad=True
        )
    if not held.there:
        return _found("备份目录现在看不到。", "The backup's folder is not there now.", bad=False)
    if held.same_disk:
        return _found("备份和平台在同一块盘上。", "The backup is on the hub's own disk.", bad=False)
    return Finding("good", f"{hours} 小时前备份过。", f"Backed up {hours} hours ago.")


def _found(zh: str, en: str, *, bad: bool) -> Finding:
    return Finding(
        "bad" if bad else "warn",
        zh,
        en,
        "请运行 sealhub backup 到另一块盘，并设为定时任务。",
        "Run `sealhub backup` onto another disk, and by a timer from now on.",
    )
