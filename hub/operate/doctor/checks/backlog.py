"""What machines hold and the hub has not taken. Pure; calls only `hub.operate.doctor.model`."""

from typing import Final

from hub.operate.doctor.model import UNANSWERED, Finding, Health

MANY: Final = 500


def examine(health: Health) -> Finding:
    if health.stored is None:
        return UNANSWERED
    count, spool = health.stored.backlog, health.spool
    zh = f"机器待回执 {count} 条，U盘待收 {spool} 件。"
    en = f"{count} entries without receipt, {spool} messages from sticks waiting."
    if count < MANY and not spool:
        return Finding("good", zh, en)
    return Finding(
        "warn",
        zh,
        en,
        "请看 ingest、cosign 和消息中间件是否在运行；机器恢复联系后会自行送完。",
        "See that ingest, cosign and the broker run; machines in contact send the rest themselves.",
    )
