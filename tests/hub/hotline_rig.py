"""A villager at the hotline, and inspectors at the staff site, around one database of reports.

Calls `hub.hotline`, Django's test client and `tests.hub.public_rig`.
"""

import re
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from hub.hotline import codes, places, vault
from hub.hotline.models import Case
from tests.hub import public_rig as hub

BOTH = ["default", "hotline"]
CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
VOICE = b"#!AMR\n" + bytes(range(256)) * 8
WORDS = "修路的钱对不上，路只修了一半。"


def prepare(folder: Path) -> None:
    """The key, and the villages that the form offers, in this test's state folder; what other tests
    sent and looked up in this minute does not count.
    """
    codes._rate.cache_clear()
    vault.new_key(folder / vault.NAME)
    places.keep({"sunrise": "晨光村", "brook": "溪口村"})


def upload(data: bytes, name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


class Reporter:
    """Somebody at the hotline's site, whose addresses are others than the staff's."""

    def __init__(self, settings: Settings, *, process: str = "hotline") -> None:
        self._settings = settings
        self._process = process

    def get(self, path: str, status: int = 200) -> str:
        return self._asked("get", path, {}, status)

    def post(self, path: str, fields: dict[str, Any], status: int = 200) -> str:
        return self._asked("post", path, fields, status)

    def form(self, **changes: Any) -> dict[str, Any]:
        """What a form holds that was opened for this concern, and filled in."""
        asked = {"concern": "head", "village": "sunrise", "about": "", **changes}
        query = "&".join(f"{one}={asked[one]}" for one in ("concern", "village", "about"))
        found = re.search(r'name="drawn" value="([^"]+)"', self.get(f"/report/?{query}"))
        assert found is not None
        plain = {"words": WORDS, "who": "anonymous", "drawn": found[1]}
        return {**plain, **asked}

    def report(self, **changes: Any) -> str:
        """The receipt code of a report."""
        found = CODE.search(self.post("/report/", self.form(**changes)))
        assert found is not None
        return found[0]

    def look(self, code: str, status: int = 200) -> str:
        return self.post("/look/", {"code": code}, status)

    def _asked(self, verb: str, path: str, fields: dict[str, Any], status: int) -> str:
        before = self._settings.ROOT_URLCONF, self._settings.SITE
        self._settings.ROOT_URLCONF, self._settings.SITE = "hub.urls_hotline", self._process
        try:
            answer = getattr(Client(), verb)(path, fields)
            text = str(answer.content.decode(errors="replace"))
        finally:
            self._settings.ROOT_URLCONF, self._settings.SITE = before
        assert answer.status_code == status, text
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies
        return text


def staff(person: str) -> Client:
    client = Client()
    hub.sign_in(client, person)
    return client


def newest() -> Case:
    return Case.objects.latest("pk")
