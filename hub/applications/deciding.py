"""One decision on an application or a correction, however it came: by the page or in a file.

Calls `hub.applications.{leaning,status}`, `hub.approvals`, `hub.corrections.file` and `wire`. The
proof says who decided, never the session.
"""

from django.db import transaction

from hub.applications import leaning, status
from hub.approvals import service
from hub.approvals.models import Subject
from hub.corrections import file as corrections
from wire.approval.decision import Approval
from wire.refusals import Refused


def find(digest: bytes) -> Subject:
    """The subject of that hash; raises Refused('grant_unknown')."""
    found = Subject.objects.filter(hash=digest).first()
    if found is None:
        raise Refused("grant_unknown")
    return found


def take(found: Subject, given: Approval, now_ms: int) -> None:
    """For the step that is asked for, by one of whom it is asked; raises Refused."""
    if found.kind == corrections.KIND:
        corrections.take(found, given, now_ms)
        return
    if not hasattr(found, "filed"):
        raise Refused("grant_unknown")
    standing = status.standing(found, now_ms)
    if standing.state != "pending" or standing.step is None:
        raise Refused("grant_void", f"it is {standing.state}")
    if given.step != standing.step.step:
        raise Refused("approval_invalid", "not the step that is asked for")
    with transaction.atomic():
        service.submit(found, given, entitled=standing.waiting, lists=standing.lists, now_ms=now_ms)
        leaning.lean(found, standing.more)
    status.follow(found, now_ms)


def page(found: Subject) -> str:
    """Where people look at it."""
    kind = "corrections" if found.kind == corrections.KIND else "applications"
    return f"/{kind}/{found.pk}/"
