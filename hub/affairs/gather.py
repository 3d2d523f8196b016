"""A village's publications as the public reads them now, in a fixed number of queries.

Calls `hub.affairs`, `hub.approvals.models`, `hub.redaction`, `hub.devices.authority` and `wire`.
What was not examined and settled is not there. The names of an edition that another one replaced
come down at once. No hash of the reviewed bytes is told: names could be guessed by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from hub.affairs import catalogue, dues, village
from hub.affairs.items import Item
from hub.affairs.models import Published, Question
from hub.affairs.standing import Due
from hub.approvals.models import Approval
from hub.days import today
from hub.devices import authority
from hub.redaction import decided
from hub.redaction.public import public
from hub.redaction.terms import Term, term
from wire import release
from wire.release import AMOUNT, Release

UNKNOWN: Final = "village"
"""The class of what the catalogue does not know any more."""


@dataclass(frozen=True)
class Told:
    """One edition: `made` is what the public may read of it, `term` that of its names, where a rule
    shows any. `folder` lies below the village's affairs; `reviews` are (office, when); `asked` and
    what follows count the series' questions.
    """

    series: str
    number: int
    newest: bool
    item: str
    name: str
    cls: str
    form: str
    event: int | None
    period: str
    at_ms: int
    made: Release
    term: Term | None
    reviews: tuple[tuple[str, int], ...]
    asked: int
    answered: int
    unanswered_late: int

    @property
    def folder(self) -> str:
        return f"r/{self.series}" + ("" if self.newest else f"/{self.number}")

    @cached_property
    def on(self) -> date:
        """The day on which it was published."""
        return today(self.at_ms)

    @property
    def called(self) -> str:
        """Its period, in words."""
        return dues.called(self.period)

    @cached_property
    def total(self) -> int | None:
        """The sum of its first column of amounts, in fen."""
        places = [at for at, one in enumerate(self.made.columns) if one.type == AMOUNT]
        if not places:
            return None
        return sum(int(row[places[0]] or 0) for row in self.made.rows)


@dataclass(frozen=True)
class Asking:
    """Questions of one month: how many, how many answered, answered in time, and late by now.
    Those that whoever asked took back are not told.
    """

    month: str
    asked: int
    answered: int
    in_time: int
    late: int

    @property
    def too_late(self) -> int:
        """Answered after their day."""
        return self.answered - self.in_time

    @property
    def called(self) -> str:
        return dues.called(self.month)


@dataclass(frozen=True)
class Gathered:
    """The newest of each series first by publication, then what is due, and questions by month."""

    told: tuple[Told, ...]
    dues: tuple[Due, ...]
    months: tuple[Asking, ...]

    @property
    def newest(self) -> tuple[Told, ...]:
        return tuple(one for one in self.told if one.newest)

    def editions(self, series: str) -> tuple[Told, ...]:
        """All of a series, the newest first."""
        return tuple(one for one in self.told if one.series == series)


def gather(where: str, now_ms: int) -> Gathered:
    """Nine queries, whatever there is."""
    rows = village.published(where)
    known = catalogue.named(catalogue.current())
    hashes = [bytes(row.edition.subject.hash) for row in rows]
    applied = decided.applied(release.KIND, hashes)
    last = {bytes(row.series): row.number for row in rows}
    questions = _questions(where)
    reviews = _reviews([row.edition.subject_id for row in rows])
    told = []
    for row in reversed(rows):
        how = applied.get(bytes(row.edition.subject.hash))
        if how is None:
            continue
        newest = last[bytes(row.series)] == row.number
        made = release.decode(bytes(row.edition.subject.data))
        read = public(made, how, row.at_ms if newest else 0, now_ms)
        asked = [one for one in questions if bytes(one.published.series) == bytes(row.series)]
        item = known.get(row.edition.item)
        runs = term(read.shown, row.at_ms, now_ms) if newest and read.shown else None
        told.append(_told(row, read, item, runs, reviews, asked, now_ms, newest=newest))
    return Gathered(tuple(told), village.dues_of(where, now_ms), _months(questions, now_ms))


def _questions(where: str) -> list[Question]:
    """Those that nobody took back."""
    rows = Question.objects.filter(village=where).exclude(answered_by="", answered_ms__gt=0)
    return list(rows.select_related("published"))


def titles(rows: Iterable[Published], now_ms: int) -> dict[int, str]:
    """By number what each is called in public; three queries for rows with their subjects."""
    some = list(rows)
    applied = decided.applied(release.KIND, [bytes(row.edition.subject.hash) for row in some])
    found = {}
    for row in some:
        how = applied.get(bytes(row.edition.subject.hash))
        if how is not None:
            made = release.decode(bytes(row.edition.subject.data))
            found[row.pk] = public(made, how, 0, now_ms).title
    return found


def _told(
    row: Published,
    read: Release,
    item: Item | None,
    runs: Term | None,
    reviews: Mapping[int, Sequence[tuple[str, int]]],
    asked: Sequence[Question],
    now_ms: int,
    *,
    newest: bool,
) -> Told:
    edition = row.edition
    return Told(
        series=bytes(row.series).hex(),
        number=row.number,
        newest=newest,
        item=edition.item,
        name=edition.item if item is None else item.zh,
        cls=UNKNOWN if item is None else item.cls,
        form="table" if item is None else item.form,
        event=edition.event_id,
        period=edition.period,
        at_ms=row.at_ms,
        made=read,
        term=runs,
        reviews=tuple(reviews.get(edition.subject_id, ())),
        asked=len(asked),
        answered=sum(one.answered_ms is not None for one in asked),
        unanswered_late=sum(one.answered_ms is None and one.until_ms < now_ms for one in asked),
    )


def _reviews(subjects: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Subject → (office, when) of each approval."""
    offices = {} if authority.current() is None else authority.policy().offices
    found: dict[int, list[tuple[str, int]]] = {}
    rows = Approval.objects.filter(subject__in=subjects, decision="approve").order_by("id")
    for key, step, at_ms in rows.values_list("subject_id", "step", "received_ms"):
        found.setdefault(key, []).append((offices.get(step, (step,))[0], at_ms))
    return found


def _months(questions: Sequence[Question], now_ms: int) -> tuple[Asking, ...]:
    by: dict[str, list[Question]] = {}
    for one in questions:
        by.setdefault(dues.period_of("month", today(one.at_ms)), []).append(one)
    return tuple(
        Asking(
            month,
            len(some),
            sum(one.answered_ms is not None for one in some),
            sum(one.answered_ms is not None and one.answered_ms <= one.until_ms for one in some),
            sum(one.answered_ms is None and one.until_ms < now_ms for one in some),
        )
        for month, some in sorted(by.items(), reverse=True)
    )
