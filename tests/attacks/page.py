"""The table of attacks on a terminal and in the documentation. Pure; calls the model only."""

from collections.abc import Iterable
from typing import Final

from tests.attacks.model import NEVER, Attack, Notice, When

WHO: Final[dict[str, When]] = {
    "lockd": ("守锁进程", "lockd"),
    "evidence": ("照片检查", "evidence"),
    "broker": ("消息代理", "broker"),
    "ingest": ("接收进程", "hub ingest"),
    "hub": ("镇平台", "hub"),
    "inspector": ("检查员核验", "inspector"),
    "witness": ("县见证", "witness"),
    "courier": ("传送进程", "courier"),
    "enrol": ("证书网站", "hub enrol"),
    "provision": ("开通命令", "sealctl provision"),
    "blobs": ("照片站", "hub blobs"),
    "api": ("检查员接口", "inspectors' interface"),
    "sticks": ("U盘收取", "sealhub carry"),
}
HEAD: Final = "| attack | what is done | noticed by | code |\n|---|---|---|---|"


def line(number: int, attack: Attack, found: Notice | None, wrong: str) -> str:
    """One printed row."""
    when = NEVER if found is None else found.when
    detail = f" ({found.detail})" if found and found.detail else ""
    said = f"{noticed(attack)}{detail}; {when[0]} {when[1]}" if found else noticed(attack)
    text = f"{number:3} {attack.zh} · {attack.en}\n      → {said}"
    return f"{text}\n      ✗ {wrong.rstrip()}" if wrong else text


def noticed(attack: Attack) -> str:
    """By whom, and with what code; or for what reason nobody can."""
    if attack.blind is not None:
        return f"软件无法发现 not detectable in software: {attack.blind[0]} {attack.blind[1]}"
    return f"{WHO[attack.by][0]} {WHO[attack.by][1]}: {attack.code}"


def sentence(rows: int, blind: int, failed: int, when: When) -> str:
    """The last line."""
    return (
        f"共 {rows} 种攻击，{failed} 种与表不符，"
        f"{blind} 种软件无法发现（设计第 6 节），用时 {when[0]}。\n"
        f"{rows} attacks, {failed} not as the table says, {blind} that no software can notice "
        f"(DESIGN.md section 6), in {when[1]}."
    )


def rewritten(text: str, attacks: Iterable[Attack]) -> str:
    """docs/attacks.md with these attacks in the place of its table, which is the end of it."""
    return "\n".join([text.partition(HEAD)[0] + HEAD, *(row(one) for one in attacks), ""])


def row(attack: Attack) -> str:
    """One row of it."""
    told = f"{attack.zh} {attack.en}"
    if attack.blind is not None:
        return f"| {attack.name} | {told} | nobody 无人: {attack.blind[0]} {attack.blind[1]} | – |"
    return f"| {attack.name} | {told} | {' '.join(WHO[attack.by])} | `{attack.code}` |"
