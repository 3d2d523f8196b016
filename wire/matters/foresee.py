"""Who would have to sign an application, and who takes whose place, before anybody has signed.

Calls `wire.approval` (chain, matter): the rules that judge the real one. Nothing is decided here:
it asks them step by step, as the hub does, and says what it saw.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from wire.approval import chain, matter
from wire.approval.subject import Application
from wire.lists.content import ApprovalList, Person, Step
from wire.refusals import Refused

WAYS: Final = 2_000
"""So many ways of signing are looked at; a village has few."""
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "vacant": ("无人在职", "nobody holds it"),
    "applicant": ("是申请人", "is the applicant"),
    "relative": ("是申请人的亲属", "is a relative of the applicant"),
    "signs": ("在本事项另签一个环节", "signs another step of it"),
    "keyless": ("没有可用的密钥，或已被撤销", "has no key that counts, or was revoked"),
}


@dataclass(frozen=True)
class Passed:
    """An office that a step passes by, whose holder it was (None: vacant), and one of REASONS."""

    office: str
    person: Person | None
    reason: str


@dataclass(frozen=True)
class Asked:
    """One step: any one of `signers` signs it, in the office; `passed` says why not the former. A
    holder without a key makes no room for substitutes.
    """

    step: Step
    office: str
    signers: tuple[Person, ...]
    passed: tuple[Passed, ...]


@dataclass(frozen=True)
class Foresight:
    """`refused` where it could not be filed at all; the steps that can be signed, in order, by one
    way that goes furthest; `lacking` is the step for which nobody is left, None where none is.
    """

    refused: Refused | None
    asked: tuple[Asked, ...]
    lacking: Asked | None


def foresee(application: Application, lists: ApprovalList) -> Foresight:
    """What would become of it on that list."""
    try:
        item = matter.permitted(application, lists.catalogue)
    except Refused as refused:
        return Foresight(refused, (), None)
    steps = item.chain_for(application.amount)
    taken: dict[str, str] = {}
    for way in islice(_ways(application, steps, lists, {}), WAYS):
        taken = max(taken, way, key=len)
        if len(taken) == len(steps):
            break
    asked = tuple(_asked(application, steps, at, lists, taken) for at in range(len(taken)))
    if len(taken) == len(steps):
        return Foresight(None, asked, None)
    return Foresight(None, asked, _asked(application, steps, len(taken), lists, taken))


def _ways(
    application: Application, steps: Sequence[Step], lists: ApprovalList, taken: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Everything that step → person can become when the steps are signed in order."""
    yield dict(taken)
    if len(taken) < len(steps):
        step = steps[len(taken)].step
        for person in chain.entitled(application, step, lists, taken):
            yield from _ways(application, steps, lists, {**taken, step: person})


def _asked(
    application: Application,
    steps: Sequence[Step],
    at: int,
    lists: ApprovalList,
    taken: Mapping[str, str],
) -> Asked:
    step = steps[at]
    before = {one.step: taken[one.step] for one in steps[:at]}
    signers = tuple(
        lists.roster.persons[name] for name in chain.entitled(application, step.step, lists, before)
    )
    passed: list[Passed] = []
    for office in (step.office, *step.substitutes):
        holders = lists.roster.holders(office, application.created)
        if signers and any(one in holders for one in signers):
            return Asked(step, office, signers, tuple(passed))
        passed += [Passed(office, one, _why(application, one, lists, before)) for one in holders]
        if any(one.reason == "keyless" for one in passed):
            break
        if not holders:
            passed.append(Passed(office, None, "vacant"))
    return Asked(step, "", signers, tuple(passed))


def _why(
    application: Application, person: Person, lists: ApprovalList, before: Mapping[str, str]
) -> str:
    if person.id == application.applicant:
        return "applicant"
    if person.id in chain.apart(application, lists.roster):
        return "relative"
    return "signs" if person.id in before.values() else "keyless"
