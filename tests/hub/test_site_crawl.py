"""The real site of all matters, filled with what people put into the wrong place: nothing leaks."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from bench import site_affairs, site_filled
from bench.site_affairs import Dated
from hub.affairs import catalogue, copies, items
from hub.blobs import store
from hub.clock import now_ms
from hub.days import today
from hub.intake import render
from hub.redaction.examine import Thing, examine
from hub.redaction.models import Ruling, Settled
from hub.redaction.public import texts_of
from tests.hub import leaks, matters_rig, papers
from tests.hub import public_rig as hub
from tests.support.crawler import Crawled, Expected, crawl
from wire import release
from wire.release import NAME, Attachment, Cell, Column, Release

pytestmark = pytest.mark.django_db
PEOPLE = [f"{a}{b}{c}" for a in "周吴郑王" for b in "示例假想" for c in "甲乙丙丁"]
MONTHS = 12
PAPERS = 3
"""Editions whose PDFs and clip are there, too: each takes seconds."""


class Hostile:
    """Releases of every item of the catalogue, with names and numbers in titles, texts, cells."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.shown: set[str] = set()
        (photo,) = render.pages("IMG_1.jpg", papers.located(), 1)
        self.photo = Attachment(store.put(photo, "page", "test"), "施工照片")

    def number(self) -> str:
        make = self.chance.choice((leaks.id_number, leaks.mobile, leaks.landline, leaks.card))
        return make(self.chance)

    def made(self, one: Release, at_ms: int) -> Dated:
        """With all of it; only a list whose rule shows names now may tell them, and on its own
        pages alone.
        """
        names = self.chance.sample(PEOPLE, len(one.rows) or 1)
        rows = tuple(
            tuple(
                self.cell(column, cell, name) for column, cell in zip(one.columns, row, strict=True)
            )
            for name, row in zip(names, one.rows, strict=False)
        )
        is_named = any(column.type == NAME for column in one.columns)
        if one.shown is not None:
            self.shown.add(one.id.hex())
            return replace(one, rows=rows, attachments=(self.photo,)), at_ms
        told = names[0] if is_named else "某户"
        text = f"{told}等 {len(rows)} 户，证号 {self.number()}，电话 {self.number()}。"
        title = f"{one.title}，{told} {self.number()}"
        return replace(one, title=title, text=(text, *one.text), rows=rows), at_ms

    def cell(self, column: Column, cell: Cell, name: str) -> Cell:
        if column.type == NAME:
            return f"{name} {self.number()}" if self.chance.random() < 0.5 else name
        if column.type == "text" and self.chance.random() < 0.5:
            return f"{cell} {self.number()}"
        return cell


def left_out(some: Sequence[Dated]) -> None:
    """Each examined as it is in service, and every finding left out; the photo was looked at."""
    for one, at_ms in some:
        made = examine(
            Thing(
                village=one.village,
                kind=release.KIND,
                sha256=release.name_of(release.encode(one)),
                title=one.title,
                back="/",
                texts=texts_of(one),
            ),
            at_ms,
        )
        Ruling.objects.bulk_create(
            Ruling(trace=trace, word="leave_out", person="p-li", at_ms=at_ms)
            for trace in made.traces.all()
        )
        Settled.objects.create(examined=made, at_ms=at_ms)


def crawled(settings: Settings, folder: Path, villages: int) -> Crawled:
    """So many villages' year, and the one in which something of every matter is."""
    hub.staff_site(settings, folder)
    now = now_ms()
    town = site_filled.fill(villages, MONTHS, 2)
    hostile = Hostile(3)
    (folder / catalogue.FOLDER).mkdir()
    found = items.read(catalogue.EXAMPLE.read_bytes())
    (folder / catalogue.FOLDER / "2020-01-01.csv").write_bytes(items.write(found))
    names = [f"v{number:04d}" for number in range(villages)]
    first = today(now - MONTHS * 30 * site_filled.DAY_MS)
    wanted = site_affairs.releases(names, [*found.values()], first, today(now))
    with transaction.atomic():
        site_affairs.publish([hostile.made(*one) for one in wanted], left_out)
    assert town.village in names
    settings.ROOT_URLCONF = "hub.urls_public"
    with mock.patch("hub.site.qr.svg", return_value=b"<svg/>"):
        site = matters_rig.built(slow=3 * PAPERS)
    shown = hostile.shown
    assert sum(path.endswith(copies.KINDS) for path in site.files()) == 3 * PAPERS
    told = [
        path for path in site.files() if path.endswith("data.json") and path.split("/")[4] in shown
    ]
    assert any(name in site.text(path) for path in told for name in PEOPLE), "shown in its term"
    may = {one: lambda path: any(series in path for series in shown) for one in PEOPLE}
    codes = frozenset(one.name for one in (site.root / "c").iterdir())
    return crawl(site.root, Expected(may, frozenset({"05770000001"}), codes=codes))


def test_no_page_of_a_hostile_site_tells_what_it_may_not(
    settings: Settings, tmp_path: Path
) -> None:
    found = crawled(settings, tmp_path, 2)
    assert found.leaks == ()
    assert found.files > 600


@pytest.mark.drill
def test_none_of_ten_thousand_does(settings: Settings, tmp_path: Path) -> None:
    found = crawled(settings, tmp_path, 30)
    assert found.leaks == ()
    assert found.files >= 10_000
