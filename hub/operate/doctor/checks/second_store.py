"""The second store is there, on a disk of its own. Pure; calls only `hub.operate.doctor.model`."""

from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    if health.second_apart:
        return Finding("good", "第二存储在另一块盘上。", "The second store is on another disk.")
    if health.second_apart is None:
        zh, en = "第二存储不在。", "The second store is not there."
    else:
        zh, en = "第二存储和平台在同一块盘上。", "The second store is on the hub's own disk."
    return Finding(
        "bad" if health.second_apart is None else "warn",
        zh,
        en,
        "停 ingest，把 second/ 移到另一块盘并挂载回来；一块盘坏了就不会丢日志。",
        "Stop ingest, move second/ to another disk and mount it there: one broken disk then loses "
        "no leaf.",
    )
