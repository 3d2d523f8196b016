"""The entries that a session asks for, made of what it knows.

Calls only `sealctl.{facts,session.model}`.
"""

from sealctl.facts import Permit
from sealctl.session import model as m
from sealctl.session.model import Effect, Session


def authorised(permit: Permit, photo: m.Photo) -> Effect:
    """The intent, before any current flows."""
    body = {
        "grant": permit.grant,
        "list": permit.lists.version,
        "list_sha256": permit.lists.sha256,
        "item": permit.item.id,
        "seal": permit.seal.id,
        "sheet": permit.sheet,
        "findings": list(photo.findings),
        "bound_ms": permit.bound_ms,
        "unlatches": permit.unlatches,
        "presses": permit.presses,
    }
    committed: dict[str, str | bytes | None] = {
        "operator": permit.operator,
        "before": photo.sha256,
    }
    return m.Record("authorised", body, committed)


def aborted(session: Session, reading: m.Reading) -> Effect:
    """The end without a press; given back only where the head never unlatched."""
    body = {
        "authorised": session.authorised,
        "code": session.abort or "hardware_fault",
        "returned": reading.unlatches == session.permitted.unlatches,
        **_counters(session, reading),
    }
    return m.Record("aborted", body)


def stamped(
    session: Session, reading: m.Reading, after: bytes | None, findings: tuple[str, ...]
) -> list[Effect]:
    """The end with a press, and the lock read back."""
    counters = _counters(session, reading)
    body = {
        "authorised": session.authorised,
        "grant": session.grant,
        "findings": list(findings),
        **counters,
    }
    relocked = {"authorised": session.authorised, **counters}
    return [m.Record("stamped", body, {"after": after}), m.Record("relocked", relocked)]


def alarm(session: Session, alarm: str, reading: m.Reading | m.Silent) -> Effect:
    """Something that must not happen during an opening."""
    body = {"alarm": alarm, "detail": f"authorised {session.authorised}"}
    return m.Record("alarm", {**body, **_counters(session, reading)})


def _counters(session: Session, reading: m.Reading | m.Silent) -> dict[str, int]:
    if isinstance(reading, m.Reading):
        return {"unlatches": reading.unlatches, "presses": reading.presses}
    return {"unlatches": session.permitted.unlatches, "presses": session.permitted.presses}
