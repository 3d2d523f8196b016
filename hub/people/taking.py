"""Taking a person or a key back, or giving it back, with what follows for log-ins.

Calls `hub.people.sittings` and `hub.revocations`.
"""

from typing import Final

from hub.people import sittings
from hub.revocations import service

WHY: Final = "revoked"


def take(
    kind: str,
    value: str,
    reason: str,
    now_ms: int,
    *,
    lift: bool = False,
    until_ms: int | None = None,
    by: str = "",
) -> None:
    """Write it down; log-ins of whoever, or of whose passkey, is taken back end at once."""
    service.record(kind, value, reason, now_ms, revoked=not lift, until_ms=until_ms, by=by)
    if lift:
        return
    if kind == "person":
        sittings.end_of_persons([value], WHY, now_ms)
    if kind == "login":
        sittings.end_of_passkey(bytes.fromhex(value), WHY, now_ms)
