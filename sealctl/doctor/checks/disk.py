"""Room for journal and photos. Pure; calls only `sealctl.doctor.model`."""

from typing import Final

from sealctl.doctor.model import Finding, Health

FULL: Final = 64 << 20
"""Below this lockd opens nothing any more."""
LOW: Final = 1 << 30


def examine(health: Health) -> Finding:
    free = f"{health.free_bytes >> 20} MB / {health.total_bytes >> 20} MB"
    if health.free_bytes >= LOW:
        return Finding("good", f"剩余空间 {free}。", f"{free} free.")
    return Finding(
        "bad" if health.free_bytes < FULL else "warn",
        f"存储快满了,剩余 {free}。",
        f"The disk is nearly full: {free} free.",
        "让记录和照片送到镇里后再清理,不要手工删除文件。",
        "Let records and photos reach the township; delete nothing by hand.",
    )
