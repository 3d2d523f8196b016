"""Where an application stands: who decided, who is asked next. Calls `hub.approvals`, `wire`."""

from dataclasses import dataclass

from hub.approvals import service
from hub.approvals.models import Subject
from wire.approval import chain, subject
from wire.approval.decision import Approval
from wire.approval.subject import Application
from wire.lists.content import ApprovalList, Step


@dataclass(frozen=True)
class Standing:
    """`state`: pending, approved, returned, expired, or withdrawn where the item is in the
    catalogue no more; `step` is the one to be taken next, by one
    of the persons of `waiting`.
    """

    application: Application
    lists: ApprovalList
    decisions: tuple[Approval, ...]
    state: str
    step: Step | None
    waiting: tuple[str, ...]


def standing(found: Subject, now_ms: int) -> Standing:
    """Read it off the decisions; raises Refused where the machine is on no list any more."""
    device = subject.decode(bytes(found.data)).device
    return under(found, service.approval_list(device), now_ms)


def under(found: Subject, lists: ApprovalList, now_ms: int) -> Standing:
    """The same under that list."""
    application = subject.decode(bytes(found.data))
    given = tuple(service.decisions(found))
    step = _next(application, lists, given)
    if any(one.decision == "return" for one in given):
        state = "returned"
    elif application.item not in lists.catalogue.items:
        state = "withdrawn"
    elif step is None:
        state = "approved" if application.not_after > now_ms else "expired"
    else:
        state = "pending" if application.not_after > now_ms else "expired"
    waiting: tuple[str, ...] = ()
    if state == "pending" and step is not None:
        taken = {one.step: one.person for one in given}
        waiting = tuple(chain.entitled(application, step.step, lists, taken))
    return Standing(application, lists, given, state, step, waiting)


def _next(
    application: Application, lists: ApprovalList, given: tuple[Approval, ...]
) -> Step | None:
    """The first step of the chain that nobody has taken; the order of the chain is kept."""
    item = lists.catalogue.items.get(application.item)
    taken = {one.step for one in given}
    steps = item.chain_for(application.amount) if item else ()
    return next((one for one in steps if one.step not in taken), None)
