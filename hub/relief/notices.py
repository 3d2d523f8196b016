"""Where lists of people stand on their way to the public: with the village, reviewed, shown, over.

Calls `hub.relief.{models,tables}`, `hub.affairs.{dues,models}`, `hub.redaction.terms` and
`wire.release`. What is public of a list, and for how long, is its release's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Max, QuerySet

from hub.affairs import dues
from hub.affairs.models import Draft, Edition, Published
from hub.redaction.terms import Term, term
from hub.relief.models import Handed
from hub.relief.tables import BENEFITS
from wire import release

LATEST: Final = 20
"""So many notices stand on a village's page."""
NONE: Final = "none"
DRAFTED: Final = "drafted"
DROPPED: Final = "dropped"
PENDING: Final = "pending"
RETURNED: Final = "returned"
OPEN: Final = "open"
OVER: Final = "over"
BARE: Final = "bare"
REPLACED: Final = "replaced"

Key = tuple[int, str]
"""A list's number, and a village."""


@dataclass(frozen=True)
class Notice:
    """NONE: nobody handed it over; with the village it is DRAFTED, or DROPPED by it; PENDING with
    reviewers, or RETURNED; public OPEN or OVER by its `term`, BARE without names; REPLACED by a
    correction. `draft` and `edition` are the numbers of their pages.
    """

    state: str = NONE
    draft: int | None = None
    edition: int | None = None
    term: Term | None = None

    @property
    def waits(self) -> bool:
        """Whether it is to be handed over."""
        return self.state in (NONE, DROPPED)


@dataclass(frozen=True)
class Told:
    """A notice as the public finds it: of which period, by which series, and its term."""

    period: str
    series: str
    term: Term | None

    @property
    def called(self) -> str:
        """Its period, in words."""
        return dues.called(self.period)


def of(batches: Iterable[int], villages: Iterable[str], now_ms: int) -> Mapping[Key, Notice]:
    """Of those that were handed over; in five queries."""
    handed = Handed.objects.filter(
        batch__in=list(batches), village__in=list(villages), event__dropped=None
    )
    events = {one.event_id: (one.batch_id, one.village) for one in handed.order_by("id")}
    begun = dict(
        Draft.objects.filter(event__in=events).order_by("id").values_list("event_id", "pk")
    )
    editions = _newest(Edition.objects.filter(event__in=events))
    last = _last([bytes(one.series) for one in editions.values()])
    return {
        key: _notice(begun.get(event), editions.get(event), last, now_ms)
        for event, key in events.items()
    }


def told(village: str, now_ms: int) -> list[Told]:
    """What the village published of such lists, the newest of each first; in one query."""
    rows = Published.objects.filter(edition__village=village, edition__item=BENEFITS)
    found: dict[bytes, Published] = {}
    for row in rows.select_related("edition__subject").order_by("-id"):
        found.setdefault(bytes(row.series), row)
    return [
        Told(row.edition.period, series.hex(), _term(row.edition, row.at_ms, now_ms))
        for series, row in list(found.items())[:LATEST]
    ]


def wrong(village: str) -> Published | None:
    """The newest edition that still shows a list of the village which was withdrawn, and which
    nobody corrects yet.
    """
    handed = Handed.objects.filter(village=village, batch__withdrawn_ms__isnull=False)
    rows = Published.objects.filter(edition__event__handed__in=handed, drafts=None)
    last = _last([bytes(row.series) for row in rows])
    return next(
        (row for row in rows.order_by("-id") if last[bytes(row.series)] == row.number), None
    )


def _notice(
    draft: int | None, edition: Edition | None, last: Mapping[bytes, int], now_ms: int
) -> Notice:
    if edition is None:
        return Notice(DROPPED) if draft is None else Notice(DRAFTED, draft)
    if not hasattr(edition, "published"):
        said = {one.decision for one in edition.subject.approvals.all()}
        if "return" not in said:
            return Notice(PENDING, edition=edition.pk)
        state = RETURNED if draft is None else DRAFTED
        return Notice(state, draft, edition.pk)
    if last[bytes(edition.series)] != edition.number:
        return Notice(REPLACED, draft, edition.pk)
    runs = _term(edition, edition.published.at_ms, now_ms)
    state = BARE if runs is None else OVER if runs.over else OPEN
    return Notice(state, draft, edition.pk, runs)


def _term(edition: Edition, at_ms: int, now_ms: int) -> Term | None:
    shown = release.decode(bytes(edition.subject.data)).shown
    return None if shown is None else term(shown, at_ms, now_ms)


def _newest(rows: QuerySet[Edition]) -> dict[int, Edition]:
    """By event: what was published of it last; before that, what was put to review last."""
    found: dict[int, Edition] = {}
    for one in (
        rows.select_related("subject", "published")
        .prefetch_related("subject__approvals")
        .order_by("id")
    ):
        before = found.get(one.event_id or 0)
        if before is None or hasattr(one, "published") or not hasattr(before, "published"):
            found[one.event_id or 0] = one
    return found


def _last(series: Iterable[bytes]) -> dict[bytes, int]:
    """The number of the newest edition of each."""
    rows = Published.objects.filter(series__in=list(series)).values_list("series")
    return {bytes(name): number for name, number in rows.annotate(last=Max("number"))}
