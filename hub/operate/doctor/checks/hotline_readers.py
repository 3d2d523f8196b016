"""Somebody may see every report to the hotline. Pure; calls only `hub.operate.doctor.model`."""

from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    held = health.hotline
    if held.unseen:
        return _found(
            f"有 {held.unseen} 件反映没有人能看：在任的监察人员都要回避，或没有人在任。",
            f"{held.unseen} reports nobody may see: all inspectors in office are excluded, or "
            "there is none.",
        )
    if held.origin and not held.why and not held.waiting and not held.readers:
        return _found(
            "直通车开着，但没有在任的监察人员收反映。",
            "The hotline is open and no inspector is in office to receive what is reported.",
        )
    return Finding("good", "每件反映都有人能看。", "Somebody may see every report.")


def _found(zh: str, en: str) -> Finding:
    return Finding(
        "bad",
        zh,
        en,
        "请县里在人员名册上再任命一名与村里、与这些反映都无关的监察人员（手册第 5 节），导入名册。",
        "Have the county put another inspector on the roster who has no part in village or reports "
        "(guide, section 5), and import it.",
    )
