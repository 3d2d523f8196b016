"""Where what was found at a machine differs from what its log says. Pure; calls nothing of ours.

A difference is something to look into, never a verdict: entries may still be under way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

PLACES: Final[Mapping[str, str]] = {
    "in": "在槽位里",
    "out": "不在机内，交接手续在",
    "missing": "不在机内，没有手续",
}


@dataclass(frozen=True)
class SealFound:
    """`place` is a key of PLACES, empty where nobody looked; `rfid` empty where none was read."""

    place: str = ""
    rfid: str = ""


@dataclass(frozen=True)
class Found:
    """What the checker saw; None or empty is what he did not look at."""

    seals: Mapping[str, SealFound] = field(default_factory=dict)
    unlatches: int | None = None
    presses: int | None = None
    register: str = ""
    lines: int | None = None
    words: str = ""


@dataclass(frozen=True)
class SealLogged:
    """A seal by the officers' list and the machine's entries; `out` since it was last taken out."""

    name: str
    slot: int
    rfid: str
    out: bool


@dataclass(frozen=True)
class Logged:
    """What the log says: counters of the newest entry that has any, lines of the paper register."""

    seals: Mapping[str, SealLogged]
    register: tuple[str, ...] = ()
    entry: bytes | None = None
    seq: int = 0
    wall_ms: int = 0
    unlatches: int | None = None
    presses: int | None = None


@dataclass(frozen=True)
class Line:
    """One thing that was held against the log; `found` is empty where nobody looked."""

    what: str
    found: str
    logged: str
    differs: bool


def lines(found: Found, logged: Logged) -> tuple[Line, ...]:
    """Everything that there is to hold, in the order of the form."""
    return (
        *_seals(found, logged),
        _count("机头开锁计数", found.unlatches, logged.unlatches),
        _count("机头按压计数", found.presses, logged.presses),
        _register(found.register, logged.register),
        _count("纸质登记本的行数", found.lines, len(logged.register)),
    )


def _seals(found: Found, logged: Logged) -> Iterator[Line]:
    for name, seal in logged.seals.items():
        seen = found.seals.get(name, SealFound())
        wanted = "已取出" if seal.out else f"在第 {seal.slot} 槽"
        wrong = seen.place not in ("", "out" if seal.out else "in")
        yield Line(f"{seal.name}", PLACES.get(seen.place, ""), wanted, wrong)
        other = seen.rfid.upper() not in ("", seal.rfid.upper())
        yield Line(f"{seal.name}的电子标签", seen.rfid, seal.rfid, other)


def _count(what: str, found: int | None, logged: int | None) -> Line:
    told = "没有记录" if logged is None else str(logged)
    return Line(what, "" if found is None else str(found), told, found not in (None, logged))


def _register(found: str, logged: tuple[str, ...]) -> Line:
    newest = logged[-1] if logged else ""
    told = newest or "没有机外用印"
    return Line("登记本最后一行的编号", found, told, found not in ("", newest))
