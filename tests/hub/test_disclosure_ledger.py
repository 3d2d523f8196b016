"""The public lines: how each opening ended, and that they hold nothing about people."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hub.disclosure.ledger import lines, months
from hub.records.notices import Source
from tests.hub.journal_rig import COUNTERS, Journal, Written

GRANT = b"g" * 32


def test_each_opening_is_paired_with_its_own_end() -> None:
    journal = Journal()
    journal.stamp(GRANT)
    journal.authorise(GRANT, sheet=2)
    journal.write("aborted", authorised=4, code="hardware_fault", returned=True, **COUNTERS)
    journal.authorise(GRANT, sheet=2)
    journal.write("aborted", authorised=6, code="hardware_fault", returned=False, **COUNTERS)
    journal.authorise(GRANT, sheet=3)
    journal.write("interrupted", authorised=8, returned=False, **COUNTERS)
    journal.authorise(GRANT, sheet=4)
    made = lines(*_sources(journal))
    assert [(line.sheet, line.state) for line in made] == [
        (1, "stamped"),
        (2, "returned"),
        (2, "aborted"),
        (3, "interrupted"),
        (4, "open"),
    ]


def test_the_receipt_is_that_of_the_end_once_it_is_in_the_log() -> None:
    journal = Journal()
    journal.stamp(GRANT)
    authorised, stamped, _ = journal.written
    opening = Source(authorised.envelope, 7)
    assert lines([opening], [Source(stamped.envelope, 8)])[0].leaf_index == 8
    assert lines([opening], [Source(stamped.envelope, None)])[0].leaf_index == 7
    assert lines([Source(authorised.envelope, None)], [])[0].leaf_index is None


def test_ends_of_another_machine_do_not_count() -> None:
    here, there = Journal(), Journal("sunset-1")
    here.authorise(GRANT)
    there.stamp(GRANT)
    ends = _sources(there)[1]
    assert lines(_sources(here)[0], ends)[0].state == "open"


def test_months_are_those_of_the_township() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    late = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)  # still October in Shanghai
    later = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # already November there
    stamps = [int(at.timestamp() * 1000) for at in (late, later, later)]
    assert months(stamps, zone) == [("2026-11", 2), ("2026-10", 1)]


def _sources(journal: Journal) -> tuple[list[Source], list[Source]]:
    def source(one: Written) -> Source:
        return Source(one.envelope, None)

    openings = [source(one) for one in journal.written if one.entry.kind == "authorised"]
    ends = ("stamped", "aborted", "interrupted")
    return openings, [source(one) for one in journal.written if one.entry.kind in ends]
