"""A county root as people read it. Pure.

Calls `county.{ceremony,days,difference_rules,difference_words}` and `wire.lists`.
"""

from collections.abc import Iterator
from hashlib import sha256

from county import ceremony, days
from county.difference_rules import of_holders
from county.difference_words import ROLES
from wire.lists import metadata
from wire.lists.tufapi import Metadata, Root


def describe(root: bytes, former: bytes | None, now_ms: int) -> Iterator[str]:
    """Version, end, who speaks for what, what `former` had otherwise, what is missing, its hash.

    Raises CeremonyError for what is no root, or not the one after `former`.
    """
    missing = _missing(root, former)
    opened = metadata.read_root(root)
    ends = metadata.expires_ms(opened)
    yield f"县级根第 {opened.signed.version} 版 county root, version {opened.signed.version}"
    yield f"有效至 until {days.shown(ends)}" + ("，已过期 EXPIRED" if ends <= now_ms else "")
    yield from _holders(opened)
    if former is not None:
        yield "与上一版不同之处 what is otherwise than before:"
        changes = list(of_holders(metadata.read_root(former).signed, opened.signed))
        yield from (f"  • {line}" for line in changes or ["没有 nothing"])
    yield from missing
    yield f"SHA-256 {grouped(sha256(root).hexdigest())}"


def grouped(digits: str) -> str:
    """Hexadecimal digits in groups of four, to be read aloud."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _holders(opened: Metadata[Root]) -> Iterator[str]:
    signed = opened.signatures.keys()
    for name, (zh, en) in ROLES.items():
        role = opened.signed.roles[name]
        yield f"{zh} {en}: {len(role.keyids)} 人中须 {role.threshold} 人"
        for key in role.keyids:
            mark = "，已签 has signed" if name == "root" and key in signed else ""
            yield f"  {key[:16]}{mark}"


def _missing(root: bytes, former: bytes | None) -> list[str]:
    opened = ceremony.read(root)
    if former is None and opened.signed.version > 1:
        own = ceremony.missing_own(root)
        en = f"{own} missing of its own holders; hold the former's with --former."
        return [f"按本版还缺 {own} 个签名；上一版的须用 --former 核对。 {en}"]
    missing = ceremony.missing_signatures(root, former)
    if missing:
        return [f"还缺 {missing} 个签名。 {missing} more signature(s) needed."]
    return ["签名已齐。 Fully signed."]
