"""The broker can be reached over TLS. Pure; calls only `hub.operate.doctor.model`."""

from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    if not health.broker:
        return Finding("good", "消息中间件可以连上。", "The broker can be reached.")
    return Finding(
        "bad",
        f"连不上消息中间件：{health.broker}",
        f"The broker cannot be reached: {health.broker}",
        "启动 mosquitto；证书过期请运行 sealhub certificates renew。期间机器用U盘传送。",
        "Start mosquitto; where its certificate ran out, `sealhub certificates renew`. Machines "
        "send by USB stick meanwhile.",
    )
