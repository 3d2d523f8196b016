"""On which signed statements of absence an application leans, and whom it is offered to by others.

Calls `hub.applications.models`, `hub.duty.stated` and `wire`. No query where they are LOADED.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from hub.applications.models import Lean
from hub.approvals.models import Subject
from hub.duty import stated
from hub.duty.stated import Stated
from wire.approval import away, chain
from wire.approval.away import Away
from wire.approval.subject import Application
from wire.lists.content import ApprovalList
from wire.refusals import Refused

LOADED: Final = "subject__leans__signature__statement__absence"
"""What to load of many applications at once."""


@dataclass(frozen=True)
class Offer:
    """`persons` may take the step; whoever of them does leans on `more`, besides what the
    application leans on already.
    """

    persons: tuple[str, ...]
    more: tuple[Stated, ...]


def bound(found: Subject) -> tuple[Stated, ...]:
    """Those on which its approvals lean: they stay, whoever came back since."""
    rows = sorted(found.leans.all(), key=lambda one: one.pk)
    return tuple(stated.read(one.signature for one in rows))


def lean(found: Subject, more: Iterable[Stated]) -> None:
    """From now on its approvals lean on these, too; raises Refused where one of them has signed."""
    try:
        with transaction.atomic():
            for one in more:
                Lean.objects.create(subject=found, signature=one.row)
    except IntegrityError as error:
        raise Refused("same_person", "who is away, or says so, has approved") from error


def offer(
    application: Application,
    step: str,
    lists: ApprovalList,
    taken: Mapping[str, str],
    held: Sequence[Stated],
    current: Iterable[Stated],
) -> Offer:
    """Whom to ask for the step. While all who are asked are away by `current` statements that would
    hold, their substitutes; where nobody is left in the end, for this step or, because he says who
    is away, for a later one, who would be asked without.
    """
    gone = _away(held)

    def able(one: str, more: Iterable[Stated]) -> list[str]:
        return chain.entitled(application, one, lists, taken, [*gone, *_away(more)])

    asked = first = able(step, ())
    known = _usable(application, lists, {*taken.values()}, current)
    more: list[Stated] = []
    while asked and all(one in known for one in asked):
        more += [known[one] for one in asked]
        asked = able(step, more)
    later = _later(application, lists, {step, *taken})
    if not asked or any(able(one, ()) and not able(one, more) for one in later):
        return Offer(tuple(first), ())
    return Offer(tuple(asked), tuple(more))


def _later(application: Application, lists: ApprovalList, done: set[str]) -> list[str]:
    item = lists.catalogue.items.get(application.item)
    steps = () if item is None else item.chain_for(application.amount)
    return [one.step for one in steps if one.step not in done]


def _usable(
    application: Application, lists: ApprovalList, signed: set[str], current: Iterable[Stated]
) -> dict[str, Stated]:
    """By whom they are of: each person's newest that holds, his own word before another's, and
    nobody's who has approved a step.
    """
    item = lists.catalogue.items.get(application.item)
    apart = chain.apart(application, lists.roster)
    found: dict[str, Stated] = {}
    for one in sorted(current, key=lambda one: one.person == one.by):
        if item is None or {one.person, one.by} & signed:
            continue
        try:
            away.one(one.signed, application, lists, item, apart)
        except Refused:
            continue
        found[one.person] = one
    return found


def _away(statements: Iterable[Stated]) -> list[Away]:
    return [Away(one.person, one.by) for one in statements]
