"""That an application waits for an office: told when it is filed and after each decision.

Calls `hub.applications`, `hub.approvals` (their signals), `hub.clock` and `hub.notices.write`.
Django sends the signal inside the transaction of the row that it is about.
"""

from typing import Any, Final

from django.db.models.signals import post_save

from hub.applications import status
from hub.applications.models import Filed
from hub.approvals.models import Approval, Subject
from hub.clock import now_ms
from hub.notices.write import News, write
from wire.errors import WireError
from wire.refusals import Refused

UID: Final = "hub.notices.waiting"


def listen() -> None:
    """From now on, in this process."""
    post_save.connect(_filed, Filed, dispatch_uid=UID)
    post_save.connect(_decided, Approval, dispatch_uid=UID)


def _filed(instance: Filed, *, created: bool, **_: Any) -> None:
    if created:
        _tell(instance, instance.subject)


def _decided(instance: Approval, *, created: bool, **_: Any) -> None:
    filed = Filed.objects.filter(subject=instance.subject).first() if created else None
    if filed is not None:
        _tell(filed, instance.subject)


def _tell(filed: Filed, subject: Subject) -> None:
    """Nothing where nobody is waited for, or the machine is on no list."""
    now = now_ms()
    try:
        standing = status.standing(subject, now)
    except (Refused, WireError, LookupError):
        return
    step = standing.step
    if standing.state != "pending" or step is None:
        return
    told: dict[str, str | int] = {"number": int(subject.pk), "office": step.office}
    key = (bytes(subject.hash), step.step)
    news = News("application_waiting", key, filed.village, filed.device, told)
    write([news], now)
