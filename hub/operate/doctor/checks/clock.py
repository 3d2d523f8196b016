"""The hub's clock agrees with the witness's, and runs forward. Pure; calls only
`hub.operate.doctor.model`.
"""

from typing import Final

from hub.operate.doctor.model import UNANSWERED, Finding, Health

APART_S: Final = 60


def examine(health: Health) -> Finding:
    if health.stored is None:
        return UNANSWERED
    apart = health.stored.seen_after_s
    if health.now_ms < health.stored.newest_ms:
        zh, en = "时钟比最新的记录还早。", "The clock is behind the newest record."
    elif apart is not None and abs(apart) > APART_S:
        zh, en = f"时钟与县见证差 {apart} 秒。", f"The clock is {apart} s from the witness's."
    elif apart is None:
        return Finding("good", "时钟没有倒退。", "The clock did not go back.")
    else:
        return Finding(
            "good", f"时钟与县见证差 {apart} 秒。", f"{apart} s from the witness's clock."
        )
    return Finding(
        "bad",
        zh,
        en,
        "请对时（timedatectl set-ntp true），再看 timedatectl。",
        "Set the clock (`timedatectl set-ntp true`), and look at `timedatectl`.",
    )
