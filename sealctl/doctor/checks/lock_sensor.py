"""Whether the bolt reads engaged and the case closed. Pure; calls only `sealctl.doctor.model`."""

from sealctl.doctor.model import SILENT, Finding, Health

_NEXT_ZH = "不要强行操作;到现场查看,并报告镇里。"
_NEXT_EN = "Use no force; look at the machine itself and report to the township."


def examine(health: Health) -> Finding:
    if health.inside is None:
        return SILENT
    body = health.inside["body"]
    if body is None:
        return Finding("bad", "读不到锁。", "The lock cannot be read.", _NEXT_ZH, _NEXT_EN)
    if not body["case_closed"]:
        return Finding("bad", "机箱开着。", "The case is open.", _NEXT_ZH, _NEXT_EN)
    if not body["engaged"] and health.inside["at_rest"]:
        return Finding("bad", "锁没有锁上。", "The lock is not engaged.", _NEXT_ZH, _NEXT_EN)
    return Finding("good", "锁和机箱正常。", "Lock and case are as they should be.")
