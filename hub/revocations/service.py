"""What is revoked now. Calls only `hub.revocations.models`.

A revocation can only take away: it reaches a machine with its next list, and the machine refuses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Max, Q

from hub.revocations.models import Revocation

KINDS: Final = ("person", "passkey", "login", "grant")
"""`login` is a log-in passkey of the hub's own, of which machines know nothing."""


@dataclass(frozen=True)
class Revoked:
    """As the hub's file in a machine's list has it; each in the order of revoking."""

    grants: tuple[bytes, ...] = ()
    persons: tuple[str, ...] = ()
    credentials: tuple[bytes, ...] = ()


def record(
    kind: str,
    value: str,
    reason: str,
    at_ms: int,
    *,
    revoked: bool = True,
    until_ms: int | None = None,
    by: str = "",
) -> None:
    """Take back, or give back what was taken back before."""
    Revocation.objects.create(
        kind=kind,
        value=value,
        revoked=revoked,
        reason=reason,
        at_ms=at_ms,
        until_ms=until_ms,
        by=by,
    )


def in_force(now_ms: int) -> list[Revocation]:
    """The newest word on each thing that is revoked at that time, the oldest first."""
    newest = Revocation.objects.values("kind", "value").annotate(last=Max("id")).values("last")
    lasts = Q(until_ms=None) | Q(until_ms__gt=now_ms)
    return list(Revocation.objects.filter(lasts, id__in=newest, revoked=True).order_by("id"))


def current(now_ms: int) -> Revoked:
    rows = in_force(now_ms)
    return Revoked(
        tuple(bytes.fromhex(one) for one in _values(rows, "grant")),
        tuple(_values(rows, "person")),
        tuple(bytes.fromhex(one) for one in _values(rows, "passkey")),
    )


def logins() -> frozenset[bytes]:
    """The log-in passkeys that were taken back."""
    rows = Revocation.objects.filter(kind="login").order_by("id")
    newest = {one.value: one.revoked for one in rows}
    return frozenset(bytes.fromhex(value) for value, revoked in newest.items() if revoked)


def of_person(person: str) -> list[Revocation]:
    """All that was ever said of him, the newest first."""
    return list(Revocation.objects.filter(kind="person", value=person).order_by("-id"))


def revision() -> int:
    """A number that grows with every row."""
    return Revocation.objects.aggregate(Max("id"))["id__max"] or 0


def _values(rows: Iterable[Revocation], kind: str) -> Iterable[str]:
    return (one.value for one in rows if one.kind == kind)
