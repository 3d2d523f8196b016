"""Looks through what is to be published, and keeps what a person has to decide.

Calls `hub.redaction.{models,papers,rules,scan}` and Django's settings. Whatever is examined is
known by its kind and the SHA-256 of its bytes; other bytes are examined again.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction

from hub.redaction import papers, rules, scan
from hub.redaction.models import Examined, Trace
from hub.redaction.papers import Page, PageFinding
from hub.redaction.scan import Finding


@dataclass(frozen=True)
class Thing:
    """What a matter wants to publish. `texts` by their place (words that people understand),
    `pages` by the SHA-256 of their pictures, None for one that nobody could read.
    """

    village: str
    kind: str
    sha256: bytes
    title: str
    back: str
    texts: Mapping[str, str]
    pages: Mapping[bytes, Page | None] = field(default_factory=dict)


def examine(thing: Thing, now_ms: int) -> Examined:
    """The row, with its traces; the same thing is looked through once."""
    allowed = rules.load(Path(settings.STATE)).telephones
    with transaction.atomic():
        row, new = Examined.objects.get_or_create(
            kind=thing.kind,
            sha256=thing.sha256,
            defaults={
                "village": thing.village,
                "title": scan.covered(thing.title, scan.findings(thing.title)),
                "back": thing.back,
                "at_ms": now_ms,
            },
        )
        if new:
            traces = [*_in_texts(thing.texts, allowed), *_on_pages(thing.pages, allowed)]
            for number, trace in enumerate(traces, start=1):
                trace.examined, trace.number = row, number
            Trace.objects.bulk_create(traces)
    return row


def _in_texts(texts: Mapping[str, str], allowed: Collection[str]) -> Iterator[Trace]:
    for place, text in texts.items():
        found = scan.findings(text, allowed)
        for one in found:
            yield _trace(place, text, one, found)


def _trace(place: str, text: str, one: Finding, found: tuple[Finding, ...]) -> Trace:
    before, masked, after = scan.excerpt(text, one, found)
    return Trace(
        what=one.kind,
        place=place,
        start=one.start,
        end=one.end,
        before=before,
        masked=masked,
        after=after,
    )


def _on_pages(pages: Mapping[bytes, Page | None], allowed: Collection[str]) -> Iterator[Trace]:
    for number, (name, page) in enumerate(pages.items(), start=1):
        for one in papers.findings(page, allowed):
            yield _page_trace(f"附件第 {number} 页", name, page, one)


def _page_trace(place: str, name: bytes, page: Page | None, one: PageFinding) -> Trace:
    return Trace(
        what=one.kind,
        place=place,
        page=name,
        width=0 if page is None else page.width,
        height=0 if page is None else page.height,
        boxes=[list(box) for box in one.boxes],
        before=one.before,
        masked=one.masked,
        after=one.after,
    )
