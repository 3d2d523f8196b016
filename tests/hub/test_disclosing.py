"""`sealhub site`: what changed is made anew, and no more; a day and other settings make all."""

import re
import shutil
from collections.abc import Container, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.clock import now_ms
from hub.config import ConfigError, config
from hub.disclosing import Built, build
from hub.services import files as services
from hub.site.files import File, Kept
from hub.site.key import SiteKey, SiteKeyError
from hub.site.place import Matter, Place, Tile
from tests.hub import site_rig
from tests.hub.journal_rig import Journal
from tests.hub.site_rig import Site
from tests.hub.test_former_villages import NEW, merge
from tests.support.contents import DAY
from wire import site_manifest

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Journal:
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    site_rig.keys(tmp_path)
    return Journal()


@pytest.fixture
def site(journal: Journal) -> Site:
    """Of a township of two villages, of which one has a stamp."""
    merge(journal, now_ms() + 100 * DAY)
    journal.stamp(b"g" * 32)
    return site_rig.made(journal)


def stamps(journal: Journal, count: int) -> None:
    """So many more, in the log."""
    known = len(journal.written)
    for _ in range(count):
        journal.stamp(b"h" * 32)
    site_rig.log(journal.written[known:])


def written(site: Site) -> dict[str, int]:
    """When each file was written."""
    return {path: (site.root / path).stat().st_mtime_ns for path in site.files()}


def test_where_nothing_changed_nothing_is_made(site: Site) -> None:
    before = written(site)
    assert site.build() == Built(0, 0)
    assert written(site) == before


def test_one_stamp_changes_its_village_alone(site: Site, journal: Journal) -> None:
    before = written(site)
    stamps(journal, 1)
    assert site.build().villages == 1
    changed = {path for path, at in written(site).items() if before.get(path) != at}
    assert not [path for path in changed if path.startswith(f"v/{NEW}/")]
    assert {"v/sunrise/seal/index.html", "v/sunrise/manifest.json"} <= changed
    assert not [path for path in changed & before.keys() if path.startswith(("s/", "c/"))]


def test_a_new_day_looks_at_all_and_writes_what_differs(site: Site) -> None:
    before = written(site)
    assert site.build(at_ms=now_ms() + DAY) == Built(2, 0)
    assert written(site) == before


def test_other_settings_make_every_page_anew(site: Site, tmp_path: Path) -> None:
    with (tmp_path / "hub.toml").open("a", encoding="utf-8") as toml:
        toml.write('\n[site.telephones]\n"示例镇便民服务中心" = "0577-0000000"\n')
    assert site.build().villages == 2
    pages = [path for path in site.files() if path.endswith(".html")]
    assert all("0577-0000000" in site.text(path) for path in pages)


def test_a_stamp_leads_to_the_hotline_where_there_is_one(site: Site, tmp_path: Path) -> None:
    (page, *_) = (path for path in site.files() if re.fullmatch(r"s/.*/index.html", path))
    assert "反映" not in site.text(page)
    with (tmp_path / "hub.toml").open("a", encoding="utf-8") as toml:
        toml.write('\n[hotline]\norigin = "https://hotline.example"\n')
    assert site.build().villages == 2
    link = f"https://hotline.example/?village=sunrise&amp;about=stamp:{page[2:66]}"
    assert f'href="{link}"' in site.text(page)
    assert "https://hotline.example/?" in site.text("v/sunrise/seal/complain.html")


def test_once_mends_what_was_altered(site: Site, tmp_path: Path) -> None:
    page = site.root / "v/sunrise/seal/index.html"
    whole = page.read_bytes()
    page.write_bytes(b"altered")
    assert site.build() == Built(0, 0)
    assert site.build(afresh=True) == Built(2, 1)
    assert page.read_bytes() == whole


def test_each_village_has_a_signed_list_of_its_files(site: Site) -> None:
    verifier = SiteKey.load(config()).verifier
    lists = [path for path in site.files() if path.endswith("manifest.json")]
    assert lists == ["manifest.json", f"v/{NEW}/manifest.json", "v/sunrise/manifest.json"]
    listed = set(lists)
    for path in lists:
        signature = path.replace(".json", ".sig")
        files = site_manifest.opened(
            path,
            (site.root / path).read_bytes(),
            (site.root / signature).read_bytes(),
            verifier,
        )
        listed |= {signature, *(one.path for one in files)}
    assert listed == {*site.files()}


def test_a_village_costs_as_many_queries_however_much_it_stamped(
    site: Site, journal: Journal
) -> None:
    stamps(journal, 1)
    with CaptureQueriesContext(connection) as few:
        site.build()
    stamps(journal, 20)
    site.build()
    stamps(journal, 1)
    with CaptureQueriesContext(connection) as many:
        site.build()
    assert abs(len(many) - len(few)) <= 12, "only what the new leaves' proofs are made of"
    assert len(many) < 64


def test_without_a_key_it_says_what_to_do(site: Site) -> None:
    config().site_key.unlink()
    with pytest.raises(SiteKeyError, match="sealhub migrate"):
        build(config(), now_ms() + DAY)


def test_a_matter_is_asked_for_the_villages_it_names(site: Site) -> None:
    """And may keep what it called lasting."""
    asked: list[tuple[str, bool]] = []

    def pages(where: Place, _now_ms: int, known: Container[str]) -> Iterator[File | Kept]:
        path = f"{where.folder}/notes/1.txt"
        asked.append((where.id, path in known))
        yield Kept(path) if path in known else File(path, b"1", lasting=True)

    def changed(mark: str, _now_ms: int) -> tuple[str, frozenset[str] | None]:
        return f"{mark}x", frozenset({NEW}) if mark else None

    tile = Tile("notes/", "告示", "一条")
    matter = Matter("notes", changed, lambda *_: (tile,), pages)
    for _ in range(3):
        build(config(), now_ms(), matters=[matter])
    assert asked == [(NEW, False), ("sunrise", False), (NEW, True), (NEW, True)]
    assert "告示" in site.text(f"v/{NEW}/")


