"""What people do with an application besides deciding: withdraw it, remind whoever is asked, say
why it was returned, ask the township to look at it, file the stamped paper away.

Calls `hub.applications.{limits,models,stamped,status}`, `hub.people.roster` and `wire.refusals`.
"""

from typing import Final

from django.db import IntegrityError, transaction

from hub.applications import stamped, status
from hub.applications.limits import HOUR_MS, Limits
from hub.applications.models import ARCHIVE, ESCALATE, REASON, REMIND, WITHDRAW, Act
from hub.applications.status import Standing
from hub.approvals.models import Subject
from hub.people.roster import Staff
from wire.refusals import Refused

MOST: Final = 200
"""Characters of a reason."""


def may_withdraw(standing: Standing, person: str) -> bool:
    """Whoever filed it, as long as it can still be stamped."""
    return standing.state in ("pending", "approved") and standing.application.applicant == person


def withdraw(found: Subject, staff: Staff, words: str, now_ms: int) -> None:
    """Nothing can be approved or stamped by it any more; what was stamped stays. Raises Refused."""
    if not may_withdraw(status.standing(found, now_ms), staff.person.id):
        raise Refused("not_permitted", "only whoever filed it, before it ends")
    reason = _reason(words)
    try:
        with transaction.atomic():
            _add(found, WITHDRAW, "", staff.person.id, reason, now_ms)
            status.follow(found, now_ms)
    except IntegrityError as error:
        raise Refused("grant_void", "withdrawn before") from error


def may_explain(found: Subject, standing: Standing, person: str) -> bool:
    """Whoever returned it, once."""
    returned = any(one.decision == "return" and one.person == person for one in standing.decisions)
    return returned and not found.acts.filter(kind=REASON).exists()


def explain(found: Subject, staff: Staff, words: str, now_ms: int) -> None:
    """Say why it was returned; raises Refused."""
    if not may_explain(found, status.standing(found, now_ms), staff.person.id):
        raise Refused("not_permitted", "only whoever returned it, once")
    reason = _reason(words)
    try:
        with transaction.atomic():
            _add(found, REASON, "", staff.person.id, reason, now_ms)
            status.follow(found, now_ms)
    except IntegrityError as error:
        raise Refused("not_permitted", "said before") from error


def remind(found: Subject, person: str, limits: Limits, now_ms: int) -> None:
    """Put it on top for whoever is asked now; raises Refused, `too_soon` within `remind_h`."""
    standing = status.standing(found, now_ms)
    if standing.state != "pending" or standing.step is None:
        raise Refused("grant_void", f"it is {standing.state}")
    step = standing.step.step
    last = found.acts.filter(kind=REMIND, step=step).order_by("-id").first()
    begun = standing.since_ms if last is None else last.at_ms
    if now_ms < begun + limits.remind_h * HOUR_MS:
        raise Refused("too_soon", f"每 {limits.remind_h} 小时一次")
    _add(found, REMIND, step, person, "", now_ms)


def may_escalate(standing: Standing, staff: Staff) -> bool:
    """The village's staff, once for each step that waits."""
    ours = staff.of_village and staff.village == standing.application.village
    return ours and standing.state == "pending" and not standing.escalated


def escalate(found: Subject, staff: Staff, words: str, now_ms: int) -> None:
    """The offices of `escalate_to` see it from now on; it gives nobody a step. Raises Refused."""
    held = status.standing(found, now_ms)
    if held.step is None or not may_escalate(held, staff):
        raise Refused("not_permitted", "only the village's staff, once for a step that waits")
    reason = _reason(words)
    try:
        with transaction.atomic():
            _add(found, ESCALATE, held.step.step, staff.person.id, reason, now_ms)
    except IntegrityError as error:
        raise Refused("not_permitted", "escalated before") from error


def may_archive(standing: Standing, times: int, staff: Staff) -> bool:
    """The village's staff, once it was stamped."""
    ours = staff.of_village and staff.village == standing.application.village
    return ours and times > 0 and standing.state in ("approved", "expired")


def archive(found: Subject, staff: Staff, words: str, now_ms: int) -> None:
    """The stamped paper is where `words` say; nothing more is stamped. Raises Refused."""
    held, times = status.standing(found, now_ms), len(stamped.of(found.filed))
    if not may_archive(held, times, staff):
        raise Refused("not_permitted", "only the village's staff, once it was stamped")
    place = _reason(words)
    try:
        with transaction.atomic():
            _add(found, ARCHIVE, "", staff.person.id, place, now_ms)
            status.follow(found, now_ms)
    except IntegrityError as error:
        raise Refused("not_permitted", "archived before") from error


def _reason(words: str) -> str:
    reason = " ".join(words.split())
    if not 0 < len(reason) <= MOST or not reason.isprintable():
        raise Refused("bad_request", f"words: 请写明，最多 {MOST} 字")
    return reason


def _add(found: Subject, kind: str, step: str, person: str, words: str, now_ms: int) -> None:
    Act.objects.create(
        subject=found, kind=kind, step=step, person=person, words=words, at_ms=now_ms
    )
