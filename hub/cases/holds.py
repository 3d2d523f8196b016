"""What cases keep of searches, of uses of tokens and of notices, as long as their evidence.

Calls `hub.{clock,config}`, `hub.cases`, the tables of `hub.{applications,approvals,audit,ingest,
notices,records,searches}` and `hub.people.roster`. `hub.operate.retain` asks by name.
"""

from collections.abc import Collection
from typing import Any, Final

from django.db.models import Q, QuerySet

from hub.applications.models import Filed
from hub.approvals.models import Approval, Subject
from hub.audit.models import Attempt
from hub.cases import evidence
from hub.cases.frozen import keeping
from hub.cases.models import Case, CaseItem
from hub.clock import now_ms
from hub.config import config
from hub.ingest.models import Record
from hub.notices.models import Notice
from hub.people import roster
from hub.records.models import RecordPerson
from hub.searches.models import Search

WAITING: Final = "application_waiting"
ALARMED: Final = ("alarm_raised", "alarm_handed_on", "machine_silent")
"""Kinds of notices that give the number of an application, or of an alarm."""
READ: Final = "api-records-sha256"
CASE: Final = "api-cases-number"


def searches(numbers: Collection[int]) -> set[int]:
    """Those for a machine, a village or a person that a case is about."""
    rows = dict(Search.objects.filter(pk__in=numbers).values_list("pk", "values"))
    cases = keeping(config(), now_ms())
    if not cases.exists():
        return set()
    devices, villages = _places(cases)
    persons, ids = _persons(cases), dict[str, list[str]]()
    for sought in {values.get("person", "") for values in rows.values()}:
        ids[sought] = [sought, *roster.listed(sought)]
    return {
        number
        for number, values in rows.items()
        if values.get("device") in devices
        or values.get("village") in villages
        or persons & set(ids[values.get("person", "")])
    }


def uses(numbers: Collection[int]) -> set[int]:
    """Those that read a case, or a record of one."""
    cases = keeping(config(), now_ms())
    known = {f"number={one}" for one in cases.values_list("pk", flat=True)}
    names = [name.hex() for name in evidence.entries(cases)] if known else []
    rows = Attempt.objects.filter(pk__in=numbers, route__in=(READ, CASE))
    return {
        number
        for number, route, about in rows.values_list("pk", "route", "about")
        if (route == CASE and about.split(" ")[-1] in known)
        or (route == READ and _among(about, names))
    }


def notices(numbers: Collection[int]) -> set[int]:
    """Those of a case's alarms and applications."""
    cases = keeping(config(), now_ms())
    items = CaseItem.objects.filter(case__in=cases)
    alarms = set(items.filter(alarm__isnull=False).values_list("alarm", flat=True))
    filed = Subject.objects.filter(hash__in=_grants(cases))
    applications = set(filed.values_list("pk", flat=True))
    rows = Notice.objects.filter(pk__in=numbers).values_list("pk", "kind", "told")
    return {
        number
        for number, kind, told in rows
        if (kind in ALARMED and told.get("number") in alarms)
        or (kind == WAITING and told.get("number") in applications)
    }


def _places(cases: QuerySet[Case]) -> tuple[set[str], set[str]]:
    """(machines, villages) of their entries, alarms and applications."""
    alarms = CaseItem.objects.filter(case__in=cases, alarm__isnull=False)
    found = {
        *_records(cases).values_list("device", "village"),
        *alarms.values_list("alarm__device", "alarm__village"),
        *Filed.objects.filter(subject__hash__in=_grants(cases)).values_list("device", "village"),
    }
    return {device for device, _ in found}, {village for _, village in found}


def _persons(cases: QuerySet[Case]) -> set[str]:
    """Who took part."""
    grants = _grants(cases)
    filed = Filed.objects.filter(subject__hash__in=grants)
    return {
        *RecordPerson.objects.filter(record__in=_records(cases)).values_list("person", flat=True),
        *Approval.objects.filter(subject__hash__in=grants).values_list("person", flat=True),
        *filed.values_list("applicant", flat=True),
        *filed.values_list("subject__proposer", flat=True),
    }


def _records(cases: QuerySet[Case]) -> QuerySet[Record]:
    named = CaseItem.objects.filter(case__in=cases, entry_hash__isnull=False).values("entry_hash")
    return Record.objects.filter(Q(entry_hash__in=named) | Q(index__grant__in=_grants(cases)))


def _grants(cases: QuerySet[Case]) -> QuerySet[CaseItem, Any]:
    return CaseItem.objects.filter(case__in=cases, grant__isnull=False).values("grant")


def _among(about: str, names: Collection[str]) -> bool:
    """Whether it reads one of them; of a long line the end was cut off."""
    sought = about.rpartition("sha256=")[2]
    return bool(sought) and any(name.startswith(sought) for name in names)
