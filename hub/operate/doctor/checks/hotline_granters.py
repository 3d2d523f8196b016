"""Who decides whether an inspector may know who reported is none whom reports are about, and is
there. Pure; calls only `hub.operate.doctor.model`.
"""

from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    held = health.hotline
    if not held.origin:
        return Finding("good", "没有开直通车。", "There is no hotline.")
    if held.about:
        named = "、".join(held.about)
        return _found(
            f"同意打开反映人的 {named} 正是反映可能针对的人。",
            f"{', '.join(held.about)}, who may grant that somebody learns who reported, may be "
            "whom reports are about.",
        )
    if held.vacant:
        named = "、".join(held.vacant)
        return _found(
            f"没有人担任 {named}，打开反映人的申请可能没有人决定。",
            f"Nobody holds {', '.join(held.vacant)}: requests may wait for ever.",
        )
    return Finding(
        "good",
        "同意打开反映人的职务都有人，反映也不针对他们。",
        "Those who may grant that somebody learns who reported are in office, and not reported on.",
    )


def _found(zh: str, en: str) -> Finding:
    return Finding(
        "warn",
        zh,
        en,
        "请与县里商定，在 hub.toml 的 [hotline] granters 写别的职务（手册“直通车”一节）。",
        "Agree with the county on other offices, and name them in hub.toml, [hotline] granters "
        "(guide, the hotline).",
    )
