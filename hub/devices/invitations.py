"""One-time tokens: made by the township's operator, used once by a machine's two keys.

Calls `hub.devices.{authority,models}`, `wire.lists` and `wire.provisioning`. The secret itself is
kept nowhere.
"""

import secrets
from dataclasses import dataclass

from django.db.models import QuerySet

from hub.devices import authority
from hub.devices.models import Certificate, Invitation
from wire import shape
from wire.lists.content import Machine
from wire.provisioning import token
from wire.provisioning.reasons import NotProvisioned
from wire.provisioning.token import JoinToken

DEFAULT_MS = 3_600_000


class InvitationError(ValueError):
    """No token is made for this; the text says why, in Chinese and English."""


@dataclass(frozen=True)
class Wanted:
    """For whom a token is to be; `serial` of the board and the `replaces` device may be empty."""

    device: str
    village: str
    serial: str = ""
    replaces: str = ""


def invite(
    wanted: Wanted, *, hub: str, ca_sha256: bytes, now_ms: int, lifetime_ms: int = DEFAULT_MS
) -> JoinToken:
    """A new token, which is known this once; raises InvitationError."""
    check(wanted)
    made = JoinToken(
        wanted.device, hub, ca_sha256, secrets.token_bytes(token.SECRET_BYTES), wanted.serial
    )
    token.encode(made)
    Invitation.objects.create(
        name=made.name,
        device=wanted.device,
        village=wanted.village,
        serial=wanted.serial,
        replaces=wanted.replaces,
        created_ms=now_ms,
        expires_ms=now_ms + lifetime_ms,
        used_by=None,
    )
    return made


def device_of(name: bytes) -> str:
    """For whom the token of that name was made; raises NotProvisioned."""
    found = Invitation.objects.filter(name=name).values_list("device", flat=True).first()
    if found is None:
        raise NotProvisioned("token_unknown")
    return found


def use(name: bytes, serial: str, keys: bytes, now_ms: int) -> tuple[Invitation, bool]:
    """The token of that name, now used by `keys` (the hash of both); whether it was before.

    Compare and swap: of many that try at once, one wins. The same keys may ask again, because an
    answer may be lost; they need not be in time then. Raises NotProvisioned.
    """
    found = Invitation.objects.get(name=name)
    if found.serial and found.serial != serial:
        raise NotProvisioned("serial_differs", f"bound to {found.serial}, not {serial or 'none'}")
    fresh = Invitation.objects.filter(name=name, used_by=None, expires_ms__gt=now_ms)
    if fresh.update(used_by=keys):
        return found, False
    found.refresh_from_db()
    if found.used_by is None:
        raise NotProvisioned("token_expired")
    if bytes(found.used_by) != keys:
        raise NotProvisioned("token_used")
    return found, True


def agrees(listed: Machine, replaces: str) -> bool:
    """Whether a token for that machine names the one that the officers say it replaces. One that
    has joined before names none: its first entry is written.
    """
    if not replaces and Certificate.objects.filter(device=listed.device).exists():
        return True
    return (listed.replaces or "") == replaces


def void(device: str, now_ms: int) -> int:
    """Tokens of that device that nobody has used run out now; how many."""
    return _waiting(now_ms).filter(device=device).update(expires_ms=now_ms)


def void_all(now_ms: int) -> list[str]:
    """Tokens that nobody has used run out now: they name a CA that is none any more. Whose."""
    devices = sorted(set(_waiting(now_ms).values_list("device", flat=True)))
    _waiting(now_ms).update(expires_ms=now_ms)
    return devices


def _waiting(now_ms: int) -> QuerySet[Invitation]:
    return Invitation.objects.filter(used_by=None, expires_ms__gt=now_ms)


def check(wanted: Wanted) -> None:
    """Raises InvitationError where no token may be made for this."""
    try:
        shape.DEVICE.load(wanted.device)
        shape.ID.load(wanted.village)
        shape.text(64, least=0).load(wanted.serial)
    except shape.ShapeError as error:
        raise InvitationError(
            f"设备编号或村编号不合规则。 Not an id of a device or village: {error}"
        ) from error
    listed, villages = authority.machines(), authority.rosters()
    if villages and wanted.village not in villages:
        names = ", ".join(sorted(villages))
        raise InvitationError(f"清单上没有这个村。 No such village on the list, only {names}")
    known = listed.get(wanted.device)
    if known is not None and known.village != wanted.village:
        raise InvitationError(f"这台设备属于 {known.village}。 The device is {known.village}'s.")
    if known is not None and not agrees(known, wanted.replaces):
        named = known.replaces or "无 none"
        raise InvitationError(
            f"清单上 {wanted.device} 接替的是：{named}。请用 --replaces 写同一台，"
            "或请县里授权人员改清单。 "
            f"The officers' list has it in the place of: {named}. Say the same by --replaces, or "
            "the officers change the list."
        )
    if wanted.replaces:
        _check_replaced(wanted)


def _check_replaced(wanted: Wanted) -> None:
    """A broken machine is the same village's, and the officers have it suspended by then."""
    old = authority.machines().get(wanted.replaces)
    if old is None or old.village != wanted.village or wanted.replaces == wanted.device:
        raise InvitationError(
            f"{wanted.replaces}: 不是本村另一台在册设备。 Not another listed device of the village."
        )
    if old.state != "suspended":
        raise InvitationError(
            f"{wanted.replaces}: 清单上还在用，请县里授权人员先停用。 "
            "It is active on the list; the officers suspend it first."
        )
