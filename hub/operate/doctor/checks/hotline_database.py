"""The hotline's database answers, with its newest tables. Pure; calls only
`hub.operate.doctor.model`.
"""

from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    held = health.hotline
    if held.why:
        return Finding(
            "bad",
            f"直通车的数据库没有回答：{held.why}。",
            f"The hotline's database does not answer: {held.why}.",
            "请启动数据库，检查 SEALHUB_HOTLINE_DATABASE。",
            "Start it, and look at SEALHUB_HOTLINE_DATABASE.",
        )
    if held.waiting:
        return Finding(
            "bad",
            f"直通车的数据库缺 {held.waiting} 次更新。",
            f"{held.waiting} migrations of the hotline's database were not applied.",
            "请运行 sealhub migrate。",
            "Run `sealhub migrate`.",
        )
    return Finding("good", "直通车的数据库正常。", "The hotline's database answers.")
