"""Other systems are told what they are to be told. Pure; calls only `hub.operate.doctor.model`."""

from hub.operate.doctor.model import UNANSWERED, Finding, Health


def examine(health: Health) -> Finding:
    if health.stored is None:
        return UNANSWERED
    told = health.stored.notices
    if not told:
        return Finding("good", "没有设置通知谁。", "No other system is to be told.")
    wrong = {name: trouble for name, trouble in told.items() if trouble}
    if not wrong:
        return Finding("good", f"{len(told)} 处都通知得到。", f"{len(told)} systems are told.")
    names = "、".join(sorted(wrong))
    return Finding(
        "bad" if set(wrong.values()) != {"some"} else "warn",
        f"通知没有送到：{names}。",
        f"Not told: {names}.",
        "原因见 sealhub notice list 和总端口页面；notify 要在运行；修好后 sealhub notice again。",
        "See `sealhub notice list` and the reasons on the port's page; `notify` must run; then "
        "`sealhub notice again`.",
    )
