"""Each witness of the policy answers, and has seen no other log. Pure; calls only
`hub.operate.doctor.model`.
"""

from hub.operate.doctor.model import UNANSWERED, Finding, Health


def examine(health: Health) -> Finding:
    if health.stored is None:
        return UNANSWERED
    if health.stored.ahead or health.unconfirmed:
        return Finding(
            "bad",
            "县见证见过的日志本平台没有，或恢复后还没有确认。",
            "A witness has seen a log that this hub does not have, or a restore is not confirmed.",
            "ingest 不会签名。请按手册第 8 节恢复。",
            "ingest signs nothing. Restore as section 8 of the guide says.",
        )
    troubles = health.stored.witnessed.troubles
    if not troubles:
        return Finding("good", "县见证都有回答。", "All witnesses answer.")
    zh = "；".join(f"{one.name} {one.zh}" for one in troubles)
    en = "; ".join(f"{one.name}: {one.en}" for one in troubles)
    return Finding(
        "warn",
        f"{zh}。",
        f"{en}.",
        "请按手册第 3 节的表办。",
        "Do as the table in section 3 of the guide says.",
    )
