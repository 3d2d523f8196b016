"""Where files of the public site lie, and how they refer to one another."""

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.site.files import File, link, page
from hub.site.render import html

NAMES = st.builds(str.__add__, st.sampled_from("abcXYZ019"), st.text("aZ9-_.", max_size=8))
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)


@given(PATHS, PATHS, st.sampled_from(["", "#p3"]))
def test_a_link_leads_to_its_file_from_wherever_the_site_lies(
    source: str, target: str, fragment: str
) -> None:
    led = link(source, target + fragment)
    path, _, rest = led.partition("#")
    assert not led.startswith("/")
    assert (f"#{rest}" if rest else "") == fragment
    for root in ("/", "/media/stick/公开"):
        base = posixpath.dirname(posixpath.join(root, source))
        assert posixpath.normpath(posixpath.join(base, path)) == posixpath.join(root, target)


@pytest.mark.parametrize(
    "path", ["../a", "/etc/passwd", "a//b", ".well", "a/../b", "a?b", "名", ""]
)
def test_no_file_can_be_written_beside_the_site(path: str) -> None:
    with pytest.raises(ValueError, match="not a path of the site"):
        File(path, b"")


def test_a_folder_is_linked_by_its_page_which_needs_no_server() -> None:
    made = html(
        "v/sunrise/index.html", "base.html", home="v/sunrise/", home_name="东升村", telephones=[]
    )
    assert b'href="index.html"' in made.data
    assert b'href="../../static/site/site.css"' in made.data
    assert page("") == "index.html"
