"""The entries that a session asks for, made of what it knows.

Calls only `sealctl.{facts,session.model}`.
"""

from collections.abc import Mapping
from typing import Final

from sealctl.facts import Permit
from sealctl.session import model as m
from sealctl.session.model import Effect, Session

PICTURE_ALARMS: Final[Mapping[str, str]] = {
    "no_new_impression": "impression_missing",
    "other_change": "other_change",
    "page_mismatch": "page_changed",
    "no_page": "page_changed",
}
"""Findings in the photo after a press that are alarms."""


def authorised(permit: Permit, photo: m.Photo | None) -> Effect:
    """The intent, before any current flows; `photo` is None only where the camera has failed."""
    body = {
        "grant": permit.grant,
        "list": permit.lists.version,
        "list_sha256": permit.lists.sha256,
        "item": permit.item.id,
        "seal": permit.seal.id,
        "sheet": permit.sheet,
        "use": permit.use,
        "findings": list(photo.findings) if photo else [],
        "bound_ms": permit.bound_ms,
        "unlatches": permit.unlatches,
        "presses": permit.presses,
    }
    committed: dict[str, str | bytes | None] = {
        "operator": permit.operator,
        "before": photo.sha256 if photo else None,
    }
    return m.Record("authorised", body, committed)


def aborted(session: Session, reading: m.Reading) -> Effect:
    """The end without a press; given back only where the head says that it never unlatched."""
    body = {
        "authorised": session.authorised,
        "code": session.abort or "hardware_fault",
        "returned": reading.own_counters and reading.unlatches == session.permitted.unlatches,
        **_counters(session, reading),
    }
    return m.Record("aborted", body)


def stamped(
    session: Session, reading: m.Reading, after: bytes | None, findings: tuple[str, ...]
) -> list[Effect]:
    """The end with a press, and the lock read back; before it, what one opening is not for."""
    counters = _counters(session, reading)
    body = {
        "authorised": session.authorised,
        "grant": session.grant,
        "findings": list(findings),
        **counters,
    }
    relocked = {"authorised": session.authorised, **counters}
    ended = [m.Record("stamped", body, {"after": after}), m.Record("relocked", relocked)]
    return [*_surplus(session, reading), *ended]


def picture_alarms(session: Session, reading: m.Reading, findings: tuple[str, ...]) -> list[Effect]:
    """What the photo after a press must not show, each once."""
    found = dict.fromkeys(PICTURE_ALARMS[one] for one in findings if one in PICTURE_ALARMS)
    return [alarm(session, one, reading) for one in found]


def alarm(session: Session, alarm: str, reading: m.Reading | m.Silent) -> Effect:
    """Something that must not happen during an opening."""
    body = {"alarm": alarm, "detail": f"authorised {session.authorised}"}
    return m.Record("alarm", {**body, **_counters(session, reading)})


def _surplus(session: Session, reading: m.Reading) -> list[Effect]:
    """Alarms where the lock opened, or the seal came down, more than once."""
    permit = session.permitted
    more = {
        "unlatch_without_opening": reading.unlatches - permit.unlatches,
        "press_without_opening": reading.presses - permit.presses,
    }
    return [alarm(session, code, reading) for code, times in more.items() if times > 1]


def _counters(session: Session, reading: m.Reading | m.Silent) -> dict[str, int]:
    if isinstance(reading, m.Reading):
        return {"unlatches": reading.unlatches, "presses": reading.presses}
    return {"unlatches": session.permitted.unlatches, "presses": session.permitted.presses}
