"""The fleet's pages in a real browser, on a phone and on a desk, with the hub's own headers."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from hub.clock import now_ms
from hub.fleet.models import StateRequest
from tests.hub import fleet_rig as rig
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import Answers, ask, look, serve
from tests.support import browser as browsers
from tests.support.browser import PHONE
from tests.support.contents import DAY, DEVICE, HOUR
from wire import command

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db,
]
PAGES = {"list": "/fleet/", "machine": f"/fleet/{DEVICE}/"}


@pytest.fixture
def answers(settings: Settings, tmp_path: Path) -> Answers:
    """Machines in each state; of one, all that can be asked and answered."""
    hub.staff_site(settings, tmp_path)
    journal, now = Journal(), now_ms()
    made = rig.with_others(hub.township(journal), 6, ("v0-4", "suspended"))
    rig.alive(DEVICE, now, online=False, waiting=120, list_ms=now - 40 * HOUR)
    rig.alive("v0-0", now)
    rig.alive("v0-1", now, online=False, entry_ms=now - 2 * DAY)
    rig.alive("v0-2", now, certificate_ms=now + 3 * DAY)
    rig.alive("v0-4", now)
    findings = {"disk": "bad", "clock": "warn", "list_age": "good", "lock_sensor": "good"}
    told = rig.sent(made, DEVICE, command.DIAGNOSTICS, now)
    rig.take(journal, told, now, findings=findings, facts={"up_s": 86400, "entries": 50})
    rig.sent(made, DEVICE, command.REFRESH, now)
    StateRequest.objects.create(
        device=DEVICE, wanted="suspended", reason="机身被撬，等民警勘查", person="gui", made_ms=now
    )
    client = Client()
    hub.sign_in(client, "gui")
    return ask(client, PAGES.values(), ["hub/hub.css", "fleet/fleet.css"])


def test_the_township_can_read_it(answers: Answers) -> None:
    look(answers, PAGES, "fleet")


def test_it_is_used_by_keyboard(answers: Answers) -> None:
    with browsers.chromium() as chromium, chromium.page(PHONE) as page:
        serve(page, answers)
        page.goto(f"http://hub.localhost{PAGES['list']}")
        page.get_by_role("link", name=DEVICE).focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/fleet/sunrise-1/")
        page.get_by_text("数字（2）").focus()
        page.keyboard.press("Enter")
        assert page.get_by_text("86400").is_visible()
