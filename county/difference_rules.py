"""What is different between two roots, policies and lists of matters, said for people.

Calls `county.{days,difference_words}`, `wire.lists` and `wire.matters`. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from hashlib import sha256
from typing import Any

from county import days
from county.difference_words import POLICY, ROLES
from wire.lists import metadata
from wire.lists.content import Catalogue, Policy
from wire.lists.policy import device_cas
from wire.lists.renewal import FormerLog
from wire.lists.tufapi import Root
from wire.lists.villages import FormerVillage
from wire.matters import difference
from wire.matters.difference import Change
from wire.matters.words import CLASSES, ITEM, Offices, shown

_UNSAID = frozenset({"version", "offices"})


def of_roots(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[str]:
    """The chains of county roots that two packages carry."""
    if tuple(old) == tuple(new):
        return
    if tuple(new[: len(old)]) != tuple(old):
        yield "县级根不是同一个县的！ The county roots are another county's!"
    now = metadata.read_root(new[-1]).signed
    was = metadata.read_root(old[-1]).signed if old else None
    ends = days.shown(int(now.expires.timestamp()) * 1000)
    yield (
        f"县级根第 {now.version} 版，有效至 {ends}。 "
        f"County root version {now.version}, until {ends}."
    )
    yield from of_holders(was, now)


def of_holders(was: Root | None, now: Root) -> Iterator[str]:
    """Who speaks for which role, where that is otherwise than before."""
    for name, (zh, en) in ROLES.items():
        role = now.roles[name]
        before = set() if was is None else set(was.roles[name].keyids)
        for key in sorted(before - set(role.keyids)):
            yield f"{zh}：去掉 {key[:16]}。 {en}: {key[:16]} is out."
        for key in sorted(set(role.keyids) - before):
            yield f"{zh}：增加 {key[:16]}。 {en}: {key[:16]} is in."
        if was is None or was.roles[name].threshold != role.threshold:
            yield (
                f"{zh}：{len(role.keyids)} 人中须 {role.threshold} 人签名。 "
                f"{en}: {role.threshold} of {len(role.keyids)} must sign."
            )


def of_policies(old: Policy | None, new: Policy) -> Iterator[str]:
    """Field by field."""
    for one in fields(Policy):
        was, now = (None if p is None else getattr(p, one.name) for p in (old, new))
        if was == now or one.name in _UNSAID:
            continue
        if one.name == "device_cas":
            was, now = (None if p is None else _fingerprints(p) for p in (old, new))
        if one.name == "former_logs":
            yield from _of_former_logs(() if old is None else old.former_logs, new.former_logs)
            continue
        if one.name == "former_villages":
            before_it = () if old is None else old.former_villages
            yield from _of_former_villages(before_it, new.former_villages)
            continue
        zh, en = POLICY.get(one.name, (one.name, one.name))
        change = _shown(now) if old is None else f"{_shown(was)} → {_shown(now)}"
        yield f"政策 · {zh}：{change}。 Policy: {en} ({one.name})."
    before = {} if old is None else old.offices
    for office in dict.fromkeys([*before, *new.offices]):
        if before.get(office) != new.offices.get(office):
            words = new.offices.get(office, ("不再有", "none any more"))
            yield f"职务 {office}：{words[0]}。 The office {office}: {words[1]}."


def _of_former_logs(was: Sequence[FormerLog], now: Sequence[FormerLog]) -> Iterator[str]:
    """Which logs ended, and where: what came after that head, no machine asks for."""
    for one in was:
        if one not in now:
            yield f"不再写明旧日志 {one.origin}！ The former log {one.origin} is named no more!"
    for one in now:
        if one not in was:
            yield (
                f"旧日志 {one.origin} 到此为止：{one.size} 条，根 {one.root}；由新日志接续，"
                "机器重发全部记录。请与县见证给出的核对。 "
                f"The log {one.origin} ended at {one.size} leaves, root {one.root}: the new one "
                "follows it, and machines send all again. Compare with what the county's witness "
                "gave."
            )


def _of_former_villages(
    was: Sequence[FormerVillage], now: Sequence[FormerVillage]
) -> Iterator[str]:
    """Which villages went into others, or have another name."""
    for one in was:
        if one not in now:
            yield f"不再写明原村 {one.name}（{one.id}）！ {one.id} is no former village any more!"
    for one in now:
        if one in was:
            continue
        day, into = days.shown(one.since_ms), "、".join(one.into)
        if one.renamed:
            yield f"{one.id} 自 {day} 起不再叫 {one.name}。 {one.id} was called otherwise before."
        else:
            yield f"{one.name}（{one.id}）自 {day} 起并入 {into}。 {one.id} went into {into}."


def _fingerprints(policy: Policy) -> tuple[str, ...]:
    return tuple(sha256(one).hexdigest() for one in device_cas(policy))


def of_catalogues(old: Catalogue | None, new: Catalogue, offices: Offices) -> Iterator[str]:
    """Matter by matter."""
    if old is None or (old.locality, old.effective) != (new.locality, new.effective):
        yield (
            f"事项清单：{new.locality}，{new.effective} 起。 "
            f"List of matters of {new.locality}, from {new.effective} on."
        )
    for change in difference.changes(old, new, offices):
        yield _told(change, new)


def _told(change: Change, new: Catalogue) -> str:
    if change.after is None:
        return f"事项“{change.name}”去掉。 The matter {change.item} is gone."
    if change.before is None:
        words = CLASSES[new.items[change.item].cls][1]
        return f"新事项“{change.name}”：{change.after}。 The matter {change.item} is new: {words}."
    label, words = ITEM[change.field]
    return (
        f"事项“{change.name}” · {label}：{change.before} → {change.after}。 "
        f"The matter {change.item}: {words}."
    )


def _shown(value: Any) -> str:
    return shown(value, {})
