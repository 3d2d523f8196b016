"""The menu: each sees the pages that let him in, no other, and where he is."""

import re

import pytest
from django.template import Context
from django.test import Client
from pytest_django.asserts import assertNumQueries

from hub.clock import now_ms
from hub.menu.shown import menu
from hub.menu.table import ALARMED, GROUPS, IN_ROW, INSPECTOR, SUPERIOR
from hub.menu.templatetags.staff_menu import staff_menu
from hub.people.roster import find
from tests.hub import public_rig as hub
from tests.hub.flow_rig import client
from tests.support.contents import OFFICES
from tests.support.township import Township

EVERY = [one.address for _, entries in GROUPS for one in entries]
HOLDERS = [name for name, offices in {**OFFICES, **hub.STAFF}.items() if offices]


def links(page: str) -> list[str]:
    nav = page[page.index('<nav class="menu"') : page.index("</nav>")]
    return re.findall(r'href="([^"]+)"', nav)


@pytest.mark.django_db(databases=["default", "hotline"])
@pytest.mark.parametrize("person", HOLDERS)
def test_it_leads_to_every_page_that_lets_one_in_and_to_no_other(
    township: Township, person: str
) -> None:
    own = client(person)
    shown = links(own.get("/").content.decode())
    assert len(shown) == len(set(shown))
    for address in EVERY:
        assert own.get(address).status_code == (200 if address in shown else 403), address


def test_what_is_done_first_stands_in_the_head() -> None:
    rows = {
        "village.clerk": ["/", "/items/", "/duty/"],
        "village.operator": ["/", "/items/", "/duty/"],
        INSPECTOR: ["/", "/alarms/", "/daily/"],
    }
    for office, expected in rows.items():
        found = menu({office}, "/")
        assert [one.address for one in found.row] == expected
    assert [one.address for one in menu({ALARMED, SUPERIOR}, "/").row][:2] == ["/", "/alarms/"]


@pytest.mark.parametrize(
    ("path", "expected", "inside"),
    [
        ("/", "/", False),
        ("/applications/7/", "/", False),
        ("/catalogue/who/", "/items/", True),
        ("/daily/", "/daily/", False),
        ("/daily/figures/", "/daily/figures/", True),
        ("/fleet/sunrise-1/", "/fleet/", True),
    ],
)
def test_it_says_where_one_is(path: str, expected: str, *, inside: bool) -> None:
    found = menu({INSPECTOR}, path)
    assert found.here is not None
    assert (found.here.address, found.inside) == (expected, inside)


def test_the_page_itself_is_told_from_a_page_below_it(township: Township) -> None:
    own = client("ren")
    assert 'href="/fleet/" aria-current="page"' in own.get("/fleet/").content.decode()
    below = own.get("/daily/figures/").content.decode()
    assert 'href="/daily/figures/" aria-current="page"' in below
    assert below.count("aria-current") == 1
    assert 'href="/items/" aria-current="true"' in own.get("/catalogue/who/").content.decode()


def test_it_asks_the_database_nothing(township: Township) -> None:
    staff, request = find("ren", now_ms()), Client().get("/login/").wsgi_request
    assert staff is not None
    with assertNumQueries(0):
        found = staff_menu(Context({"request": request}), staff)["menu"]
    assert len(found.row) == IN_ROW
