"""Where an application stands: who decided, who is asked next.

Calls `hub.applications.{leaning,models}`, `hub.approvals`, `hub.duty.stated`,
`hub.registers.reseal`, `hub.requests` and `wire`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.applications import leaning
from hub.applications.leaning import Offer
from hub.applications.models import ARCHIVE, ESCALATE, REASON, REMIND, WITHDRAW, Filed
from hub.approvals import service
from hub.approvals.models import Subject
from hub.duty import stated
from hub.duty.stated import Stated
from hub.registers.reseal import Gone, gone
from hub.requests import file as requests
from hub.requests.models import RECALLED
from wire.approval import subject
from wire.approval.decision import Approval
from wire.approval.subject import Application
from wire.lists.content import ApprovalList, Step


@dataclass(frozen=True)
class Standing:
    """`state`: pending, approved, archived, returned, expired, recalled where whoever filed it or
    asked for it withdrew it, withdrawn where the item is in the catalogue no more, or resealed
    where the seal never stamps again; `step` is the one to be taken next, by one of the persons of
    `waiting`, for whom it waits since `since_ms`; `reminded` counts how often they were reminded,
    `escalated` says why the township is asked, `gone` why the seal cannot stamp now. Its approvals
    lean on the statements of absence `held`; whoever is asked now would lean on `more` besides.
    """

    application: Application
    lists: ApprovalList
    decisions: tuple[Approval, ...]
    state: str
    step: Step | None
    waiting: tuple[str, ...]
    since_ms: int
    reminded: int
    escalated: str
    gone: Gone | None = None
    held: tuple[Stated, ...] = ()
    more: tuple[Stated, ...] = ()


def standing(found: Subject, now_ms: int) -> Standing:
    """Read it off the decisions; raises Refused where the machine is on no list any more."""
    device = subject.decode(bytes(found.data)).device
    return under(found, service.approval_list(device), now_ms, stated.in_force(now_ms))


def under(
    found: Subject, lists: ApprovalList, now_ms: int, current: Sequence[Stated] = ()
) -> Standing:
    """The same under that list, by the statements of absence that are in force."""
    application = subject.decode(bytes(found.data))
    given = tuple(service.decisions(found))
    step, lost = _next(application, lists, given), gone(application, lists.machine)
    acts = list(found.acts.all())
    request = getattr(found, "request", None)
    if any(one.kind == WITHDRAW for one in acts) or (request and request.state == RECALLED):
        state = "recalled"
    elif any(one.kind == ARCHIVE for one in acts):
        state = "archived"
    elif any(one.decision == "return" for one in given):
        state = "returned"
    elif application.item not in lists.catalogue.items:
        state = "withdrawn"
    elif lost is not None and lost.ended and application.not_after > now_ms:
        state = "resealed"
    elif step is None:
        state = "approved" if application.not_after > now_ms else "expired"
    else:
        state = "pending" if application.not_after > now_ms else "expired"
    offer, held = Offer((), ()), leaning.bound(found)
    if state == "pending" and step is not None:
        offer = leaning.offer(application, step.step, lists, _taken(given), held, current)
    since = max([application.created, *(one.received_ms for one in found.approvals.all())])
    named = "" if step is None else step.step
    reminded = sum(one.kind == REMIND and one.step == named for one in acts)
    asked = [one.words for one in acts if one.kind == ESCALATE and one.step == named]
    why = asked[0] if asked and state == "pending" else ""
    return Standing(
        application,
        lists,
        given,
        state,
        step,
        offer.persons,
        since,
        reminded,
        why,
        lost,
        held,
        offer.more,
    )


def follow(found: Subject, now_ms: int) -> None:
    """Note where nobody is asked any more, and tell the villager who asked for it."""
    fresh = Subject.objects.get(pk=found.pk)
    held = standing(fresh, now_ms)
    if held.state != "pending":
        Filed.objects.filter(subject=fresh).update(settled_ms=now_ms)
    office = "" if held.step is None or held.state != "pending" else held.step.office
    named = held.lists.policy.offices.get(office, (office,))[0]
    said = [one.words for one in fresh.acts.order_by("id") if one.kind in (WITHDRAW, REASON)]
    words = said[-1] if said else ""
    requests.tell(fresh, state=held.state, waiting=named, words=words, now_ms=now_ms)


def _taken(given: tuple[Approval, ...]) -> Mapping[str, str]:
    return {one.step: one.person for one in given}


def _next(
    application: Application, lists: ApprovalList, given: tuple[Approval, ...]
) -> Step | None:
    """The first step of the chain that nobody has taken; the order of the chain is kept."""
    item = lists.catalogue.items.get(application.item)
    taken = {one.step for one in given}
    steps = item.chain_for(application.amount) if item else ()
    return next((one for one in steps if one.step not in taken), None)
