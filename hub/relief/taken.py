"""Takes sheets of relief in: read, shown, taken whole or not at all; and withdraws them.

Calls `hub.relief`, `hub.redaction.rules`, `hub.devices.authority`, `hub.disclosure.queries`,
`hub.{config,sheets}` and `hub.people.roster`.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hub import sheets
from hub.config import Config
from hub.disclosure import queries
from hub.people.roster import Staff
from hub.redaction import rules
from hub.relief import fields, keys, marks
from hub.relief.fields import BENEFITS, FUNDS, KINDS, PROJECTS, Judged, Known
from hub.relief.models import Batch, Benefit, Fund, Household, Prepared, Project
from hub.relief.settings import settings
from wire.refusals import Refused


def may(staff: Staff, config: Config) -> bool:
    """Whether he takes lists in; who inspects them does not."""
    return bool(staff.offices & {*settings(config).offices})


def read(kind: str, data: bytes, config: Config) -> Judged:
    """What the sheet says, or all that is wrong with it; raises SheetError."""
    made = sheets.read(data, fields.COLUMNS[kind], fields.needed(kind))
    return fields.judge(kind, made.lines, _known(kind, config))


def prepare(kind: str, data: bytes, judged: Judged, staff: Staff, now_ms: int) -> Prepared:
    """Keep it for him to look at."""
    return Prepared.objects.create(
        kind=kind,
        person=staff.person.id,
        at_ms=now_ms,
        sha256=hashlib.sha256(data).digest(),
        rows=judged.rows,
    )


def take(prepared: Prepared, config: Config, now_ms: int) -> Batch:
    """All rows, in one transaction; raises Refused where somebody was quicker or it grew old."""
    with transaction.atomic():
        if not Prepared.objects.filter(pk=prepared.pk).delete()[0]:
            raise Refused("bad_request", "已经导入或放弃了 taken or left already")
        held = marks.held(config.state)
        known = _known(prepared.kind, config).present
        if any(fields.same(prepared.kind, one) in known for one in prepared.rows):
            raise Refused("bad_request", "有的行刚刚已经登记过 some rows are there by now")
        batch = Batch.objects.create(
            kind=prepared.kind,
            person=prepared.person,
            at_ms=now_ms,
            sha256=bytes(prepared.sha256),
            lines=len(prepared.rows),
        )
        _fill(batch, prepared.rows, len(held))
    return batch


def withdraw(batch: Batch, reason: str, staff: Staff, now_ms: int) -> None:
    """Its rows count no longer; raises Refused."""
    words = " ".join(reason.split())
    if not 0 < len(words) <= 200 or not words.isprintable():
        raise Refused("bad_request", "reason: 请写明原因，最多 200 字")
    rows = Batch.objects.filter(pk=batch.pk, withdrawn_ms__isnull=True)
    if not rows.update(withdrawn_ms=now_ms, withdrawn_by=staff.person.id, reason=words):
        raise Refused("bad_request", "reason: 已经作废了 withdrawn already")


def villages() -> dict[str, str]:
    """Name or id → id, of those that there are; a name that two have is none."""
    there = [one for one in queries.villages() if one.ended is None]
    names = [one.name for one in there]
    found = {one.name: one.id for one in there if names.count(one.name) == 1}
    return found | {one.id: one.id for one in there}


def _known(kind: str, config: Config) -> Known:
    held = keys.load(config.state)
    return Known(
        villages=villages(),
        projects=_projects() if kind == BENEFITS else (),
        hashed=lambda name, number: keys.person(held, name, number),
        telephones=rules.load(config.state).telephones,
        present=_present() if kind == BENEFITS else (),
    )


def _projects() -> set[tuple[str, str]]:
    rows = Project.objects.filter(batch__withdrawn_ms__isnull=True)
    return set(rows.values_list("village", "name"))


def _present() -> set[tuple[Any, ...]]:
    rows = Benefit.objects.filter(batch__withdrawn_ms__isnull=True)
    found = rows.values_list("index", "project", "amount", "day", "source")
    return {(bytes(index).hex(), *rest) for index, *rest in found.iterator()}


def _fill(batch: Batch, rows: list[Mapping[str, Any]], generation: int) -> None:
    if batch.kind == FUNDS:
        Fund.objects.bulk_create(Fund(batch=batch, **row) for row in rows)
        return
    if batch.kind == PROJECTS:
        Project.objects.bulk_create(Project(batch=batch, **row) for row in rows)
        return
    pairs = {(row["village"], row["household"]) for row in rows}
    Household.objects.bulk_create(
        (Household(village=village, number=number) for village, number in sorted(pairs)),
        ignore_conflicts=True,
    )
    there = Household.objects.filter(village__in={village for village, _ in pairs})
    households = {(one.village, one.number): one for one in there}
    Benefit.objects.bulk_create(
        Benefit(
            batch=batch,
            generation=generation,
            **{
                **row,
                "household": households[row["village"], row["household"]],
                "index": bytes.fromhex(row["index"]),
            },
        )
        for row in rows
    )


__all__ = ["KINDS", "may", "prepare", "read", "take", "villages", "withdraw"]
