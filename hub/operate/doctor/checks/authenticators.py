"""Whoever signs or logs in has a second passkey, for one gets lost. Pure; calls only
`hub.operate.doctor.model`.
"""

from hub.operate.doctor.model import UNANSWERED, Finding, Health


def examine(health: Health) -> Finding:
    if health.stored is None:
        return UNANSWERED
    single = health.stored.single
    count = sum(len(persons) for persons in single.values())
    if not count:
        return Finding(
            "good", "用钥匙的人每种都有两把。", "Whoever has a passkey has two of its kind."
        )
    who = "；".join(f"{village}：{'、'.join(persons)}" for village, persons in single.items())
    whom = "; ".join(f"{village}: {', '.join(persons)}" for village, persons in single.items())
    return Finding(
        "warn",
        f"{count} 人有一种钥匙只有一把（{who}）。",
        f"{count} people have only one passkey of a kind ({whom}).",
        "丢了就不能签、不能登录。是哪一种看“人员”页；审批的由县里当面补登记（手册第 5 节），"
        "登录的在“人员”页当面补登记。",
        "Once it is lost they cannot sign, or log in. Their pages (人员) say which kind: those for "
        "approving are enrolled as section 5 of the guide says, those for logging in on that page.",
    )
