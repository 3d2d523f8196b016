"""What the authority officers answer for in one township, and what is wrong with it.

Calls only `wire.lists`. Pure.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from wire.lists import gaps
from wire.lists.content import Catalogue, Machines, Policy, Roster
from wire.lists.suites import strange


@dataclass(frozen=True)
class Village:
    roster: Roster
    machines: Machines

    @property
    def id(self) -> str:
        return self.roster.village


@dataclass(frozen=True)
class Township:
    catalogue: Catalogue
    policy: Policy
    villages: tuple[Village, ...]


def problems(township: Township, now_ms: int) -> list[str]:
    """One sentence (Chinese, then English) for each reason not to sign; empty where there is none.

    `now_ms`: ms since 1970 UTC, at which offices are read off the rosters.
    """
    return [
        *_nameless_offices(township),
        *_twice(township),
        *_strangers(township),
        *_suites(township),
        *_ended(township, now_ms),
        *(text for village in township.villages for text in _thin(township, village, now_ms)),
    ]


def _nameless_offices(township: Township) -> Iterator[str]:
    used = {
        office
        for item in township.catalogue.items.values()
        for step in item.steps
        for office in (step.office, *step.substitutes)
    }
    for office in sorted(used - township.policy.offices.keys()):
        yield f"政策没有写明职务 {office}。 The policy does not name the office {office}."


def _twice(township: Township) -> Iterator[str]:
    villages = Counter(village.id for village in township.villages)
    devices = Counter(d for village in township.villages for d in village.machines.machines)
    for name, count in (villages + devices).items():
        if count > 1:
            yield f"{name} 重复。 {name} stands twice."


def _strangers(township: Township) -> Iterator[str]:
    for village in township.villages:
        for machine in village.machines.machines.values():
            if machine.village != village.id:
                yield (
                    f"设备 {machine.device} 不属于 {village.id}。 "
                    f"The machine {machine.device} is not of {village.id}."
                )


def _suites(township: Township) -> Iterator[str]:
    for village in township.villages:
        for machine in strange(township.policy, village.machines.machines.values()):
            yield (
                f"设备 {machine.device} 的签名密钥是 {machine.alg}，政策不允许。 "
                f"The policy's suites do not name {machine.alg}, which the machine "
                f"{machine.device} signs with."
            )


def _ended(township: Township, now_ms: int) -> Iterator[str]:
    """A village that went into others works no more, and these there are, or were."""
    there = {village.id: village for village in township.villages}
    for one in township.policy.former_villages:
        if one.renamed:
            continue
        for name in one.into:
            if name not in there:
                yield f"{one.id} 并入的 {name} 没有。 {one.id} went into {name}, which is none."
        over = one.id in there and one.since_ms <= now_ms
        for machine in there[one.id].machines.machines.values() if over else ():
            if machine.state == "active":
                yield (
                    f"{one.id} 已并入他村，机器 {machine.device} 还在用：先停用。 "
                    f"{one.id} has ended and {machine.device} is still in use: suspend it first."
                )


def _thin(township: Township, village: Village, now_ms: int) -> Iterator[str]:
    found = gaps.gaps(township.catalogue, village.roster, township.policy, now_ms)
    yield from gaps.told(village.id, found, township.policy)
