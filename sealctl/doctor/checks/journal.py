"""Whether every entry of the journal holds. Pure; calls only `sealctl.doctor.model`."""

from sealctl.doctor.model import SILENT, Finding, Health


def examine(health: Health) -> Finding:
    if health.journal is None:
        return SILENT
    held, error = health.journal
    if error is None:
        return Finding("good", f"{held} 条记录全部验证通过。", f"All {held} entries verify.")
    return Finding(
        "bad",
        f"记录验证不通过:{error}。",
        f"The journal does not verify: {error}.",
        "停用这台机器,保持原样,立即报告镇里。",
        "Take the machine out of service as it stands and report to the township at once.",
    )
