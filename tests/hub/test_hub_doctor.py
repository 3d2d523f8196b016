"""What the hub says of its own health: what is wrong is named, with what to do about it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.cosign.shown import Trouble, Witnessed
from hub.operate import metrics
from hub.operate.doctor.examine import examine, names
from hub.operate.doctor.model import DAY_MS, HOUR_MS, Copy, Health, Hotline, Stored
from hub.operate.listener import answer
from hub.operate.pulse import Beat

NOW = 1_767_225_600_000
AT = datetime.fromtimestamp(NOW / 1000 - 30, UTC)
SEEN = Witnessed(True, 120, AT)
STORED = Stored(
    waiting=0,
    lists={"sunrise-1": NOW + 3 * DAY_MS},
    machines=1,
    online=1,
    backlog=2,
    leaves=120,
    signed=120,
    witnessed=SEEN,
    seen_after_s=1,
    ahead=False,
    newest_ms=NOW - 5,
)
BEATS = {
    "alarms": Beat(NOW - 1, NOW - HOUR_MS, {}),
    "site": Beat(NOW - 1, NOW - HOUR_MS, {}),
    "cosign": Beat(NOW - 1, NOW - HOUR_MS, {}),
    "ingest": Beat(NOW - 1, NOW - HOUR_MS, {"messages": 7}),
    "site-public": Beat(NOW - 1, NOW - HOUR_MS, {"requests_2xx": 3, "request_seconds": 0.25}),
    "work": Beat(NOW - 1, NOW - HOUR_MS, {}),
}
WELL = Health(
    now_ms=NOW,
    free_bytes=80 << 30,
    total_bytes=160 << 30,
    stored=STORED,
    why="",
    broker="",
    certificates={"ca": NOW + 900 * DAY_MS, "server": NOW + 300 * DAY_MS},
    crl_ms=NOW + 300 * DAY_MS,
    spool=0,
    backup=Copy(NOW - HOUR_MS, there=True, same_disk=False),
    backup_hours=26,
    second_apart=True,
    unconfirmed=False,
    beats=BEATS,
)


def _stored(**changes: Any) -> Health:
    return replace(WELL, stored=replace(STORED, **changes))


def _seen(**changes: Any) -> Health:
    return _stored(witnessed=replace(SEEN, **changes))


def _hotline(**changes: Any) -> Health:
    open_ = Hotline(origin="https://hotline.example", readers=1)
    beats = {**BEATS, "site-hotline": BEATS["work"]}
    return replace(WELL, beats=beats, hotline=replace(open_, **changes))


def _certificate(name: str, days: int | None) -> Health:
    end = None if days is None else NOW + days * DAY_MS
    return replace(WELL, certificates={**WELL.certificates, name: end})


def _without(name: str) -> Health:
    return replace(WELL, beats={one: beat for one, beat in BEATS.items() if one != name})


def test_a_sound_hub_has_nothing_to_say() -> None:
    for health in (WELL, _hotline()):
        assert {found.level for found in examine(health).values()} == {"good"}


TROUBLE = Trouble("county.example/witness", "连不上", "it cannot be reached", AT)


@pytest.mark.parametrize(
    ("health", "check", "level"),
    [
        (replace(WELL, free_bytes=500 << 20), "disk", "bad"),
        (replace(WELL, free_bytes=5 << 30), "disk", "warn"),
        (replace(WELL, stored=None, why="refused"), "database", "bad"),
        (_stored(waiting=2), "database", "bad"),
        (replace(WELL, broker="connection refused"), "broker", "bad"),
        (_certificate("server", -1), "certificates", "bad"),
        (_certificate("server", 10), "certificates", "warn"),
        (_certificate("server", None), "certificates", "bad"),
        (_certificate("ca", 200), "certificates", "warn"),
        (replace(WELL, crl_ms=None), "crl", "bad"),
        (replace(WELL, crl_ms=NOW + DAY_MS), "crl", "warn"),
        (_stored(lists={"sunrise-1": 0}), "lists", "bad"),
        (_stored(lists={"sunrise-1": NOW + HOUR_MS}), "lists", "warn"),
        (_stored(lists={}), "lists", "warn"),
        (_without("ingest"), "processes", "bad"),
        (_without("cosign"), "processes", "bad"),
        (replace(WELL, now_ms=NOW + HOUR_MS), "processes", "bad"),
        (_stored(backlog=5000), "backlog", "warn"),
        (replace(WELL, spool=1), "backlog", "warn"),
        (_seen(stuck=True), "cosigned", "warn"),
        (_seen(old=True), "cosigned", "bad"),
        (_seen(troubles=(TROUBLE,)), "witnesses", "warn"),
        (_stored(ahead=True), "witnesses", "bad"),
        (replace(WELL, unconfirmed=True), "witnesses", "bad"),
        (replace(WELL, backup=None), "backup", "bad"),
        (replace(WELL, backup=Copy(NOW - 40 * HOUR_MS, True, False)), "backup", "bad"),
        (replace(WELL, backup=Copy(NOW, False, False)), "backup", "warn"),
        (replace(WELL, backup=Copy(NOW, True, True)), "backup", "warn"),
        (replace(WELL, second_apart=False), "second_store", "warn"),
        (replace(WELL, second_apart=None), "second_store", "bad"),
        (_stored(notices={"office": "given_up", "group": ""}), "notices", "bad"),
        (_stored(notices={"office": "some"}), "notices", "warn"),
        (_stored(single={"sunrise": ["yi"]}), "authenticators", "warn"),
        (_stored(newest_ms=NOW + HOUR_MS), "clock", "bad"),
        (_stored(seen_after_s=-500), "clock", "bad"),
        (replace(WELL, papers=("bwrap",)), "papers", "bad"),
        (replace(_hotline(), beats=BEATS), "processes", "bad"),
        (_hotline(why="refused"), "hotline_database", "bad"),
        (_hotline(waiting=1), "hotline_database", "bad"),
        (_hotline(key="missing"), "hotline_key", "bad"),
        (_hotline(key="open"), "hotline_key", "bad"),
        (_hotline(key="other"), "hotline_key", "bad"),
        (_hotline(unseen=1), "hotline_readers", "bad"),
        (_hotline(readers=0), "hotline_readers", "bad"),
        (_hotline(about=["township.leader"]), "hotline_granters", "warn"),
        (_hotline(vacant=["township.duty"]), "hotline_granters", "warn"),
        (replace(WELL, county_key="county.pub: …"), "county_key", "bad"),
        (replace(WELL, spoilt={"services": "services.toml: line 3"}), "data", "bad"),
        (replace(WELL, relief_key="missing"), "relief_key", "bad"),
        (replace(WELL, relief_key="other"), "relief_key", "bad"),
        (replace(WELL, relief_key="readable"), "relief_key", "bad"),
        (replace(WELL, relief_key="broken_off"), "relief_key", "bad"),
    ],
)
def test_each_trouble_is_found_by_its_check(health: Health, check: str, level: str) -> None:
    found = examine(health)
    assert found[check].level == level
    assert found[check].next_zh
    assert found[check].next_en


def test_every_check_finds_some_trouble() -> None:
    """A check without a case above would be one that nobody has ever seen fail."""
    marks = test_each_trouble_is_found_by_its_check.pytestmark  # type: ignore[attr-defined]
    assert {case[1] for case in marks[0].args[1]} == set(names())


def test_a_township_without_witnesses_needs_no_cosign() -> None:
    health = _without("cosign")
    assert health.stored is not None
    health = replace(health, stored=replace(health.stored, witnessed=Witnessed(False)))
    assert examine(health)["processes"].level == "good"


def test_health_is_one_word_for_a_watcher() -> None:
    assert answer("/healthz", lambda: WELL)[::2] == (200, b"ok\n")
    assert answer("/healthz", lambda: _without("work"))[::2] == (503, b"work\n")
    broken = replace(_without("work"), stored=None)
    assert answer("/healthz", lambda: broken)[::2] == (503, b"database work\n")
    assert answer("/", lambda: WELL)[0] == 404


def test_measures_have_a_type_once_and_say_what_doctor_finds() -> None:
    status, kind, body = answer("/metrics", lambda: _certificate("server", 10))
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = body.decode().splitlines()
    assert 'sealhub_check{check="certificates"} 1' in lines
    assert 'sealhub_check{check="disk"} 0' in lines
    assert 'sealhub_up{process="ingest"} 1' in lines
    assert 'sealhub_http_requests_total{process="site-public",status="2xx"} 3' in lines
    assert 'sealhub_request_seconds_total{process="site-public"} 0.25' in lines
    assert 'sealhub_messages_total{process="ingest"} 7' in lines
    assert 'sealhub_certificate_left_seconds{certificate="server"} 864000' in lines
    assert "sealhub_cosigned_age_seconds 30" in lines
    kinds = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(kinds) == len(set(kinds))
    named = {line.split("{")[0].split(" ")[0] for line in lines if not line.startswith("#")}
    assert named == set(kinds)


def test_a_label_cannot_end_its_line() -> None:
    strange = replace(WELL, certificates={'a"b\\c\nd': NOW})
    assert r'{certificate="a\"b\\c\nd"} 0' in metrics.render(strange, {}).decode()
