"""`sealhub revoke`: take back a person, a key or a grant at once, and give it back.

Calls `hub.devices.authority`, `hub.applications.models`, `hub.people` and `hub.revocations`. What
nobody knows cannot be revoked: a mistyped id would leave the thief at work. Log-ins of whoever, or
of whose passkey, is taken back end at once.
"""

from collections.abc import Iterable

from hub.applications.models import Filed
from hub.devices import authority
from hub.people import taking
from hub.people.models import LoginKey
from hub.revocations import service
from hub.revocations.models import Revocation


class RevokeError(ValueError):
    """Nothing was revoked; the text says why."""


def revoke(
    kind: str,
    begins: str,
    reason: str,
    now_ms: int,
    *,
    lift: bool = False,
    until_ms: int | None = None,
) -> str:
    """The whole id that was revoked, until then or for good, or given back; raises RevokeError.

    `begins`: a person's id, or at least eight digits of a credential id, an SM2 key's id or a
    grant.
    """
    if until_ms is not None and until_ms <= now_ms:
        raise RevokeError("到期要在以后。 It must end later than now.")
    value = begins if kind == "person" else begins.lower()
    known = _revoked(kind, now_ms) if lift else _known(kind)
    found = [one for one in known if one == value or (kind != "person" and one.startswith(value))]
    if len(set(found)) != 1 or (kind != "person" and len(value) < 8):
        what = "已吊销的 revoked" if lift else "在册的 known"
        raise RevokeError(
            f"{begins}: 有 {len(set(found))} 个{what}，要正好一个（至少写 8 位）。 "
            f"{len(set(found))} found; it must be one, by 8 digits or more."
        )
    taking.take(kind, found[0], reason, now_ms, lift=lift, until_ms=until_ms)
    return found[0]


def in_force(now_ms: int) -> list[Revocation]:
    """Oldest first."""
    return service.in_force(now_ms)


def _known(kind: str) -> Iterable[str]:
    persons = [one for roster in authority.rosters().values() for one in roster.persons.values()]
    if kind == "person":
        return [one.id for one in persons]
    if kind == "passkey":
        own = [key.credential.hex() for one in persons for key in one.passkeys]
        return own + [key.kid.hex() for one in persons for key in one.sm2_keys]
    if kind == "login":
        return [bytes(one).hex() for one in LoginKey.objects.values_list("credential", flat=True)]
    hashes = Filed.objects.values_list("subject__hash", flat=True)
    return [bytes(one).hex() for one in hashes]


def _revoked(kind: str, now_ms: int) -> Iterable[str]:
    return [one.value for one in service.in_force(now_ms) if one.kind == kind]
