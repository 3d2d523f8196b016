"""Files, links and headings that the documents name are there."""

import re
from pathlib import Path

import pytest

from docs.examples import text

DOCS = Path(text.__file__).parents[1]
ROOT = DOCS.parent
PAGES = sorted(DOCS.rglob("*.md"))
PACKAGES = "wire|evidence|hardware|sealctl|sync|hub|county|inspector|demo|docs|tests"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_that_a_page_names_are_there(page: Path) -> None:
    content = page.read_text("utf-8")
    for named in re.findall(rf"`((?:{PACKAGES})/[\w./-]*)`", content):
        assert (ROOT / named).exists(), named
    for module in re.findall(rf"python -m ((?:{PACKAGES})[\w.]+)", content):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        file, _, heading = target.partition("#")
        if "://" in target:
            continue
        found = page.parent / file if file else page
        assert found.exists(), target
        assert not heading or heading in _anchors(found), target


def _anchors(page: Path) -> set[str]:
    """Headings as forges turn them into addresses."""
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
