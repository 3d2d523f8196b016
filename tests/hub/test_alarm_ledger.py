"""One cause is one alarm: raised, cleared and handed on once, whatever is run again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from hub.alarms import process
from hub.alarms.limits import HOUR_MS, Limits, read
from hub.alarms.models import Alarm, AlarmStep
from hub.devices.models import Contact
from hub.ingest.models import Conflict
from hub.reading.models import Reading
from hub.records.models import Bookmark
from tests.hub import public_rig as hub
from tests.hub.alarm_rig import approve
from tests.hub.journal_rig import COUNTERS, Journal
from tests.support.contents import DEVICE
from tests.support.township import Township
from wire.approval import subject

pytestmark = pytest.mark.django_db
HOURS = read({})


@pytest.fixture
def township(settings: Settings, tmp_path: Path, journal: Journal) -> Township:
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    made = hub.township(journal)
    journal.now_ms = made.now_ms
    return made


def look(now_ms: int, hours: Limits = HOURS) -> dict[str, list[str]]:
    """Run everything; rule → the steps of its alarms."""
    process.arrived(hours, now_ms)
    process.lasting(hours, now_ms)
    found: dict[str, list[str]] = {}
    for alarm in Alarm.objects.order_by("pk"):
        steps = alarm.steps.order_by("pk").values_list("kind", "office")
        found.setdefault(alarm.rule, []).append(" ".join(f"{k}{o}" for k, o in steps))
    return found


def test_what_is_looked_at_again_is_not_raised_again(journal: Journal, township: Township) -> None:
    journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    hub.store(journal.written)
    rival = Journal(signer=journal.signer).authorise(b"h" * 32)
    for _ in range(2):
        Conflict.objects.create(
            device=DEVICE, seq=1, envelope=rival.envelope, reason="fork", received_ms=1
        )
    now = township.now_ms + HOUR_MS
    expected = {"machine": [""], "conflict": [""]}
    assert look(now) == expected
    Bookmark.objects.all().delete()
    assert look(now) == expected
    alarm = Alarm.objects.get(rule="conflict")
    assert bytes(alarm.entry_hash or b"") == journal.written[0].hash
    assert alarm.told == {"seq": 1, "reason": "fork"}


def test_a_photo_whose_text_differs(journal: Journal, township: Township) -> None:
    first, second = journal.authorise(b"g" * 32), journal.authorise(b"h" * 32)
    hub.store(journal.written)
    for one, word in ((first, "same"), (second, "differs")):
        Reading.objects.create(entry_hash=one.hash, photo=bytes(32), word=word, read_ms=1)
    look(township.now_ms)
    assert [bytes(one.entry_hash or b"") for one in Alarm.objects.filter(rule="text_differs")] == [
        second.hash
    ]


def test_an_approved_application_is_stamped_late(journal: Journal, township: Township) -> None:
    filed = approve(township, impressions=2)
    grant = bytes(filed.subject.hash)
    at = filed.created_ms
    assert "unstamped" not in look(at + 71 * HOUR_MS)
    assert look(at + 73 * HOUR_MS)["unstamped"] == [""]
    begun = at + 74 * HOUR_MS
    journal.stamp(grant, wall_ms=begun)
    hub.store(journal.written)
    found = look(begun + HOUR_MS)
    assert found["unstamped"] == ["cleared"]
    assert "unended" not in found
    assert look(begun + 25 * HOUR_MS)["unended"] == [""]
    journal.stamp(grant, wall_ms=begun + 26 * HOUR_MS)
    hub.store(journal.written[3:])
    found = look(begun + 27 * HOUR_MS)
    assert (found["unstamped"], found["unended"]) == (["cleared"], ["cleared"])
    assert subject.decode(bytes(filed.subject.data)).presses == 2


def test_an_application_that_nobody_may_stamp_any_more_clears(
    journal: Journal, township: Township
) -> None:
    filed = approve(township)
    assert look(filed.created_ms + 73 * HOUR_MS)["unstamped"] == [""]
    assert look(filed.not_after)["unstamped"][0].startswith("cleared")
    pending = approve(township, steps=1)
    look(pending.created_ms + 73 * HOUR_MS)
    grants = {one.told["grant"] for one in Alarm.objects.filter(rule="unstamped")}
    assert grants == {bytes(filed.subject.hash).hex()}


def test_an_opening_without_an_end_and_its_end(journal: Journal, township: Township) -> None:
    journal.authorise(b"e" * 32)
    hub.store(journal.written)
    at = journal.written[0].entry.time.wall
    assert look(at + 24 * HOUR_MS)["unended"] == [""]
    journal.write("interrupted", authorised=1, returned=False, **COUNTERS)
    hub.store(journal.written[1:])
    assert look(at + 25 * HOUR_MS)["unended"] == ["cleared"]


def test_silence_ends_and_begins_anew(journal: Journal, township: Township) -> None:
    hub.publish(township, [])
    first = township.now_ms
    assert look(first + 25 * HOUR_MS)["silent"] == [""]
    journal.write("heartbeat", wall_ms=first + 26 * HOUR_MS, **COUNTERS)
    hub.store(journal.written)
    assert look(first + 27 * HOUR_MS)["silent"] == ["cleared"]
    assert look(first + 52 * HOUR_MS)["silent"][1:] == [""]


def test_a_cause_that_stands_again_is_another_alarm(journal: Journal, township: Township) -> None:
    """As when whoever runs the hub stretches the hours and takes them back."""
    hub.publish(township, [])
    at = township.now_ms + 25 * HOUR_MS
    stretched = read({"silent": {"after_h": 1000}})
    expected: list[str] = []
    for _ in range(3):
        assert look(at)["silent"] == [*expected, ""]
        assert look(at)["silent"] == [*expected, ""]
        assert look(at, stretched)["silent"] == [*expected, "cleared"]
        expected.append("cleared")


def test_a_gap_is_an_alarm_until_the_entries_come(journal: Journal, township: Township) -> None:
    journal.write("heartbeat", **COUNTERS)
    hub.store(journal.written)
    Contact.objects.create(device=DEVICE, online=True, list=1, last=3, receipted=1, heard_ms=1)
    at = township.now_ms + 7 * HOUR_MS
    assert look(at)["withheld"] == [""]
    for _ in range(2):
        journal.write("heartbeat", **COUNTERS)
    hub.store(journal.written[1:])
    assert look(at)["withheld"] == ["cleared"]


def test_a_seal_that_nobody_uses(journal: Journal, township: Township) -> None:
    journal.write("boot", version="1", **COUNTERS)
    hub.store(journal.written)
    at = township.now_ms
    found = look(at + 31 * 24 * HOUR_MS)["idle"]
    journal.stamp(b"g" * 32, wall_ms=at + 32 * 24 * HOUR_MS)
    hub.store(journal.written[1:])
    again = look(at + 33 * 24 * HOUR_MS)["idle"]
    assert len(found) == len(again) == 3
    assert sum("cleared" in one for one in again) == 1


def test_what_nobody_answers_goes_to_the_next_level(journal: Journal, township: Township) -> None:
    journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    hub.store(journal.written)
    hours = read({"escalate_to": ["township.leader", "county.discipline"]})
    at = township.now_ms + HOUR_MS
    assert look(at, hours)["machine"] == [""]
    assert look(at + 23 * HOUR_MS, hours)["machine"] == [""]
    for _ in range(2):
        found = look(at + 24 * HOUR_MS, hours)["machine"]
        assert found == ["escalatedtownship.leader"]
    found = look(at + 48 * HOUR_MS, hours)["machine"]
    assert found == ["escalatedtownship.leader escalatedcounty.discipline"]


CHANGES: dict[str, Callable[[Alarm], object]] = {
    "raise it again": lambda one: Alarm(**_copy(one)).save(force_insert=True),
    "forget it": lambda one: one.delete(),
    "another moment": lambda one: Alarm.objects.update(due_ms=1),
    "another cause": lambda one: Alarm.objects.update(cause=bytes(32)),
    "another finding": lambda one: Alarm.objects.update(told={"pressed": 1}),
    "unsettle it": lambda one: Alarm.objects.update(settled_ms=None),
    "forget a step": lambda one: AlarmStep.objects.all().delete(),
    "other words": lambda one: AlarmStep.objects.update(words="x"),
    "an outcome without words": lambda one: _step(one, words=""),
    "an outcome of nobody": lambda one: _step(one, person=""),
    "an unknown outcome": lambda one: _step(one, verdict="fine"),
    "the same step again": lambda one: _step(one, person="ren"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_written_stays(name: str, township: Township) -> None:
    alarm = Alarm.objects.create(
        rule="machine", cause=b"c" * 32, device=DEVICE, village="sunrise", told={},
        since_ms=1, raised_ms=2, due_ms=3,
    )  # fmt: skip
    _step(alarm, person="ren")
    Alarm.objects.update(settled_ms=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        CHANGES[name](alarm)


def _copy(one: Alarm) -> dict[str, object]:
    names = [field.name for field in Alarm._meta.fields if field.name != "id"]
    return {name: getattr(one, name) for name in names}


def _step(one: Alarm, **changes: str) -> None:
    said = {"person": "another", "verdict": "irregular", "words": "看过", **changes}
    AlarmStep.objects.create(alarm=one, kind="outcome", made_ms=1, **said)
