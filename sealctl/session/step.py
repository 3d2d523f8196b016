"""The session's one transition table. Pure.

Calls only `sealctl.facts`, `sealctl.session.{model,records}` and `wire.refusals`.

`step(session, event, now)` gives the next session and the effects to carry out, in order. What the
table does not name makes no sense in that mode and is refused (`not_now`). The rules that make it
safe, each of which the tests hold against random histories:

 * Energise follows only on Recorded('authorised'): nothing opens before the intent is on disk.
 * Every `authorised` gets exactly one end before another can begin: stamped and relocked, or
   aborted; after a restart, `interrupted`.
 * From OPENING on, nothing that a person does changes anything: only the head's readings do.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from sealctl.facts import PHOTO_AGE_MS
from sealctl.session import model as m
from sealctl.session import records
from sealctl.session.model import Effect, Event, Mode, Session
from wire.refusals import Refused

OPENING_MS: Final = 2_000
"""The bolt has to move within this time, or the opening is broken off."""
CLOSING_MS: Final = 3_000
"""The lock has to read engaged within this time after the end of an opening, or it is late."""
PICTURE_MS: Final = 10_000
"""For so long the photo after the press is awaited."""
LOGOUT_MS: Final = 300_000
"""An operator who does nothing for so long is logged out."""

Result = tuple[Session, list[Effect]]
MOVING: Final = frozenset({Mode.OPENING, Mode.OPEN, Mode.CLOSING})


def step(session: Session, event: Event, now: int) -> Result:
    """The next session and its effects; raises Refused('not_now') for what makes no sense."""
    handler = TABLE.get((session.mode, type(event)))
    if handler is None:
        raise Refused("not_now", f"{type(event).__name__} in {session.mode}")
    changed, effects = handler(session, event, now)
    if changed.mode is not session.mode:
        changed = replace(changed, since=now)
    return changed, effects


def _identify(_session: Session, event: m.LoggedIn, now: int) -> Result:
    return Session(Mode.IDENTIFIED, now, operator=event.person), []


def _leave(_session: Session, _event: Event, now: int) -> Result:
    return Session(Mode.IDLE, now), []


def _choose(session: Session, event: m.Chose, now: int) -> Result:
    if session.declared:
        raise Refused("not_now", "an emergency is under way")
    chosen = Session(Mode.CHOSEN, now, operator=session.operator, grant=event.grant)
    return chosen, [m.Select(event.slot)]


def _declare(_session: Session, event: m.Declared, now: int) -> Result:
    chosen = Session(Mode.CHOSEN, now, operator=event.operator, grant=event.grant)
    return replace(chosen, declared=True), [m.Select(event.slot)]


def _cancel(session: Session, _event: m.Cancelled, now: int) -> Result:
    """Back to the grants; from an emergency there is no way but out."""
    if session.declared:
        return Session(Mode.IDLE, now), []
    return Session(Mode.IDENTIFIED, now, operator=session.operator), []


def _ask_photo(session: Session, _event: m.PhotoAsked, _now: int) -> Result:
    asked = replace(session, mode=Mode.PHOTOGRAPHING, photo=None, refusal=None, done=None)
    return asked, [m.TakePhoto("before")]


def _photo_taken(session: Session, event: m.PhotoTaken, _now: int) -> Result:
    return replace(session, mode=Mode.PHOTOGRAPHED, photo=event.photo), []


def _photo_failed(session: Session, event: m.PhotoFailed, _now: int) -> Result:
    return replace(session, mode=Mode.CHOSEN, refusal=(event.code, "")), []


def _permit(session: Session, event: m.Permitted, _now: int) -> Result:
    permit, photo = event.permit, session.photo
    if photo is None and not permit.blind:
        raise Refused("camera_unavailable")
    authorising = replace(session, mode=Mode.AUTHORISING, permit=permit, refusal=None, done=None)
    return authorising, [records.authorised(permit, photo)]


def _deny(session: Session, event: m.Denied, now: int) -> Result:
    """Before anybody has logged in, what was refused is shown for as long as from a log-out."""
    since = now if session.mode is Mode.IDLE else session.since
    return replace(session, refusal=(event.code, event.detail), done=None, since=since), []


def _open(session: Session, event: m.Recorded, _now: int) -> Result:
    opening = replace(session, mode=Mode.OPENING, authorised=event.seq)
    return opening, [m.Energise(session.permitted.bound_ms)]


def _not_recorded(session: Session, event: m.RecordFailed, _now: int) -> Result:
    return replace(_again(session), refusal=(event.code, "")), []


def _break_off(session: Session, _event: m.EnergiseFailed, _now: int) -> Result:
    return replace(session, mode=Mode.CLOSING, abort="hardware_fault"), [m.Release()]


def _read_opening(session: Session, event: m.Reading, now: int) -> Result:
    if _presses(session, event):
        return _sensed(session)
    if not event.engaged:
        return replace(session, mode=Mode.OPEN), []
    if now - session.since > OPENING_MS:
        return replace(session, mode=Mode.CLOSING, abort="hardware_fault"), [m.Release()]
    return session, []


def _read_open(session: Session, event: m.Reading, now: int) -> Result:
    if _presses(session, event):
        return _sensed(session)
    if event.engaged or now - session.since > session.permitted.bound_ms:
        overtime = records.alarm(session, "overtime", event)
        return replace(session, mode=Mode.CLOSING, abort="press_timeout"), [m.Release(), overtime]
    return session, []


def _read_closing(session: Session, event: m.Reading, now: int) -> Result:
    pressed = session.pressed or _presses(session, event)
    session = replace(session, pressed=pressed)
    if not (event.engaged and event.home):
        return _late(session, event, now)
    if not pressed:
        return replace(session, mode=Mode.ENDING), [records.aborted(session, event)]
    session = replace(session, closed=event)
    if session.late or session.permitted.blind:
        return replace(session, mode=Mode.ENDING), records.stamped(session, event, None, ())
    return replace(session, mode=Mode.PICTURING), [m.TakePhoto("after")]


def _late(session: Session, event: m.Reading | m.Silent, now: int) -> Result:
    if session.late or now - session.since <= CLOSING_MS:
        return session, []
    late = replace(session, late=True, refusal=("hardware_fault", "the lock does not close"))
    return late, [m.Release(), records.alarm(session, "lock_open", event)]


def _silent(session: Session, event: m.Silent, now: int) -> Result:
    if session.mode is Mode.CLOSING:
        return _late(session, event, now)
    bound = session.permitted.bound_ms
    if now - session.since > max(bound, OPENING_MS):
        return replace(session, mode=Mode.CLOSING, abort="hardware_fault"), [m.Release()]
    return session, []


def _picture(session: Session, event: m.PhotoTaken, _now: int) -> Result:
    found = event.photo
    closed = _closed(session)
    alarms = records.picture_alarms(session, closed, found.findings)
    stamped = records.stamped(session, closed, found.sha256, found.findings)
    return replace(session, mode=Mode.ENDING), [*alarms, *stamped]


def _no_picture(session: Session, _event: m.PhotoFailed, _now: int) -> Result:
    closed = _closed(session)
    alarm = records.alarm(session, "no_picture_after", closed)
    ended = replace(session, mode=Mode.ENDING)
    return ended, [alarm, *records.stamped(session, closed, None, ())]


def _wait_for_picture(session: Session, _event: Event, now: int) -> Result:
    if now - session.since <= PICTURE_MS:
        return session, []
    return _no_picture(session, m.PhotoFailed("camera_unavailable"), now)


def _wait_for_photo(session: Session, _event: Event, now: int) -> Result:
    if now - session.since <= PICTURE_MS:
        return session, []
    return _photo_failed(session, m.PhotoFailed("camera_unavailable"), now)


def _closed(session: Session) -> m.Reading:
    if session.closed is None:
        raise LookupError("the lock has not closed")
    return session.closed


def _end(session: Session, event: m.Recorded, now: int) -> Result:
    if event.kind == "stamped":
        return replace(session, done=event.seq), []
    if event.kind == "aborted":
        return _after_abort(session), []
    if event.kind != "relocked":
        return session, []
    permit = session.permitted
    more = permit.sheet < permit.application.presses
    mode = Mode.CHOSEN if more else Mode.IDENTIFIED
    return replace(_again(session), mode=mode, since=now, done=session.done), []


def _after_abort(session: Session) -> Session:
    return replace(_again(session), refusal=(session.abort or "hardware_fault", ""))


def _again(session: Session) -> Session:
    """The same job of the same person, before its next photo."""
    kept = Session(Mode.CHOSEN, operator=session.operator, grant=session.grant)
    return replace(kept, declared=session.declared)


def _pass(session: Session, _event: Event, _now: int) -> Result:
    return session, []


def _idle_out(session: Session, _event: Event, now: int) -> Result:
    if now - session.since > LOGOUT_MS:
        return Session(Mode.IDLE, now), []
    if session.mode is Mode.PHOTOGRAPHED and now - session.since > PHOTO_AGE_MS:
        return replace(session, mode=Mode.CHOSEN, photo=None), []
    return session, []


def _presses(session: Session, reading: m.Reading) -> bool:
    return session.permit is not None and reading.presses > session.permitted.presses


def _sensed(session: Session) -> Result:
    return replace(session, mode=Mode.CLOSING, pressed=True), [m.Release()]


Handler = Callable[[Session, Any, int], Result]
_AT_REST: Final = (Mode.IDENTIFIED, Mode.CHOSEN, Mode.PHOTOGRAPHED)

TABLE: Final[Mapping[tuple[Mode, type], Handler]] = {
    (Mode.IDLE, m.LoggedIn): _identify,
    (Mode.IDLE, m.Declared): _declare,
    **{(mode, m.LoggedOut): _leave for mode in (Mode.IDLE, *_AT_REST)},
    **{(mode, m.Chose): _choose for mode in _AT_REST},
    **{(mode, m.Cancelled): _cancel for mode in _AT_REST},
    **{(mode, m.Denied): _deny for mode in (Mode.IDLE, *_AT_REST)},
    **{(mode, m.PhotoAsked): _ask_photo for mode in (Mode.CHOSEN, Mode.PHOTOGRAPHED)},
    (Mode.PHOTOGRAPHING, m.PhotoTaken): _photo_taken,
    (Mode.PHOTOGRAPHING, m.PhotoFailed): _photo_failed,
    **{(mode, m.Permitted): _permit for mode in (Mode.CHOSEN, Mode.PHOTOGRAPHED)},
    (Mode.AUTHORISING, m.Recorded): _open,
    (Mode.AUTHORISING, m.RecordFailed): _not_recorded,
    (Mode.OPENING, m.EnergiseFailed): _break_off,
    (Mode.OPENING, m.Reading): _read_opening,
    (Mode.OPEN, m.Reading): _read_open,
    (Mode.CLOSING, m.Reading): _read_closing,
    **{(mode, m.Silent): _silent for mode in MOVING},
    (Mode.CLOSING, m.Recorded): _pass,
    (Mode.CLOSING, m.RecordFailed): _pass,
    (Mode.PICTURING, m.PhotoTaken): _picture,
    (Mode.PICTURING, m.PhotoFailed): _no_picture,
    (Mode.PICTURING, m.Reading): _wait_for_picture,
    (Mode.PICTURING, m.Silent): _wait_for_picture,
    (Mode.PHOTOGRAPHING, m.Reading): _wait_for_photo,
    (Mode.PHOTOGRAPHING, m.Silent): _wait_for_photo,
    (Mode.PHOTOGRAPHING, m.Cancelled): _cancel,
    (Mode.PHOTOGRAPHING, m.LoggedOut): _leave,
    (Mode.ENDING, m.Recorded): _end,
    **{
        (mode, seen): _idle_out for mode in (Mode.IDLE, *_AT_REST) for seen in (m.Reading, m.Silent)
    },
    **{(mode, m.Reading): _pass for mode in (Mode.AUTHORISING, Mode.ENDING)},
    **{(mode, m.Silent): _pass for mode in (Mode.AUTHORISING, Mode.ENDING)},
}