class Notes:
    """A matter of one page a village and one of the township, whose data may be broken."""

    def __init__(self, name: str) -> None:
        self.name, self.words, self.broken = name, "1", ""

    def matter(self) -> Matter:
        return Matter(self.name, self.changed, self.tiles, self.pages, self.township, self._town)

    def changed(self, mark: str, _now_ms: int) -> tuple[str, frozenset[str] | None]:
        if self.broken:
            raise ConfigError(self.broken)
        return self.words, frozenset() if mark == self.words else None

    def tiles(self, where: Place, _now_ms: int) -> tuple[Tile, ...]:
        assert not self.broken
        return (Tile(f"{where.folder}/{self.name}/", f"{self.name} tile", "x"),)

    def pages(self, where: Place, now_ms: int, _: Container[str]) -> Iterator[File | Kept]:
        assert not self.broken
        yield File(f"{where.folder}/{self.name}/1.txt", self.words.encode())
        yield File(f"{where.folder}/{self.name}/2.txt", b"a name", until_ms=now_ms + 5 * DAY)

    def township(self, _now_ms: int) -> Iterator[File]:
        assert not self.broken
        yield File(f"{self.name}/1.txt", self.words.encode())

    def _town(self, _now_ms: int) -> tuple[Tile, ...]:
        assert not self.broken
        return (Tile(f"{self.name}/", f"{self.name} town", "x"),)


def test_a_matter_whose_data_is_broken_keeps_what_it_had_and_the_others_go_on(site: Site) -> None:
    whole, spoilt = Notes("whole"), Notes("spoilt")

    def made(at_ms: int = 0) -> Built:
        return build(config(), at_ms or now_ms(), matters=[whole.matter(), spoilt.matter()])

    assert made().broken == {}
    spoilt.broken, whole.words = "spoilt.toml: line 3", "2"
    assert made().broken == {"spoilt": "spoilt.toml: line 3"}
    for later in (0, now_ms() + DAY):
        made(later)
        for where in (f"v/{NEW}/", ""):
            assert site.text(f"{where}whole/1.txt") == "2"
            assert site.text(f"{where}spoilt/1.txt") == "1"
        assert "spoilt tile" in site.text(f"v/{NEW}/")
        assert "spoilt town" in site.text("")
    listed = site.text(f"v/{NEW}/manifest.json")
    assert f"v/{NEW}/spoilt/1.txt" in listed
    again = made(now_ms() + DAY)
    assert (again.villages, again.written) == (0, 0)
    spoilt.broken = ""
    assert made(now_ms() + DAY).villages == 2
    spoilt.words = "3"
    made()
    assert site.text(f"v/{NEW}/spoilt/1.txt") == "3"


def test_what_was_shown_for_a_term_comes_down_though_its_matter_is_broken(site: Site) -> None:
    spoilt = Notes("spoilt")

    def made(days: int) -> None:
        build(config(), now_ms() + days * DAY, matters=[spoilt.matter()])
        assert f"v/{NEW}/spoilt/1.txt" in site

    made(0)
    spoilt.broken = "spoilt.toml: line 3"
    for days in (0, 1, 4):
        made(days)
        assert f"v/{NEW}/spoilt/2.txt" in site
    made(5)
    assert f"v/{NEW}/spoilt/2.txt" not in site
    assert "spoilt/2.txt" not in site.text(f"v/{NEW}/manifest.json")
    spoilt.broken = ""
    made(5)
    assert f"v/{NEW}/spoilt/2.txt" in site


def test_what_never_could_be_read_is_left_out_until_it_can(site: Site) -> None:
    spoilt = Notes("spoilt")
    spoilt.broken = "spoilt.toml: line 3"
    build(config(), now_ms(), matters=[spoilt.matter()])
    assert "spoilt/1.txt" not in site
    assert "spoilt" not in site.text("")
    spoilt.broken = ""
    build(config(), now_ms(), matters=[spoilt.matter()])
    assert "spoilt tile" in site.text(f"v/{NEW}/")


BROKEN = {
    "services.toml": "[walking]\nmetres = 60 m\n",
    "services.csv": "编号,主题\r\n",
    "redaction.toml": "[items]\nx = 1\n",
    "disclosure/2026-01-01.csv": "序号\r\n1\r\n",
}
"""A file of each matter's that an office could spoil."""


@pytest.mark.parametrize("name", BROKEN)
def test_no_file_that_an_office_spoils_silences_the_site(
    site: Site, journal: Journal, tmp_path: Path, name: str
) -> None:
    for one in (services.FILE, services.ITEMS):
        shutil.copy(services.EXAMPLE / one, tmp_path / one)
    site.build()
    pages = {one: site.text(f"v/sunrise/{one}/") for one in ("services", "seal")}
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(BROKEN[name], "utf-8")
    stamps(journal, 1)
    made = site.build(at_ms=now_ms() + DAY)
    (why,) = made.broken.values()
    assert Path(name).name in why
    assert site.text("v/sunrise/seal/") != pages["seal"]
    assert site.text("v/sunrise/services/") == pages["services"]
    assert "便民服务" in site.text("v/sunrise/")
