"""What people decided of findings, and what of a thing may be published by that.

Calls `hub.blobs.store`, `hub.intake.render` and `hub.redaction.{models,words}`. Nothing is
published that was not examined in these very bytes, or of which a finding waits for a decision.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from hub.blobs import store
from hub.intake import render
from hub.redaction import words
from hub.redaction.models import Examined, Painted, Ruling, Settled, Trace
from hub.redaction.scan import starred
from hub.redaction.words import LEAVE, PAINT, PUBLISH
from wire.refusals import Refused

OPEN: Final = "personal_data_open"
SOURCE: Final = "redaction"


@dataclass(frozen=True)
class Given:
    """What somebody chose for one finding."""

    word: str
    reason: str


@dataclass(frozen=True)
class Applied:
    """How a thing is published: `covers` by place the spans that become stars, `pages` by SHA-256
    what stands in a page's place, None for one that is left out.
    """

    covers: Mapping[str, tuple[tuple[int, int], ...]]
    pages: Mapping[bytes, bytes | None]

    def text(self, place: str, text: str) -> str:
        """That text of the thing, as it may be published."""
        return starred(text, self.covers.get(place, ()))

    def page(self, sha256: bytes) -> bytes | None:
        """The picture that may be published for that one; None for none."""
        return self.pages.get(sha256, sha256)


def decide(
    examined: Examined, given: Mapping[int, Given], person: str, now_ms: int
) -> dict[int, str]:
    """Keep what this person chose, by the trace's number; what is wrong with it, likewise, and then
    nothing is kept. Raises Refused where it is settled, Unfit where a page cannot be painted.
    """
    traces = {one.number: one for one in examined.traces.all()}
    told = {
        number: words.wrong(
            traces[number].what, one.word, one.reason, on_page=traces[number].page is not None
        )
        for number, one in given.items()
        if number in traces
    }
    wrong = {number: sentence for number, sentence in told.items() if sentence}
    if wrong:
        return wrong
    while not _kept(examined, traces, {n: given[n] for n in told}, person, now_ms):
        continue  # somebody else decided meanwhile
    return {}


def newest(examined: Examined) -> dict[int, Ruling]:
    """By the trace's number the decision that counts."""
    rows = Ruling.objects.filter(trace__examined=examined).select_related("trace").order_by("id")
    return {row.trace.number: row for row in rows}


def waiting(kind: str, sha256: bytes) -> int | None:
    """How many findings wait for a decision; None for what was never examined."""
    row = Examined.objects.filter(kind=kind, sha256=sha256).first()
    return None if row is None else open_in(row)


def open_in(examined: Examined) -> int:
    return examined.traces.filter(rulings=None).count()


def settle(kind: str, sha256: bytes, now_ms: int) -> None:
    """Nothing is decided of it any more, for now reviewers are asked; raises Refused(OPEN) where
    something is open, or these bytes were never examined.
    """
    with transaction.atomic():
        row = Examined.objects.filter(kind=kind, sha256=sha256).first()
        if row is None:
            raise Refused(OPEN, "changed since it was examined")
        if count := open_in(row):
            raise Refused(OPEN, f"{count}")
        Settled.objects.get_or_create(examined=row, defaults={"at_ms": now_ms})


def applied(kind: str, hashes: Collection[bytes]) -> dict[bytes, Applied]:
    """How each of these is published, in three queries; what is missing or unsettled is not there:
    it is not published.
    """
    rows = Examined.objects.filter(kind=kind, sha256__in=hashes, settled__isnull=False)
    names = {row.pk: bytes(row.sha256) for row in rows}
    traces: dict[int, list[tuple[Trace, str]]] = {key: [] for key in names}
    for trace, word in _ruled(names):
        traces[trace.examined_id].append((trace, word))
    painted = {
        (row.examined_id, bytes(row.page)): bytes(row.made)
        for row in Painted.objects.filter(examined__in=names).order_by("id")
    }
    return {name: _applied(key, traces[key], painted) for key, name in names.items()}


def _ruled(keys: Collection[int]) -> Iterator[tuple[Trace, str]]:
    """Each trace with the word that counts; one without any is left out."""
    found: dict[int, tuple[Trace, str]] = {}
    for row in (
        Ruling.objects.filter(trace__examined__in=keys).select_related("trace").order_by("id")
    ):
        found[row.trace_id] = (row.trace, row.word)
    return iter(found.values())


def _applied(
    key: int, ruled: Collection[tuple[Trace, str]], painted: Mapping[tuple[int, bytes], bytes]
) -> Applied:
    covers: dict[str, tuple[tuple[int, int], ...]] = {}
    pages: dict[bytes, bytes | None] = {}
    for trace, word in ruled:
        if trace.page is None:
            if word != PUBLISH:
                span = (trace.start, trace.end)
                covers[trace.place] = (*covers.get(trace.place, ()), span)
            continue
        page = bytes(trace.page)
        if word == LEAVE:
            pages[page] = None
        elif word == PAINT:
            pages.setdefault(page, painted.get((key, page)))
    return Applied(covers, pages)


def _kept(
    examined: Examined,
    traces: Mapping[int, Trace],
    given: Mapping[int, Given],
    person: str,
    now_ms: int,
) -> bool:
    """Painted first, for that takes a while, then kept with it, unless something was decided in
    between.
    """
    before = newest(examined)
    fresh = {number: one for number, one in given.items() if not _is_said(before.get(number), one)}
    said = {number: row.word for number, row in before.items()}
    painted = _painted(traces, said | {number: one.word for number, one in fresh.items()})
    with transaction.atomic():
        if Settled.objects.filter(examined=examined).exists():
            raise Refused("not_permitted", "已经提交审核，不能再改 already settled")
        if newest(examined) != before:
            return False
        Ruling.objects.bulk_create(
            Ruling(
                trace=traces[number],
                word=one.word,
                reason=one.reason,
                person=person,
                at_ms=now_ms,
            )
            for number, one in fresh.items()
        )
        for page, data in painted.items():
            made = store.put(data, "page", SOURCE)
            Painted.objects.create(examined=examined, page=page, made=made, at_ms=now_ms)
    return True


def _painted(traces: Mapping[int, Trace], said: Mapping[int, str]) -> dict[bytes, bytes]:
    """The pictures of pages of which all is decided and something is to be painted over."""
    boxes: dict[bytes, list[tuple[int, int, int, int]]] = {}
    undone: set[bytes] = set()
    for number, trace in traces.items():
        if trace.page is None:
            continue
        page, word = bytes(trace.page), said.get(number, LEAVE)
        if word == LEAVE:
            undone.add(page)
        elif word == PAINT:
            boxes.setdefault(page, []).extend(tuple(box) for box in trace.boxes)
    found = {page: store.get(page) for page in boxes.keys() - undone}
    return {
        page: render.painted(data, boxes[page]) for page, data in found.items() if data is not None
    }


def _is_said(before: Ruling | None, now: Given) -> bool:
    return before is not None and (before.word, before.reason) == (now.word, now.reason)
