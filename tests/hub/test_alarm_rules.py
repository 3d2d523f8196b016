"""Which facts are alarms, from which moment on, and by the hours of which township."""

from dataclasses import replace

import pytest

from hub.alarms import rules
from hub.alarms.facts import Arrived, Heard, Open, Seal, Use
from hub.alarms.limits import HOUR_MS, read
from hub.alarms.table import RULES
from hub.config import ConfigError
from tests.hub.journal_rig import Journal, Written

HOURS = read({})
T = 1_793_577_600_000
USE = Use(b"g" * 32, "sunrise-1", "sunrise", T, 2, 0)
OPENED = replace(USE, opened_ms=T, opening=b"o" * 32, stamped=1)


@pytest.mark.parametrize("hours", [71, 72])
def test_approved_and_not_stamped_for_72_hours(hours: int) -> None:
    now = T + hours * HOUR_MS
    found = list(rules.unstamped([USE], HOURS, now))
    assert [one.since_ms for one in found] == ([T] if hours == 72 else [])
    assert list(rules.unstamped([OPENED], HOURS, now)) == []


@pytest.mark.parametrize("hours", [23, 24])
def test_a_use_begun_and_not_ended_for_24_hours_is_one_alarm(hours: int) -> None:
    now = T + hours * HOUR_MS
    left = Open("sunrise-1", "sunrise", T, b"o" * 32)
    found = list(rules.unended([OPENED], [left], HOURS, now))
    assert [one.told for one in found] == (
        [{"grant": "67" * 32, "presses": 2, "stamped": 1}] if hours == 24 else []
    )
    assert len(list(rules.unended([], [left], HOURS, now))) == len(found)
    assert list(rules.unended([replace(OPENED, stamped=2)], [], HOURS, now)) == []


def test_the_same_cause_has_the_same_name_later_and_another_use_another() -> None:
    seal = Seal("sunrise-1", "sunrise", "seal-party", T, b"a" * 32)
    at = [T + days * 24 * HOUR_MS for days in (29, 30, 40)]
    none, first, later = (list(rules.idle([seal], HOURS, now)) for now in at)
    assert none == []
    assert first[0].name == later[0].name
    (again,) = rules.idle([replace(seal, last=b"b" * 32)], HOURS, at[2])
    (other,) = rules.idle([replace(seal, seal="seal-committee")], HOURS, at[2])
    assert len({first[0].name, again.name, other.name}) == 3


def test_a_silent_machine_and_one_that_keeps_its_entries_to_itself() -> None:
    now = T + 24 * HOUR_MS
    mute = Heard("sunrise-1", "sunrise", 7, T, b"a" * 32)
    assert [one.rule for one in rules.silent([mute], HOURS, now)] == ["silent"]
    assert list(rules.silent([mute], HOURS, now - 1)) == []
    assert list(rules.withheld([replace(mute, wrote=7)], HOURS, now)) == []
    (found,) = rules.withheld([replace(mute, wrote=9)], HOURS, T + 6 * HOUR_MS)
    assert found.told == {"seq": 7, "wrote": 9}


def _found(*written: Written) -> list[tuple[str, dict[str, str | int]]]:
    last = written[-1]
    opening = written[0].entry if len(written) > 1 else None
    made = rules.arrived(Arrived(last.entry, last.hash, "sunrise", opening))
    return [(one.rule, dict(one.told)) for one in made]


def test_what_an_entry_tells_by_itself() -> None:
    journal = Journal()
    write = journal.write
    counters = {"unlatches": 1, "presses": 1}
    assert _found(write("heartbeat", **counters)) == []
    assert _found(write("alarm", alarm="case_opened", detail="", **counters)) == [
        ("machine", {"alarm": "case_opened"})
    ]
    assert _found(journal.authorise(b"g" * 32)) == []
    for word, rule in (("page_mismatch", "page_mismatch"), ("blank", "blank_page")):
        assert _found(journal.authorise(b"g" * 32, findings=[word])) == [(rule, {})]
    for code in ("blank_page", "page_mismatch"):
        refused = write("refused", code=code, action="open", grant=None, operator=None, detail="")
        assert _found(refused) == [(code, {})]
    refused = write("refused", code="busy", action="open", grant=None, operator=None, detail="")
    assert _found(refused) == []


@pytest.mark.parametrize(
    ("presses", "after", "told"),
    [
        (5, bytes(32), None),
        (5, None, {"pressed": 1, "pictures": 0}),
        (4, bytes(32), {"pressed": 0, "pictures": 1}),
        (6, bytes(32), {"pressed": 2, "pictures": 1}),
    ],
)
def test_each_press_has_one_picture(
    presses: int, after: bytes | None, told: dict[str, int] | None
) -> None:
    journal = Journal()
    opening = journal.authorise(b"g" * 32, unlatches=4, presses=4)
    stamped = journal.write(
        "stamped", authorised=1, grant=b"g" * 32, after=after, findings=[], unlatches=5,
        presses=presses,
    )  # fmt: skip
    assert _found(opening, stamped) == ([] if told is None else [("count_mismatch", told)])


def test_a_press_after_which_nothing_was_photographed_counts_too() -> None:
    journal = Journal()
    opening = journal.authorise(b"g" * 32, unlatches=4, presses=4)
    counters = {"unlatches": 5, "presses": 5}
    cut = journal.write("interrupted", authorised=1, returned=False, **counters)
    assert [rule for rule, _ in _found(opening, cut)] == ["count_mismatch"]
    given_back = journal.write("aborted", authorised=1, code="busy", returned=True,
                               unlatches=4, presses=4)  # fmt: skip
    assert _found(opening, given_back) == []


def test_a_township_has_its_own_hours() -> None:
    own = read({"unstamped": {"after_h": 48}, "escalate_to": ["township.duty"]})
    assert len(list(rules.unstamped([USE], own, T + 48 * HOUR_MS))) == 1
    assert own.escalate_to == ("township.duty",)
    assert own.rules["idle"] == RULES["idle"]


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({"unstampt": {"after_h": 1}}, "alarms.unstampt"),
        ({"unstamped": 48}, "alarms.unstamped"),
        ({"unstamped": {"after": 48}}, "alarms.unstamped.after"),
        ({"unstamped": {"after_h": 0}}, "alarms.unstamped.after_h"),
        ({"unstamped": {"after_h": "72"}}, "alarms.unstamped.after_h"),
        ({"unstamped": {"answer_h": True}}, "alarms.unstamped.answer_h"),
        ({"machine": {"after_h": 5}}, "alarms.machine.after_h"),
        ({"escalate_to": "township.leader"}, "alarms.escalate_to"),
    ],
)
def test_a_wrong_setting_is_named(table: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        read(table)


def test_every_default_says_where_it_comes_from() -> None:
    for rule in RULES.values():
        assert rule.source, rule.id
        assert (rule.after_h is not None) == rule.lasting
        assert ("{limit}" in rule.expected_zh) == rule.lasting
