"""Room for database, photos and log. Pure; calls only `hub.operate.doctor.model`."""

from typing import Final

from hub.operate.doctor.model import Finding, Health

FULL: Final = 1 << 30
LOW: Final = 10 << 30


def examine(health: Health) -> Finding:
    free = f"{health.free_bytes >> 20} MB / {health.total_bytes >> 20} MB"
    if health.free_bytes >= LOW:
        return Finding("good", f"剩余空间 {free}。", f"{free} free.")
    return Finding(
        "bad" if health.free_bytes < FULL else "warn",
        f"硬盘快满了，剩余 {free}。",
        f"The disk is nearly full: {free} free.",
        "请换更大的盘；不要手工删除文件。",
        "Take a larger disk; delete no file by hand.",
    )
