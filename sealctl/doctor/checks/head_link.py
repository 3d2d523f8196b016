"""Whether the head answers and reports no fault. Pure; calls only `sealctl.doctor.model`."""

from sealctl.doctor.model import SILENT, Finding, Health


def examine(health: Health) -> Finding:
    if health.inside is None:
        return SILENT
    body = health.inside["body"]
    if body is None:
        return _bad("机头没有回应。", "The head does not answer.")
    if body["fault"] is not None:
        return _bad(f"机头报告故障 {body['fault']}。", f"The head reports {body['fault']}.")
    counts = f"{body['unlatches']}/{body['presses']}"
    return Finding(
        "good",
        f"机头正常,开锁/盖章次数 {counts}。",
        f"The head answers; unlatches/presses {counts}.",
    )


def _bad(zh: str, en: str) -> Finding:
    return Finding(
        "bad",
        zh,
        en,
        "检查机头的电源和数据线;仍不行请联系厂家,计数器是证据,不要复位。",
        "Check the head's power and cable; its counters are evidence, do not reset them.",
    )
