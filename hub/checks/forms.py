"""What a checker typed, read and judged. Pure; calls `hub.checks.rules` and `wire.lists`."""

from collections.abc import Collection, Mapping
from typing import Final

from hub.checks.rules import PLACES, Found, SealFound
from wire.lists.content import Machine

COUNTS: Final = ("unlatches", "presses", "lines")
MOST: Final = 1_000_000_000
TEXTS: Final = {"register": 40, "words": 1000}
RFID: Final = 64


def read(
    typed: Mapping[str, str], machine: Machine, witnesses: Collection[str]
) -> tuple[Found, Mapping[str, str]]:
    """What he saw, and what is wrong with it: field → a sentence."""
    wrong: dict[str, str] = {}
    counts = {name: _count(name, typed, wrong) for name in COUNTS}
    texts = {name: _text(name, most, typed, wrong) for name, most in TEXTS.items()}
    seals = {
        one.id: SealFound(
            _place(f"place-{one.id}", typed, wrong), _text(f"rfid-{one.id}", RFID, typed, wrong)
        )
        for one in machine.seals
        if one.state != "retired"
    }
    if typed.get("witness", "") not in witnesses:
        wrong["witness"] = "请选见证人：另一位在职人员，不能是您自己。"
    found = Found(
        seals,
        counts["unlatches"],
        counts["presses"],
        texts["register"],
        counts["lines"],
        texts["words"],
    )
    if not wrong and found == Found(seals=dict.fromkeys(seals, SealFound()), words=found.words):
        wrong["words"] = "什么都没有核对：至少核对一项。"
    return found, wrong


def _place(name: str, typed: Mapping[str, str], wrong: dict[str, str]) -> str:
    place = typed.get(name, "")
    if place and place not in PLACES:
        wrong[name] = "请从列表里选。"
    return place


def _count(name: str, typed: Mapping[str, str], wrong: dict[str, str]) -> int | None:
    text = typed.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= MOST):
        wrong[name] = f"“{text[:20]}”不是个数，请写 0 或以上的整数；没有核对就空着。"
        return None
    return int(text)


def _text(name: str, most: int, typed: Mapping[str, str], wrong: dict[str, str]) -> str:
    text = " ".join(typed.get(name, "").split())
    if len(text) > most or not text.isprintable():
        wrong[name] = f"最多 {most} 字，不能有控制字符。"
    return text
