"""The session against random histories: what must hold whatever people and parts do."""

import contextlib
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealctl.facts import PHOTO_AGE_MS, Permit
from sealctl.session import model as m
from sealctl.session import step as steps
from sealctl.session.model import Effect, Mode, Session
from wire.refusals import Refused

PERMIT = Permit(
    grant=bytes(32),
    application=cast("Any", SimpleNamespace(presses=2)),
    item=cast("Any", SimpleNamespace(id="residence")),
    seal=cast("Any", SimpleNamespace(id="seal-committee", slot=2)),
    sheet=1,
    use="full",
    operator="wu",
    lists=cast("Any", SimpleNamespace(version=1, sha256=bytes(32))),
    bound_ms=20_000,
    unlatches=5,
    presses=4,
)
PHOTO = m.Photo(bytes(32), ("page_match",))
READINGS = st.builds(
    m.Reading, st.sampled_from([5, 6]), st.sampled_from([4, 5]), st.booleans(), st.booleans()
)
EVENTS = st.one_of(
    st.just(m.LoggedIn("wu")),
    st.just(m.LoggedOut()),
    st.just(m.Chose(bytes(32), 2)),
    st.just(m.Cancelled()),
    st.just(m.PhotoAsked()),
    st.just(m.PhotoTaken(PHOTO)),
    st.just(m.PhotoFailed("camera_unavailable")),
    st.just(m.Permitted(PERMIT)),
    st.just(m.Denied("grant_spent", "")),
    st.just(m.EnergiseFailed("")),
    READINGS,
    st.just(m.Silent()),
)


class World:
    """Does what the session asks; remembers what was done in which order."""

    def __init__(self) -> None:
        self.session = Session()
        self.now = 0
        self.seq = 0
        self.done: list[str] = []

    def feed(self, event: m.Event) -> None:
        self.session, effects = steps.step(self.session, event, self.now)
        for effect in effects:
            self.carry_out(effect)

    def carry_out(self, effect: Effect) -> None:
        if isinstance(effect, m.Record):
            self.seq += 1
            self.done.append(effect.kind)
            self.feed(m.Recorded(effect.kind, self.seq))
        else:
            self.done.append(type(effect).__name__)


@given(st.lists(st.tuples(EVENTS, st.integers(0, 30_000)), max_size=80))
def test_whatever_happens_every_opening_is_recorded_before_and_ended_once(
    history: list[tuple[m.Event, int]],
) -> None:
    world = World()
    world.session = Session(Mode.PHOTOGRAPHED, operator="wu", grant=bytes(32), photo=PHOTO)
    world.feed(m.Permitted(PERMIT))
    for event, passed in history:
        world.now += passed
        with contextlib.suppress(Refused):
            world.feed(event)
    kinds = [kind for kind in world.done if kind in ("authorised", "stamped", "aborted")]
    for opened, ended in zip(kinds[::2], kinds[1::2], strict=False):
        assert (opened, ended in ("stamped", "aborted")) == ("authorised", True)
    for place, kind in enumerate(world.done):
        if kind == "Energise":
            assert world.done[place - 1] == "authorised"
        if kind == "stamped":
            assert world.done[place + 1] == "relocked"


@given(st.sampled_from([Mode.OPENING, Mode.OPEN, Mode.CLOSING, Mode.PICTURING]), EVENTS)
def test_no_person_changes_anything_while_the_lock_moves(mode: Mode, event: m.Event) -> None:
    closed = m.Reading(6, 5, True, True)
    moving = Session(mode, operator="wu", grant=bytes(32), permit=PERMIT, authorised=9)
    moving = replace(moving, closed=closed)
    by_people = (m.LoggedIn, m.LoggedOut, m.Chose, m.Cancelled, m.PhotoAsked, m.Permitted, m.Denied)
    if isinstance(event, by_people):
        with pytest.raises(Refused, match="not_now"):
            steps.step(moving, event, 0)


def test_a_failed_record_never_energises() -> None:
    authorising = Session(Mode.AUTHORISING, operator="wu", grant=bytes(32), permit=PERMIT)
    after, effects = steps.step(authorising, m.RecordFailed("journal_full"), 0)
    assert (after.mode, after.refusal, effects) == (Mode.CHOSEN, ("journal_full", ""), [])


def test_a_lock_that_does_not_close_alarms_once_and_stays_blocked() -> None:
    world = World()
    world.session = Session(Mode.CLOSING, permit=PERMIT, authorised=1, pressed=True)
    for _ in range(5):
        world.now += 2_000
        world.feed(m.Reading(6, 5, False, False))
    assert world.done.count("alarm") == 1
    assert world.session.late
    world.feed(m.Reading(6, 5, True, True))
    assert world.done[-2:] == ["stamped", "relocked"]


def test_an_idle_operator_is_logged_out_and_an_old_photo_forgotten() -> None:
    shown = Session(Mode.PHOTOGRAPHED, operator="wu", grant=bytes(32), photo=PHOTO)
    quiet = m.Reading(5, 4, True, True)
    later, _ = steps.step(shown, quiet, PHOTO_AGE_MS + 1)
    assert (later.mode, later.photo) == (Mode.CHOSEN, None)
    gone, _ = steps.step(shown, quiet, steps.LOGOUT_MS + 1)
    assert gone == Session(Mode.IDLE, steps.LOGOUT_MS + 1)


def test_the_table_names_every_mode() -> None:
    assert {mode for mode, _ in steps.TABLE} == set(Mode)
