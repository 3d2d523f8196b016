"""What is different between two packages of officers, said for people: Chinese, then English.

Calls `county.{authority,days,difference_rules,difference_words}` and `wire.lists`. Pure. It
compares what machines will read, not what a tool did: whatever changed is said, wherever it came
from. Versions are left out, since they follow from the rest.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from county import authority, days
from county.authority import AuthorityError, Township, Village
from county.difference_rules import of_catalogues, of_policies, of_roots
from county.difference_words import STATES
from wire.lists import means, metadata
from wire.lists.content import Machine, Passkey, Person, Policy, Seal, Sm2Key, Term
from wire.lists.package import AuthorityPackage

T = TypeVar("T")


def of_packages(former: bytes | None, package: bytes, now_ms: int) -> list[str]:
    """Everything that the officers answer for by signing `package` after `former`.

    All of its contents where there is no former one. Raises AuthorityError.
    """
    new = authority.open_package(package)
    old = None if former is None else authority.open_package(former)
    return [
        *of_roots(() if old is None else old.roots, new.roots),
        *_online_keys(old, new),
        *_expiry(old, new),
        *of_townships(
            None if old is None else authority.read_township(old),
            authority.read_township(new),
            now_ms,
        ),
    ]


def of_townships(before: Township | None, after: Township, now_ms: int) -> list[str]:
    """The same of contents alone. `now_ms`: when offices are read off the rosters."""
    old = {} if before is None else {one.id: one for one in before.villages}
    new = {one.id: one for one in after.villages}
    lines = [
        *of_policies(None if before is None else before.policy, after.policy),
        *of_catalogues(
            None if before is None else before.catalogue, after.catalogue, after.policy.offices
        ),
        *(f"{name}：不再有此村。 The village {name} is gone." for name in old if name not in new),
        *(f"{name}：新的村。 The village {name} is new." for name in new if name not in old),
    ]
    former = (before or after).policy
    for name in dict.fromkeys([*old, *new]):
        told = _village(old.get(name), new.get(name), former, after.policy, now_ms)
        lines += [f"{name} · {line}" for line in told]
    return lines


def fingerprint(passkey: Passkey) -> str:
    """A passkey as people compare it: 16 digits of its credential id's and key's SHA-256."""
    digits = sha256(passkey.credential + passkey.public_key).hexdigest()[:16]
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def _online_keys(old: AuthorityPackage | None, new: AuthorityPackage) -> Iterator[str]:
    before = set() if old is None else _delegated(old)
    after = _delegated(new)
    for key in sorted(before - after):
        yield f"平台密钥 {key[:16]} 不再有效。 The hub's key {key[:16]} counts no longer."
    for key in sorted(after - before):
        yield f"平台密钥是 {key[:16]}。 The hub's key is {key[:16]}."


def _delegated(opened: AuthorityPackage) -> set[str]:
    delegations = metadata.read_targets(opened.targets).signed.delegations
    if delegations is None or delegations.roles is None:
        raise AuthorityError("清单包没有写明平台密钥。 The package names no key of the hub.")
    return {key for role in delegations.roles.values() for key in role.keyids}


def _expiry(old: AuthorityPackage | None, new: AuthorityPackage) -> Iterator[str]:
    before = None if old is None else metadata.expires_ms(metadata.read_targets(old.targets))
    after = metadata.expires_ms(metadata.read_targets(new.targets))
    if before != after:
        was = "" if before is None else f"（原 {days.shown(before)}）"
        yield f"清单有效至 {days.shown(after)}{was}。 The lists hold until {days.shown(after)}."


def _village(
    old: Village | None, new: Village | None, former: Policy, policy: Policy, now_ms: int
) -> Iterator[str]:
    before: Mapping[str, Person] = {} if old is None else old.roster.persons
    persons: Mapping[str, Person] = {} if new is None else new.roster.persons
    yield from _each(before, persons, lambda was, now: _person(was, now, policy))
    yield from _incumbents(before, persons, former, policy, now_ms)
    yield from _each(
        {} if old is None else old.machines.machines,
        {} if new is None else new.machines.machines,
        _machine,
    )


def _person(was: Person | None, now: Person | None, policy: Policy) -> Iterator[str]:
    if now is None:
        if was is not None:
            yield f"{was.name}（{was.id}）：从名册上消失。 {was.id} is off the roster."
        return
    before = was or Person(now.id, now.name, (), (), ())
    who = f"{now.name}（{now.id}）"
    if was is None:
        yield f"{who}：新上名册。 {now.id} is new on the roster."
    if before.name != now.name:
        yield f"{before.name} 改名 {who}。 {now.id} has another name."
    for term in _gone(before.offices, now.offices):
        zh, en = _term(term, policy)
        yield f"{who}：任期去掉 {zh}。 {now.id} has no longer: {en}."
    for term in _gone(now.offices, before.offices):
        zh, en = _term(term, policy)
        yield f"{who}：任期写上 {zh}。 {now.id} has: {en}."
    yield from _keys(before, now, who)
    if set(before.relatives) != set(now.relatives):
        kin = "、".join(now.relatives) or "无 none"
        yield f"{who}：申报的亲属 {kin}。 Declared relatives of {now.id}."


def _keys(before: Person, now: Person, who: str) -> Iterator[str]:
    for key in _gone(before.passkeys, now.passkeys):
        yield (
            f"{who}：去掉通行密钥 {fingerprint(key)}。 "
            f"{now.id} cannot sign any more with the passkey {fingerprint(key)}."
        )
    for key in _gone(now.passkeys, before.passkeys):
        yield (
            f"{who}：可用通行密钥 {fingerprint(key)} 签名。 "
            f"{now.id} can sign with the passkey {fingerprint(key)}."
        )
    for old in _gone(before.sm2_keys, now.sm2_keys):
        yield f"{who}：去掉国密密钥 {_sm2(old)}。 {now.id} has no longer the SM2 key."
    for new in _gone(now.sm2_keys, before.sm2_keys):
        yield f"{who}：可用国密密钥 {_sm2(new)} 签名。 {now.id} can sign with that SM2 key."


def _incumbents(
    old: Mapping[str, Person],
    new: Mapping[str, Person],
    former: Policy,
    policy: Policy,
    now_ms: int,
) -> Iterator[str]:
    """Who can sign in each office at this moment, where that is otherwise than before."""
    for office, (zh, en) in policy.offices.items():
        was = _able(old, former, office, now_ms)
        now = _able(new, policy, office, now_ms)
        if was != now:
            yield (
                f"今天能以“{zh}”签名的人：{_named(was)} → {_named(now)}。 "
                f"Able to sign as {en} today: {', '.join(now) or 'nobody'}."
            )


def _machine(was: Machine | None, now: Machine | None) -> Iterator[str]:
    if now is None:
        if was is not None:
            yield f"机器 {was.device}：从清单上消失。 The machine {was.device} is off the list."
        return
    device = now.device
    if was is None:
        yield (
            f"机器 {device}（{now.village_name}）：新上清单，密钥 {now.alg} {_key(now)}。 "
            f"The machine {device} is new, with the record key {now.alg} {_key(now)}."
        )
    elif was.key != now.key:
        yield (
            f"机器 {device}：换密钥 {_key(was)} → {now.alg} {_key(now)}。 "
            f"The machine {device} has another record key."
        )
    if was is not None and was.village_name != now.village_name:
        yield f"机器 {device}：村名改为 {now.village_name}。 Its village has another name."
    if was is None or was.state != now.state:
        zh, en = STATES[now.state]
        yield f"机器 {device}：{zh}。 The machine {device} is {en}."
    if now.replaces != (was.replaces if was else None):
        other = now.replaces or "无 none"
        yield f"机器 {device}：接替 {other}。 The machine {device} takes the place of {other}."
    old = {} if was is None else {one.id: one for one in was.seals}
    yield from _each(old, {one.id: one for one in now.seals}, lambda a, b: _seal(device, a, b))
    yield from _codes(was, now)


def _seal(device: str, was: Seal | None, now: Seal | None) -> Iterator[str]:
    if now is None:
        if was is not None:
            yield f"{device} 的印章 {was.name}：消失。 The seal {was.id} is gone from {device}."
        return
    zh, en = STATES[now.state]
    if was is None or replace(was, state=now.state) != now:
        follows = "" if now.replaces is None else f"，接替 replaces {now.replaces}"
        new = "新印章" if was is None else "印章改为"
        yield (
            f"{device} {new} {now.name}（{now.id}，{now.kind}）：{now.slot} 号位，"
            f"标签 {now.rfid}{follows}。 The seal {now.id}: slot {now.slot}, tag {now.rfid}."
        )
    if was is None or was.state != now.state:
        yield f"{device} 的印章 {now.name}：{zh}。 The seal {now.id} is {en}."


def _codes(was: Machine | None, now: Machine) -> Iterator[str]:
    old = {one.verifier: one.person for one in (was.emergency if was else ())}
    new = {one.verifier: one.person for one in now.emergency}
    gone = Counter(person for key, person in old.items() if key not in new)
    made = Counter(person for key, person in new.items() if key not in old)
    for person in sorted(gone.keys() | made.keys()):
        yield (
            f"{now.device} 的应急码，{person}：作废 {gone[person]} 个，新发 {made[person]} 个。 "
            f"Emergency codes of {person}: {gone[person]} taken back, {made[person]} new."
        )


def _each(
    old: Mapping[str, T],
    new: Mapping[str, T],
    told: Callable[[T | None, T | None], Iterator[str]],
) -> Iterator[str]:
    """What is told of each name whose value is not as it was, in the order of the lists."""
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield from told(old.get(name), new.get(name))


def _gone(old: tuple[T, ...], new: tuple[T, ...]) -> list[T]:
    return [one for one in old if one not in new]


def _term(term: Term, policy: Policy) -> tuple[str, str]:
    zh, en = policy.offices.get(term.office, (term.office, term.office))
    start, end = days.shown(term.start_ms), days.shown(term.end_ms)
    return f"{zh} {start} 至 {end}", f"{en}, {start} to {end}"


def _able(
    persons: Mapping[str, Person], policy: Policy, office: str, now_ms: int
) -> dict[str, str]:
    within = (now_ms, now_ms + 1)
    return {
        one.id: one.name
        for one in persons.values()
        if one.holds(office, now_ms)
        and (means.passkeys(one, policy) or means.sm2_keys(one, policy, within))
    }


def _sm2(key: Sm2Key) -> str:
    named = "，无证书" if key.certificate is None else f"，证书 {key.certificate.hex()[:16]}"
    return f"{key.kid.hex()}（{days.shown(key.start_ms)} 至 {days.shown(key.end_ms)}{named}）"


def _named(persons: Mapping[str, str]) -> str:
    return "、".join(persons.values()) or "无人"


def _key(machine: Machine) -> str:
    return machine.kid.hex()[:16]
