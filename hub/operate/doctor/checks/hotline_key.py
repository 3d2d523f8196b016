"""What was sealed can be opened, and by the hotline alone. Pure; calls `hub.hotline.vault` for its
words, and `hub.operate.doctor.model`.
"""

from typing import Final

from hub.hotline.vault import NAME, TROUBLES
from hub.operate.doctor.model import Finding, Health

NEXT: Final = {
    "missing": (
        f"马上停 hotline，从备份恢复 {NAME} 和 .pub。不要新做：旧的封存只有原来的密钥能打开。",
        f"Stop `hotline`; bring {NAME} and .pub back from a backup. A new one opens nothing old.",
    ),
    "open": (
        f"请 chmod 600 {NAME}，再查看谁能登录这台机器。",
        f"chmod 600 {NAME}, and see who can log in to this computer.",
    ),
    "other": (
        "马上停 hotline：有人换过其中一个，新来的可能别人能打开。从备份恢复两个，报告县里。",
        "Stop `hotline`: somebody exchanged one. Bring both back from a backup; tell the county.",
    ),
}


def examine(health: Health) -> Finding:
    found = health.hotline.key
    if not found:
        return Finding(
            "good", "直通车的密钥在，别人读不到。", "The hotline's key is there, and kept."
        )
    (zh, en), (next_zh, next_en) = TROUBLES[found], NEXT[found]
    return Finding("bad", f"{zh}。", f"{en}.", next_zh, next_en)
