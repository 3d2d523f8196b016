"""Villages that were merged or renamed: old door codes lead to both histories, papers verify."""

from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from county.edit import places
from county.township import Township as Authority
from hub.clock import now_ms
from hub.devices import authority
from tests.hub import public_rig as hub
from tests.hub import site_rig
from tests.hub.journal_rig import Journal, Written
from tests.hub.page_rig import ask, serve
from tests.support import browser as browsers
from tests.support.browser import DESK, PHONE, axe, overflow, screenshot
from tests.support.contents import DAY, VILLAGE, VILLAGE_NAME
from tests.support.township import Township

pytestmark = pytest.mark.django_db
NEW, NEW_NAME = "morning", "朝霞村"


@pytest.fixture
def stamped(public: Client, journal: Journal) -> Written:
    made = journal.stamp(b"g" * 32)
    site_rig.log(journal.written)
    return made


def in_force(town: Township, made: Authority) -> None:
    package = town.sign(made).package
    authority.import_package(package, root_sha256=sha256(town.roots[0]).digest())


def merge(journal: Journal, since_ms: int) -> None:
    """The village's machine is suspended; another village has one of its own."""
    town = hub.township(journal)
    made = places.add_village(town.suspend().authority, NEW)
    key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    machine = replace(
        town.machine, device="morning-1", village=NEW, village_name=NEW_NAME, public_key=key
    )
    old, new = made.villages
    listed = replace(new, machines=replace(new.machines, machines={machine.device: machine}))
    made = replace(made, villages=(old, listed))
    in_force(town, places.end_village(made, VILLAGE, VILLAGE_NAME, (NEW,), since_ms))


def text(path: str) -> str:
    """What stands there now."""
    found = site_rig.site()
    found.build()
    return found.text(path)


def test_an_old_door_code_leads_to_both_histories(journal: Journal, stamped: Written) -> None:
    merge(journal, now_ms() - DAY)
    old = text(f"v/{VILLAGE}/")
    assert f'并入<a href="../{NEW}/index.html">{NEW_NAME}</a>' in old
    assert "已盖章" in text(f"v/{VILLAGE}/seal/")
    assert "可以盖的事" not in old
    new = text(f"v/{NEW}/")
    assert f'<a href="../{VILLAGE}/index.html">{VILLAGE_NAME}</a>' in new
    assert "已盖章" not in text(f"v/{NEW}/seal/")
    assert "可以盖的事" in new
    front = text("")
    assert front.index(NEW_NAME) < front.index(f"{VILLAGE_NAME}（已并入他村）")


def test_a_paper_of_a_village_that_ended_verifies_as_before(
    public: Client, journal: Journal, stamped: Written
) -> None:
    paths = [f"/s/{stamped.hash.hex()}/", f"/s/{stamped.hash.hex()}/qr.svg"]
    town = hub.township(journal)
    site_rig.site().build()
    before = [public.get(path).content for path in paths]
    made = places.add_village(town.suspend().authority, NEW)
    gone = replace(made.villages[0], machines=replace(made.villages[0].machines, machines={}))
    made = replace(made, villages=(gone, made.villages[1]))
    in_force(town, places.end_village(made, VILLAGE, VILLAGE_NAME, (NEW,), now_ms() - DAY))
    site_rig.site().build()
    assert [public.get(path).content for path in paths] == before
    assert VILLAGE_NAME in public.get(paths[0]).content.decode()


def test_before_the_day_everything_is_as_it_was(journal: Journal, stamped: Written) -> None:
    merge(journal, now_ms() + DAY)
    assert "并入" not in text(f"v/{VILLAGE}/")
    assert "并入" not in text(f"v/{NEW}/")


def test_a_renamed_village_keeps_its_address_and_says_what_it_was_called(
    journal: Journal, stamped: Written
) -> None:
    town = hub.township(journal)
    in_force(town, places.rename_village(town.authority, VILLAGE, NEW_NAME, now_ms() - DAY))
    assert f"{NEW_NAME}公开" in text(f"v/{VILLAGE}/")
    assert f"以前叫{VILLAGE_NAME}" in text(f"v/{VILLAGE}/")
    page = text(f"v/{VILLAGE}/seal/")
    assert f"{NEW_NAME}用印公开" in page
    assert "已盖章" in page


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_pages_on_a_phone_and_on_a_desk(
    public: Client, journal: Journal, stamped: Written
) -> None:
    merge(journal, now_ms() - DAY)
    pages = {"ended": f"/v/{VILLAGE}/", "heir": f"/v/{NEW}/"}
    site_rig.site().build()
    answers = ask(public, pages.values(), site_rig.SHARED)
    with browsers.chromium() as chromium:
        for size_name, size in (("phone", PHONE), ("desk", DESK)):
            with chromium.page(size) as page:
                serve(page, answers)
                for name, path in pages.items():
                    page.goto(f"http://public.localhost{path}")
                    screenshot(page, f"village-{name}-{size_name}")
                    assert axe(page) == [], name
                    assert overflow(page) == [], name
