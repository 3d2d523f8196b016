"""docs/glossary.md has a row for what the code and the pages name."""

import inspect
import pkgutil
import re
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

import wire
from demo.township import OFFICES
from docs.examples import text
from hub.records import words
from wire.record import entry, kinds

TEXT = (Path(text.__file__).parents[1] / "glossary.md").read_text("utf-8")
CELLS = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", TEXT, re.MULTILINE)
TERMS = {
    part.strip(" `").lower()
    for first, _ in CELLS
    for part in re.split(r",", re.sub(r"\([^)]*\)", "", first))
}
HUB = (
    *("people", "audit", "approvals", "blobs", "applications", "devices", "fleet", "ingest", "log"),
    "api",
    "records",
    "revocations",
    "alarms",
    "daily",
    "cases",
    "searches",
    "checks",
    "requests",
    "registers",
    "exports",
    "notices",
    "redaction",
    "services",
    "hotline",
    "affairs",
    "relief",
)
SPELT = {
    "check": "surprise check",
    "why": "reason of a return",
    "published": "published edition",
    "filed": "filed application",
    "loginkey": "log-in key",
    "opened": "opening",
    "lookday": "look day",
    "openings": "opening set",
}
INNER = {"Shape", "Later", "Files", "Signed", "Parts", "Trusted"}
"""Types of `wire` that nobody speaks of."""


def _wire_types() -> list[str]:
    found = set()
    for module in pkgutil.walk_packages(wire.__path__, "wire."):
        for name, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
            ours = kind.__module__.startswith("wire.") and not name.startswith("_")
            if ours and is_dataclass(kind) and name not in INNER:
                found.add(name)
    return sorted(found)


@pytest.mark.parametrize("name", _wire_types())
def test_what_is_signed_and_sent_has_a_row(name: str) -> None:
    assert _spoken(name) in TERMS


def test_what_the_hub_keeps_has_a_row() -> None:
    models = [model for app in HUB for model in apps.get_app_config(app).get_models()]
    assert {SPELT.get(m._meta.model_name or "", _spoken(m.__name__)) for m in models} <= TERMS


def test_kinds_findings_alarms_qualities_and_offices_have_their_rows_and_no_others() -> None:
    assert _table("Kinds of entries").keys() == set(kinds.KINDS)
    assert _table("Findings").keys() == words.FINDINGS.keys()
    assert _table("Alarms").keys() == words.ALARMS.keys()
    assert _table("Quality of time").keys() == set(entry.QUALITIES)
    assert _table("Offices").keys() == OFFICES.keys()


def test_they_are_called_as_the_pages_call_them() -> None:
    assert _table("Kinds of entries") == {kind: zh for kind, (zh, _) in words.KINDS.items()}
    assert _table("Findings") == {name: zh for name, (zh, _) in words.FINDINGS.items()}
    assert _table("Alarms") == dict(words.ALARMS)
    assert _table("Quality of time") == dict(words.QUALITIES)
    assert _table("Offices") == {office: zh for office, (zh, _) in OFFICES.items()}


def test_nouns_stand_once_and_in_order() -> None:
    body = TEXT.split("## Nouns")[1].split("\n## ")[0]
    rows = [row.lower() for row in re.findall(r"^\| ([^|]+) \| ", body, re.MULTILINE)][1:]
    assert rows == sorted(set(rows), key=lambda row: re.sub(r"[^a-z ]", "", row))


def _spoken(name: str) -> str:
    """ListLeaf → list leaf."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


def _table(heading: str) -> dict[str, str]:
    body = TEXT.split(f"## {heading}")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([\w.]+)` \| ([^|]+) \|", body, re.MULTILINE))
