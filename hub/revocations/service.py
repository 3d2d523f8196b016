"""What is revoked now. Calls only `hub.revocations.models`.

A revocation can only take away: it reaches a machine with its next list, and the machine refuses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Max

from hub.revocations.models import Revocation

KINDS: Final = ("person", "passkey", "grant")


@dataclass(frozen=True)
class Revoked:
    """As the hub's file in a machine's list has it; each in the order of revoking."""

    grants: tuple[bytes, ...] = ()
    persons: tuple[str, ...] = ()
    credentials: tuple[bytes, ...] = ()


def record(kind: str, value: str, reason: str, at_ms: int, *, revoked: bool = True) -> None:
    """Take back, or give back what was taken back before."""
    Revocation.objects.create(kind=kind, value=value, revoked=revoked, reason=reason, at_ms=at_ms)


def in_force() -> list[Revocation]:
    """The newest word on each thing that is revoked, the oldest first."""
    newest = Revocation.objects.values("kind", "value").annotate(last=Max("id")).values("last")
    return list(Revocation.objects.filter(id__in=newest, revoked=True).order_by("id"))


def current() -> Revoked:
    rows = in_force()
    return Revoked(
        tuple(bytes.fromhex(one) for one in _values(rows, "grant")),
        tuple(_values(rows, "person")),
        tuple(bytes.fromhex(one) for one in _values(rows, "passkey")),
    )


def revision() -> int:
    """A number that grows with every row."""
    return Revocation.objects.aggregate(Max("id"))["id__max"] or 0


def _values(rows: Iterable[Revocation], kind: str) -> Iterable[str]:
    return (one.value for one in rows if one.kind == kind)
