"""Who of the three has signed a sheet and how, the way to the county's page, and what comes back.

Calls `hub.handovers`, `hub.devices.authority`, `hub.revocations`, `hub.config` and `wire`. A
passkey's signature says who signed, never the session: a leaver may be out of office by then. Whose
hand a photo shows, says who sent it in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from hub.clock import now_ms
from hub.config import config
from hub.devices import authority
from hub.handovers import sheet
from hub.handovers.models import Sheet, Signature
from hub.people.views import text_of
from hub.revocations import service as revocations
from wire.approval import exit_sheet
from wire.approval.decision import Approval
from wire.approval.exit_sheet import ROLES
from wire.lists import means
from wire.lists.content import Passkey
from wire.refusals import Refused

PROOF: Final = ("credential", "authenticator_data", "client_data", "signature")


@dataclass(frozen=True)
class Signer:
    """One of the three. `how`: passkey, hand, or nothing yet; `at_ms`: since when."""

    role: str
    zh: str
    name: str
    how: str
    at_ms: int


def signers(row: Sheet) -> tuple[Signer, ...]:
    """All three; a passkey's word stands before a photo's. No query where both are prefetched."""
    found: dict[str, tuple[str, int]] = {}
    for photo in row.copies.all():
        for hand in photo.hands.all():
            found.setdefault(hand.role, ("hand", photo.at_ms))
    found |= {one.role: ("passkey", one.received_ms) for one in row.signatures.all()}
    names = sheet.names(row)
    return tuple(
        Signer(role, zh, names[role], *found.get(role, ("", 0))) for role, zh in ROLES.items()
    )


def addresses(row: Sheet) -> dict[str, str]:
    """The county's page for each of the three, by what he does, where a passkey of his counts."""
    if row.gives is None:
        return {}
    gone, rosters, policy = revocations.current(now_ms()), authority.rosters(), authority.policy()
    found = {}
    for role, party in exit_sheet.decode(bytes(row.data)).parties.items():
        roster = rosters.get(party.village)
        if roster is None or party.id not in roster.persons or party.id in gone.persons:
            continue
        keys = means.passkeys(roster.persons[party.id], policy, gone.credentials)
        if keys:
            found[role] = _address(bytes(row.data), role, party.id, roster.version, keys)
    return found


def take(digest: bytes, given: Approval, now_ms: int) -> Sheet:
    """Keep a signature; who signs again, changes nothing. Raises Refused."""
    found = Sheet.objects.filter(sha256=digest, gives__isnull=False).first()
    if found is None:
        raise Refused("grant_unknown", "no such sheet")
    data, gone = bytes(found.data), revocations.current(now_ms)
    party = exit_sheet.decode(data).parties.get(given.step)
    roster = authority.rosters().get("" if party is None else party.village)
    if roster is None:
        raise Refused("approver_not_entitled", "no part of a sheet")
    if given.roster != roster.version:
        raise Refused("approval_invalid", "signed under another version of the roster")
    exit_sheet.judge(
        data,
        given,
        roster,
        authority.policy(),
        persons=gone.persons,
        credentials=gone.credentials,
    )
    Signature.objects.get_or_create(
        sheet=found,
        role=given.step,
        defaults={
            "person": given.person,
            "roster": given.roster,
            **{name: getattr(given.proof, name) for name in PROOF},
            "received_ms": now_ms,
        },
    )
    return found


def _address(data: bytes, role: str, person: str, roster: int, keys: Sequence[Passkey]) -> str:
    origins = config().origins
    fields = {
        "v": 1,
        "subject": text_of(data),
        "step": role,
        "person": person,
        "roster": roster,
        "credentials": [text_of(key.credential) for key in keys],
        "pages": [],
        "return": origins.staff + reverse("handover-return"),
    }
    return f"{origins.county}/sign/#{text_of(json.dumps(fields).encode())}"
