"""Paper and voice of what is published: made beside, once, linked when they lie there."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hub.affairs import copies, pages
from hub.affairs.gather import gather
from hub.affairs.models import Published, Question
from hub.clock import now_ms
from hub.config import config
from hub.disclosing import MATTERS, build
from hub.keeping import Slowly, all_of_it
from hub.site.files import File
from hub.site.key import SiteKey
from hub.site.place import Place
from hub.spoken import clips
from inspector.cli_site import hold
from tests.hub import site_rig
from tests.hub.affairs_rig import GRANTS, lay, published
from tests.hub.site_rig import Site
from tests.support.contents import DAY, VILLAGE
from tests.support.township import Township

pytestmark = pytest.mark.django_db
WHERE = Place(VILLAGE, "晨光村")
RULE = '[items.relief-grants]\ncolumns = ["household"]\nbasis = "示例依据"\ndays = 10\n'


@pytest.fixture
def site(township: Township, tmp_path: Path) -> Site:
    """Nothing is published yet."""
    site_rig.keys(tmp_path)
    lay(tmp_path)
    site_rig.log([])
    found = site_rig.site()
    found.build()
    return found


def copied(site: Site) -> list[str]:
    return [path for path in site.files() if path.endswith(copies.KINDS)]


def page(site: Site) -> str:
    (folder,) = (site.root / f"v/{VILLAGE}/affairs/r").iterdir()
    return (folder / "index.html").read_text("utf-8")


def text(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode()


def test_an_edition_is_there_first_and_then_its_paper_and_voice(
    township: Township, site: Site
) -> None:
    published(township)
    site.build()
    assert copied(site) == []
    assert "<audio" not in page(site)
    assert all_of_it(config(), now_ms()) == 3
    kinds = {path.partition(".")[0][-3:] + path.partition(".")[2] for path in copied(site)}
    assert len(kinds) == 3
    told = page(site)
    assert '<audio controls preload="none" src="' in told
    assert told.count(".pdf") == 2
    for path in copied(site):
        if path.endswith(".pdf"):
            assert "山林承包费" in text(site.root / path)
            assert "12,000.00" in text(site.root / path)
    count, wrong = hold(site.root, SiteKey.load(config()).vkey)
    assert (count, wrong) == (len(site.files()), [])


def test_they_are_made_once(
    township: Township, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(township)
    site.build()
    all_of_it(config(), now_ms())
    before = {path: (site.root / path).stat().st_mtime_ns for path in copied(site)}
    monkeypatch.setattr(copies, "_drawn", lambda *_: pytest.fail("drawn twice"))
    monkeypatch.setattr(copies, "_read_aloud", lambda *_: pytest.fail("read twice"))
    site.build(at_ms=now_ms() + DAY)
    site.build(afresh=True)
    assert all_of_it(config(), now_ms()) == 0
    assert {path: (site.root / path).stat().st_mtime_ns for path in copied(site)} == before
    assert "<audio" in page(site)


def test_names_go_with_their_term_from_paper_and_voice(
    township: Township, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "redaction.toml").write_text(RULE, "utf-8")
    published(township, item="relief-grants", rows=GRANTS, title="救助名单")
    site.build()
    all_of_it(config(), now_ms())
    before = copied(site)
    paper = text(site.root / next(path for path in before if path.endswith(copies.HAND)))
    assert "周示例" in paper
    assert "首日不算共 10 天" in "".join(paper.split("\n"))
    later = now_ms() + 12 * DAY
    site.build(at_ms=later)
    assert copied(site) == []
    all_of_it(config(), later)
    assert not {*copied(site)} & {*before}
    told = [text(site.root / path) for path in copied(site) if path.endswith(".pdf")]
    assert len(told) == 2
    assert not any("周示例" in one for one in told)
    (one,) = gather(VILLAGE, later).newest
    assert "周示例" not in copies.heard(one, WHERE)


def test_what_was_altered_on_the_disk_is_made_again(township: Township, site: Site) -> None:
    published(township)
    site.build()
    all_of_it(config(), now_ms())
    path = site.root / copied(site)[0]
    whole = path.read_bytes()
    path.write_bytes(b"altered")
    site.build(afresh=True)
    assert all_of_it(config(), now_ms()) == 1
    assert path.read_bytes() == whole


def test_what_came_to_say_something_else_is_not_taken(township: Township, site: Site) -> None:
    published(township)
    site.build()
    slowly = Slowly()
    assert slowly.turn(config(), now_ms())
    slowly.wait()
    with (config().state / "hub.toml").open("a", encoding="utf-8") as toml:
        toml.write('\n[site.telephones]\n"示例镇便民服务中心" = "0577-0000000"\n')
    slowly.turn(config(), now_ms())
    assert copied(site) == []


def test_without_the_programs_there_is_no_player(
    township: Township, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "possible", lambda: False)
    published(township)
    site.build()
    assert all_of_it(config(), now_ms()) == 2
    assert "<audio" not in page(site)
    assert "MP3" not in page(site)
    assert "PDF" in page(site)
    monkeypatch.undo()
    assert build(config(), now_ms(), matters=MATTERS).villages == 1
    assert all_of_it(config(), now_ms()) == 1
    assert "<audio" in page(site)


def test_a_final_edition_is_not_made_again_and_a_question_makes_it_so(
    township: Township, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(township)
    site.build()
    all_of_it(config(), now_ms())
    site.build(at_ms=now_ms() + DAY)
    made: list[int] = []
    own = pages._page

    def page_of(*some: Any) -> File:
        made.append(1)
        return own(*some)

    monkeypatch.setattr(pages, "_page", page_of)
    site.build(at_ms=now_ms() + 2 * DAY)
    assert made == []
    Question.objects.create(
        code=b"c" * 32, village=VILLAGE, published=Published.objects.get(), words="给了谁？",
        at_ms=now_ms(), until_ms=now_ms() + DAY,
    )  # fmt: skip
    site.build(at_ms=now_ms() + 2 * DAY)
    assert made == [1]
    assert "已经有 1 个提问" in page(site)


def test_a_long_list_is_read_as_far_as_somebody_listens(township: Township, site: Site) -> None:
    rows = [("2026-10-08", f"第 {n} 处山林承包费", 1_200_000, "承包户") for n in range(90)]
    published(township, rows=rows)
    (one,) = gather(VILLAGE, now_ms()).newest
    told = copies.heard(one, WHERE)
    assert len(told) < copies.HEARD + 100
    assert "第 1 笔：日期 2026-10-08，项目 第 0 处山林承包费，金额 12,000.00元" in told
    left = 90 - told.count("\n第 ")
    assert told.endswith(copies.REST.format(left))


def test_staff_are_led_to_what_hangs_on_the_board(
    township: Township, clerk: Client, site: Site
) -> None:
    edition = published(township)
    told = clerk.get(f"/affairs/{edition.pk}/").content.decode()
    assert f"/v/{VILLAGE}/affairs/r/{bytes(edition.series).hex()}/" in told
