"""How many records wait for the township. Pure; calls only `sealctl.doctor.model`."""

from typing import Final

from sealctl.doctor.model import SILENT, Finding, Health

OLD_S: Final = 86_400


def examine(health: Health) -> Finding:
    if health.state is None:
        return SILENT
    courier = health.state["courier"]
    waiting, hours = courier["unreceipted"], courier["oldest_s"] // 3600
    if courier["oldest_s"] < OLD_S:
        zh, en = f"{waiting} 条记录待回执。", f"{waiting} entries wait for their receipts."
        return Finding("good", zh, en)
    if courier["pending"] == waiting:
        return Finding(
            "warn",
            f"{waiting} 条记录尚待县级见证,最久 {hours} 小时。",
            f"{waiting} entries are pending county witness, the oldest for {hours} hours.",
            "镇里已收到;请镇平台查看县级见证为何没有回应。",
            "The township has them; ask its operator why the county's witness does not answer.",
        )
    return Finding(
        "warn",
        f"{waiting} 条记录没有回执,最久 {hours} 小时。",
        f"{waiting} entries have no receipt, the oldest for {hours} hours.",
        "请联网;联不上就用U盘送出记录:sealctl carry。",
        "Connect the machine, or carry its records on a USB stick: sealctl carry.",
    )
