"""Who took part in what is to be judged: applied, approved, stood at the machine, witnessed.

Calls `hub.applications.models`, `hub.approvals.models` and `hub.records.models`. Persons of an
entry are known where its opening is (`hub.records.index`).
"""

from typing import Any

from django.db.models import Exists, Q

from hub.applications.models import Filed
from hub.approvals.models import Approval
from hub.records.models import RecordPerson


def took_part(person: str, entry_hash: bytes | None, grant: bytes | None) -> bool:
    """In the entry of that hash, or in anything of the application of that hash."""
    named = RecordPerson.objects.filter(person=person)
    if entry_hash is not None and named.filter(record__entry_hash=entry_hash).exists():
        return True
    return grant is not None and (
        named.filter(record__index__grant=grant).exists()
        or Approval.objects.filter(subject__hash=grant, person=person).exists()
        or Filed.objects.filter(_applied(person), subject__hash=grant).exists()
    )


def among(person: str, entry_hash: Any, grant: Any) -> Q:
    """The same as a condition, of columns given as OuterRef."""
    named = RecordPerson.objects.filter(person=person)
    return (
        Q(Exists(named.filter(record__entry_hash=entry_hash)))
        | Q(Exists(named.filter(record__index__grant=grant)))
        | Q(Exists(Approval.objects.filter(subject__hash=grant, person=person)))
        | Q(Exists(Filed.objects.filter(_applied(person), subject__hash=grant)))
    )


def _applied(person: str) -> Q:
    return Q(applicant=person) | Q(subject__proposer=person)
