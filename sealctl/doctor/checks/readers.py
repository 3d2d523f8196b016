"""Whether the readers that machine.toml names answer, and anybody can log in. Pure; calls only
`sealctl.doctor.model`.
"""

from sealctl.doctor.model import SILENT, Finding, Health

_NEXT_ZH = "检查接线和 machine.toml 里的端口;修好之前用密码登录。"
_NEXT_EN = "Look at the cable and at the port in machine.toml; until then log in by PIN."
_LOGINS_ZH = "请镇里在政策里允许这台机器有的登录方式,或装好读卡器、指纹仪。"
_LOGINS_EN = "Have the policy allow a way that this machine has, or fit the readers."


def examine(health: Health) -> Finding:
    if health.state is None:
        return SILENT
    credential = health.state["credential"]
    silent = ", ".join(credential["silent"])
    if health.state["list"] is not None and not credential["logins"]:
        return Finding("bad", "没有人能登录。", "Nobody can log in.", _LOGINS_ZH, _LOGINS_EN)
    if silent:
        zh, en = f"没有回应:{silent}。", f"No answer: {silent}."
        return Finding("warn", zh, en, _NEXT_ZH, _NEXT_EN)
    return Finding("good", "读卡器等部件正常。", "The readers are as they should be.")
