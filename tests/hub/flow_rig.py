"""A hub with a township for the tests of an application's way: who is logged in, what is filed.

Calls `tests.hub.public_rig`; the browser's pages come from `tests.hub.page_rig`.
"""

import re
from pathlib import Path
from typing import Any

from django.test import Client

from hub.approvals.models import Subject
from hub.clock import now_ms
from hub.people.roster import Staff, find
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.test_staff_rules import filed, sign, take
from tests.support.township import Township


def opened(folder: Path, journal: Journal | None = None, *, site: str = "") -> Township:
    """The township whose hub has its state there, around that machine's journal; `site`: lines for
    its hub.toml.
    """
    hub.write_config(folder)
    file = folder / "hub.toml"
    file.write_text(file.read_text("utf-8") + site, "utf-8")
    return hub.township(journal or Journal())


def person(name: str) -> Staff:
    found = find(name, now_ms())
    assert found is not None
    return found


def client(name: str) -> Client:
    made = Client()
    hub.sign_in(made, name)
    return made


def page(name: str, path: str) -> str:
    """What that person sees there, without the tokens of its forms and pictures."""
    answer = client(name).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return re.sub(r'value="\w{64}">|\?t=[^"]+', "", answer.content.decode())


def approved(township: Township, **changes: Any) -> Subject:
    """An application that both have signed."""
    found = filed(**changes)
    take(township, found, sign(township, found, "director", "yi"))
    take(township, found, sign(township, found, "secretary", "jia"))
    return found


__all__ = ["approved", "client", "filed", "opened", "page", "person", "sign", "take"]
