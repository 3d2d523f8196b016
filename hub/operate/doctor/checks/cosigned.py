"""How far the county's witnesses have seen the log. Pure; calls only `hub.operate.doctor.model`."""

from hub.operate.doctor.model import UNANSWERED, Finding, Health


def examine(health: Health) -> Finding:
    if health.stored is None:
        return UNANSWERED
    seen, leaves = health.stored.witnessed, health.stored.leaves
    if not seen.needed:
        return Finding("good", "清单不要求县级见证。", "The policy asks for no witness.")
    zh = f"日志 {leaves} 条，县里见证到 {seen.size} 条。"
    en = f"The log has {leaves} leaves, the county has seen {seen.size}."
    if not seen.old and not seen.stuck:
        return Finding("good", zh, en)
    return Finding(
        "bad" if seen.old else "warn",
        zh,
        en,
        "请看 witnesses 一项；拖过期限，机器会停止盖章（receipts_overdue）。",
        "See to `witnesses`; past the policy's time machines stop stamping (receipts_overdue).",
    )
