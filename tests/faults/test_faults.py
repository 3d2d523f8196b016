"""A sample of the fault table, the same each time; `make faults` plays more of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from sealctl.journal.store import Journal
from sealctl.lockd.core import Core
from sealctl.session import model as m
from sealctl.session.model import Mode
from tests.faults import cuts, expected, live
from tests.faults.cases import Case, named, some
from tests.faults.coverage import missing
from tests.faults.faults import FAULTS

SEED: Final = 1
COUNTS: Final = {"step": 30, "cut": 60, "write": 24}
ALWAYS: Final = [
    named(f"step:{name}")
    for name in (
        "camera and head silent:chosen:long",
        "camera and head silent:closing:long",
        "head silent:authorising:long",
        "head silent:opening:long",
        "head cut off:authorising:long",
        "camera silent:closing:long",
        "camera gone:chosen:long",
        "camera gone:closing:short",
    )
]
"""With these and a few stories, every step of the session's table is taken."""


@pytest.fixture(scope="module")
def sample() -> list[Case]:
    """Not before a test of it runs: the stories are played to know their moments."""
    return some(COUNTS, SEED)


@pytest.mark.parametrize("number", range(sum(COUNTS.values())))
def test_whatever_fails_what_must_hold_holds(sample: list[Case], number: int) -> None:
    case = sample[number]
    assert case.run(SEED) == [], case.name


def test_every_step_of_the_session_is_taken() -> None:
    for story in ("job", "no-press", "pins", "wandering", "emergency"):
        cuts.recording_of(story)
    moments = cuts.recording_of("job").moments
    writing = next(n for n, one in enumerate(moments) if one.mode is Mode.AUTHORISING)
    for case in (*ALWAYS, named(f"write:job:{writing}:full")):
        assert case.run(SEED) == []
    assert missing() == []


def test_an_emergency_is_cut_at_each_of_its_writes() -> None:
    """From its first proof to its last end; then it is tried again."""
    played, cut = cuts.recording_of("emergency"), set()
    for number, moment in enumerate(played.moments):
        at = moment.acked, moment.mode, moment.what
        if number >= played.started and moment.act is not None and at not in cut:
            cut.add(at)
            assert cuts.cut("emergency", number, "torn", SEED) == [], number
    assert {mode for _, mode, _ in cut} >= {Mode.IDLE, Mode.AUTHORISING, Mode.ENDING}


def test_the_table_of_chains_names_faults_and_modes_that_there_are() -> None:
    known = {(fault, mode, lasts) for fault, mode, lasts in live.cases()}
    assert expected.CHAINS.keys() <= known
    assert {fault for fault, _, _ in known} == set(FAULTS)


@contextmanager
def opening_before_it_is_written(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that energises first and writes later."""
    record = Core._record

    def hasty(core: Core, effect: m.Record) -> None:
        if core.session.mode is Mode.AUTHORISING:
            core.parts.lock.energise(20_000)
        record(core, effect)

    with patch.context() as patched:
        patched.setattr(Core, "_record", hasty)
        patched.setattr(Core, "_energise", lambda _core, _bound: None)
        yield


def test_a_machine_that_opens_before_it_writes_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the table fails where the machine is wrong."""
    cuts.recording_of.cache_clear()
    wrong: list[str] = []
    try:
        with opening_before_it_is_written(monkeypatch):
            played = cuts.recording_of("no-press")
            energised = next(n for n, one in enumerate(played.moments) if one.what == "energise")
        wrong = cuts.cut("no-press", energised, "lost", SEED)
    finally:
        cuts.recording_of.cache_clear()
    assert any("openings" in said for said in wrong), wrong


def test_a_machine_that_syncs_less_is_found_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    append = Journal.append

    def careless(journal: Journal, *given: object, **named_: object) -> object:
        journal.connection.execute("PRAGMA synchronous = NORMAL")
        return append(journal, *given, **named_)  # type: ignore[arg-type]

    cuts.recording_of.cache_clear()
    try:
        with monkeypatch.context() as patched:
            patched.setattr(Journal, "append", careless)
            played = cuts.recording_of("no-press")
        last = len(played.moments) - 1
        wrong = cuts.cut("no-press", last, "lost", SEED)
    finally:
        cuts.recording_of.cache_clear()
    assert any("lost or changed" in said for said in wrong), wrong
