"""What waits for whom, and since when.

Calls `hub.applications.{cover,leaning,limits,models,stamped,status}`, `hub.approvals`, `hub.duty`.
A fixed number of queries, however many rows there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.http import Http404

from hub.applications import cover, leaning, stamped, status
from hub.applications.limits import HOUR_MS, Limits, limits
from hub.applications.models import Filed
from hub.approvals import service
from hub.approvals.models import Subject
from hub.clock import moment, now_ms
from hub.config import config
from hub.duty import plan, stated
from hub.people.roster import Staff
from wire.lists.content import ApprovalList
from wire.refusals import Refused

RECENT: Final = 50
MOST_OPEN: Final = 500
"""So many of the oldest open ones are looked at."""


@dataclass(frozen=True)
class Row:
    """One application in a list; `waiting` are names, `away` those of them who are not here;
    `hours` since they are asked; `stuck`: nobody is here who may sign; `overdue`: for too long;
    `escalated`: why the village asks the township; `instead_of` are the absent for whom they sign.
    It is stamped `stamped` times of `presses`; after the last its `state` is stamped.
    """

    id: int
    title: str
    item: str
    applicant: str
    state: str
    waiting: tuple[str, ...]
    mine: bool
    filed: bool
    since: datetime
    hours: int
    reminded: int
    away: tuple[str, ...] = ()
    stuck: bool = False
    overdue: bool = False
    stamped: int = 0
    presses: int = 0
    escalated: str = ""
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inbox:
    """`mine` waits for this person, `late` has come to his office because it is overdue, stuck or
    escalated, `filed` are his own that wait for others, `others` those of whom he may see; `ended`
    need nobody's signature any more.
    """

    mine: Sequence[Row]
    late: Sequence[Row]
    filed: Sequence[Row]
    others: Sequence[Row]
    ended: Sequence[Row]


def visible(staff: Staff) -> QuerySet[Filed]:
    """Applications of the person's own village; inspectors of the township see all."""
    rows = Filed.objects.select_related("subject__request")
    return rows if "township.inspector" in staff.offices else rows.filter(village=staff.village)


def of(staff: Staff, limits: Limits, now_ms: int) -> Inbox:
    """Open ones, the reminded and the longest waiting first, and the newest of the others."""
    reader = _Reader(staff, limits, now_ms)
    pending = reader.rows(_open(visible(staff), now_ms))
    pending = [row for row in pending if row.state in ("pending", "unlisted")]
    pending.sort(key=lambda row: (row.reminded == 0, row.since))
    mine = [row for row in pending if row.mine]
    late = [row for row in reader.late() if not row.mine]
    newest = reader.rows(visible(staff).order_by("-id")[:RECENT])
    apart = {row.id for row in (*mine, *late)}
    shown = apart | {row.id for row in pending}
    return Inbox(
        mine,
        late,
        [row for row in pending if row.filed and row.id not in apart],
        [row for row in pending if not row.filed and row.id not in apart],
        [row for row in newest if row.id not in shown],
    )


def find(number: int, staff: Staff, limits: Limits, now_ms: int) -> Filed | None:
    """An application that this person may see: his village's, or one that came to his office."""
    row = visible(staff).filter(subject_id=number).first()
    if row is not None:
        return row
    late = _Reader(staff, limits, now_ms).late(number)
    return Filed.objects.select_related("subject__request").get(subject_id=number) if late else None


def seen(number: int, staff: Staff) -> Subject:
    """The same; raises Http404."""
    row = find(number, staff, limits(config()), now_ms())
    if row is None:
        raise Http404
    return row.subject


def _open(rows: QuerySet[Filed], now_ms: int) -> QuerySet[Filed]:
    """By the index of those that are open: a list by number would be read from its beginning."""
    waiting = Filed.objects.filter(settled_ms=None, not_after__gt=now_ms)
    return rows.filter(pk__in=waiting.values("pk")).order_by("id")[:MOST_OPEN]


class _Reader:
    """Rows for one person at one moment; a machine's list is read once."""

    def __init__(self, staff: Staff, limits: Limits, now_ms: int) -> None:
        self._staff = staff
        self._limits = limits
        self._now_ms = now_ms
        self._absent = plan.absent(now_ms)
        self._stated = stated.in_force(now_ms)
        self._lists: dict[str, ApprovalList | None] = {}
        self._stamped: dict[bytes, int] = {}

    def rows(self, found: QuerySet[Filed]) -> list[Row]:
        loaded = list(self._loaded(found))
        self._stamped |= stamped.counts(bytes(one.subject.hash) for one in loaded)
        return [self._row(one) for one in loaded]

    def late(self, number: int | None = None) -> list[Row]:
        """What came to this person's office, of whichever village names him in it."""
        if not self._staff.offices & set(self._limits.escalate_to):
            return []
        rows = Filed.objects.select_related("subject__request")
        if number is not None:
            rows = rows.filter(subject_id=number)
        ours = [one for one in self._loaded(_open(rows, self._now_ms)) if self._escalates(one)]
        return [row for row in map(self._row, ours) if row.stuck or row.overdue or row.escalated]

    def _loaded(self, found: QuerySet[Filed]) -> QuerySet[Filed]:
        return found.prefetch_related("subject__approvals", "subject__acts", leaning.LOADED)

    def _escalates(self, one: Filed) -> bool:
        lists = self._list(one.device)
        if lists is None:
            return False
        person = lists.roster.persons.get(self._staff.person.id)
        return person is not None and any(
            person.holds(office, self._now_ms) for office in self._limits.escalate_to
        )

    def _row(self, one: Filed) -> Row:
        lists = self._list(one.device)
        own = one.applicant == self._staff.person.id
        if lists is None:
            asked = moment(one.created_ms)
            return Row(
                one.subject_id, one.title, one.item, one.applicant, "unlisted", (), False, own,
                asked, 0, 0,
            )  # fmt: skip
        held = status.under(one.subject, lists, self._now_ms, self._stated)
        item = lists.catalogue.items.get(one.item)
        there = cover.of(held, self._absent, self._now_ms)
        hours = (self._now_ms - held.since_ms) // HOUR_MS
        pending = held.state == "pending"
        times, presses = self._stamped.get(bytes(one.subject.hash), 0), held.application.presses
        done = held.state == "approved" and times >= presses
        return Row(
            id=one.subject_id,
            title=one.title,
            item=item.zh if item else one.item,
            applicant=held.application.applicant_name,
            state="stamped" if done else held.state,
            waiting=tuple(lists.roster.persons[name].name for name in held.waiting),
            mine=self._staff.person.id in held.waiting,
            filed=own,
            since=moment(held.since_ms),
            hours=hours,
            reminded=held.reminded,
            away=tuple(lists.roster.persons[name].name for name in there.away),
            instead_of=tuple(lists.roster.persons[each.person].name for each in held.more),
            stuck=pending and there.stuck,
            overdue=pending and hours >= self._limits.overdue_h,
            stamped=times,
            presses=presses,
            escalated=held.escalated,
        )

    def _list(self, device: str) -> ApprovalList | None:
        if device not in self._lists:
            try:
                self._lists[device] = service.approval_list(device)
            except Refused:
                self._lists[device] = None
        return self._lists[device]
