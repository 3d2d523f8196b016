"""`sealhub hotline` as a process, a villager at it, and code in the staff's process beside it.

Calls `tests.support.{broker,hub,ports}` and `tests.hub.hotline_rig`.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from hub.clock import now_ms
from tests.hub import papers
from tests.hub.hotline_rig import CODE, VOICE, WORDS
from tests.support.broker import listening, until
from tests.support.hub import Hub
from tests.support.ports import free_port

PHOTO = papers.photo()
SENT = {"a.jpg": PHOTO, "a.amr": VOICE}
NUMBER = re.compile(r'name="number" value="(\d+)"')
ASKED = """
from dataclasses import replace
from hub.clock import now_ms
from hub.hotline import desk
from hub.hotline.models import Case, Opening
from hub.people import roster
print(desk.ask(Case.objects.get(), "要当面核实", "ren", now_ms()))
leader = replace(next(roster.staff(now_ms())), offices=frozenset({"township.leader"}))
desk.judge(leader, Opening.objects.get().pk, granted=True, now_ms=now_ms())
"""
"""Run in the staff's process: somebody asks who reported, is granted it, and prints his code."""


def built(folder: Path) -> Iterator[Hub]:
    """A hub that was made with a hotline, until its test is over."""
    made = Hub.build(folder, now_ms(), broker=False, hotline="http://hotline.localhost")
    try:
        yield made
    finally:
        made.close()


def serve(hub: Hub) -> httpx.Client:
    port = free_port()
    hub.start("hotline", "--listen", f"127.0.0.1:{port}")
    until(lambda: listening(port), "the hotline listens")
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Host": "localhost"})


def report(client: httpx.Client, **changes: str) -> str:
    where = {"concern": "head", "village": "sunrise"}
    found = re.search(r'name="drawn" value="([^"]+)"', client.get("/report/", params=where).text)
    assert found is not None
    fields = {**where, "about": "", "words": WORDS, "who": "named", "name": "林小满"}
    files = [("files", (name, data)) for name, data in SENT.items()]
    data = {**fields, "drawn": found[1], **changes}
    code = CODE.search(client.post("/report/", data=data, files=files).text)
    assert code is not None
    return code[0]


def look(client: httpx.Client, code: str) -> str:
    return client.post("/look/", data={"code": code}).text


def inside(hub: Hub, site: str, code: str, **environment: str) -> str:
    """What this prints in the process of that site."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env={
            **hub.environment,
            "SEALHUB_SITE": site,
            "DJANGO_SETTINGS_MODULE": "hub.settings",
            "PYTHONIOENCODING": "utf-8",
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
