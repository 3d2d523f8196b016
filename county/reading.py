"""A package or a draft as an officer reads it before he signs.

Calls `county.{authority,days,difference,township}`, `county.edit.{draft,people}` and `wire.lists`.
Pure.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from county import authority, days, difference
from county.authority import Township
from county.edit import draft as drafts
from county.edit import people
from county.township import problems
from wire.lists import gaps, metadata

LATER_SHOWN: Final = 5
SM2_LACKS: Final = (
    "国密密钥审批：这种签名不证明是在县里的页面或程序上签的，也不证明本人在场"
    "（没有核验指纹、人脸）；拿到密钥和口令的人都能签，假程序能骗人签别的。"
    "能用通行密钥的人请用通行密钥。 "
    "Approvals by SM2 keys: a signature does not prove on which page or in which program it was "
    "made (no origin bound), nor that the person was there (no user verification). Whoever has key "
    "and passphrase signs, and a false program can have something else signed."
)
"""Said before each signature on a package that takes such keys or names one."""


def show(package: bytes, now_ms: int) -> list[str]:
    """Everything in it, what stands in the way of signing it, and what is worth a thought."""
    return [
        *_head(package),
        *_told(difference.of_packages(None, package, now_ms)),
        *_tail(package, now_ms),
    ]


def compare(former: bytes | None, package: bytes, now_ms: int) -> list[str]:
    """What is otherwise than in the package in force.

    Raises AuthorityError unless `package` follows it: an officer compares with nothing else.
    """
    drafts.follows(former, package)
    changes = difference.of_packages(former, package, now_ms)
    return [*_head(package), *_told(changes), *_tail(package, now_ms)]


def notices(township: Township) -> Iterator[str]:
    """What is no mistake and yet worth a thought."""
    taken = "sm2" in township.policy.approval_suites
    if taken or any(person.sm2_keys for person in people.everybody(township)):
        yield SM2_LACKS
    for village in township.villages:
        for person in village.roster.persons.values():
            another = taken and person.sm2_keys
            if person.offices and len(person.passkeys) == 1 and not another:
                yield (
                    f"{village.id}：{person.name}（{person.id}）只有一把通行密钥，丢了就不能签名。 "
                    f"{person.id} has only one passkey."
                )
        for machine in village.machines.machines.values():
            if not machine.seals:
                yield f"{machine.device} 没有印章。 {machine.device} holds no seal."


def _head(package: bytes) -> Iterator[str]:
    targets = metadata.read_targets(authority.open_package(package).targets)
    yield (
        f"清单包第 {targets.signed.version} 版，已有 {len(targets.signatures)} 个签名，"
        f"还缺 {authority.missing_signatures(package)} 个。 "
        f"Package version {targets.signed.version}, {len(targets.signatures)} signature(s)."
    )
    yield f"SHA-256 {sha256(package).hexdigest()}"


def _told(changes: list[str]) -> Iterator[str]:
    yield from (f"  • {line}" for line in changes)
    if not changes:
        yield "  没有任何改动。 Nothing is changed."


def _tail(package: bytes, now_ms: int) -> Iterator[str]:
    opened = authority.open_package(package)
    township = authority.read_township(opened)
    expires_ms = metadata.expires_ms(metadata.read_targets(opened.targets))
    yield from (f"  ! {line}" for line in notices(township))
    yield from (f"  ! {line}" for line in _later(township, now_ms, expires_ms))
    yield from (f"  ✗ 不能签 cannot be signed: {line}" for line in problems(township, now_ms))


def _later(township: Township, now_ms: int, until_ms: int) -> Iterator[str]:
    """Where a term's end will leave a step without anybody while these lists hold."""
    for village in township.villages:
        found = gaps.later(township.catalogue, village.roster, township.policy, now_ms, until_ms)
        for at_ms, gap in found[:LATER_SHOWN]:
            told = gaps.sentence(village.id, gap, township.policy)
            yield f"{days.shown(at_ms)} 起 from then on: {told}"
        if len(found) > LATER_SHOWN:
            yield f"{village.id}：以后另有 {len(found) - LATER_SHOWN} 处。 And more later."
