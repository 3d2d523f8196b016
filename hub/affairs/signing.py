"""The way to the county's signing page for a review, and a review as a file tells it.

Calls `hub.affairs`, `hub.devices.authority`, `hub.revocations`, `hub.config` and `wire`.
"""

import json
from typing import Any

from django.urls import reverse

from hub.affairs.models import Edition
from hub.applications.signing import picture_path
from hub.approvals.models import Approval
from hub.clock import now_ms
from hub.config import config
from hub.devices import authority
from hub.people.views import text_of
from hub.revocations import service as revocations
from wire import release
from wire.approval import decision
from wire.lists import means

PROOF = ("credential", "authenticator_data", "client_data", "signature")


def address(edition: Edition, office: str, person: str) -> str | None:
    """The county's page with everything in its fragment; None where no passkey of his counts."""
    roster = authority.rosters()[edition.village]
    gone = revocations.current(now_ms()).credentials
    keys = means.passkeys(roster.persons[person], authority.policy(), gone)
    if not keys:
        return None
    data, origins = bytes(edition.subject.data), config().origins
    pages = [one.sha256 for one in release.decode(data).attachments]
    fields = {
        "v": 1,
        "subject": text_of(data),
        "step": office,
        "person": person,
        "roster": roster.version,
        "credentials": [text_of(key.credential) for key in keys],
        "pages": [origins.staff + picture_path(page) for page in pages],
        "return": origins.staff + reverse("affairs:review-return"),
    }
    return f"{origins.county}/sign/#{text_of(json.dumps(fields).encode())}"


def told(row: Approval) -> dict[str, Any]:
    """A review with the challenge that its passkey signed."""
    digest = bytes(row.subject.hash)
    asked = decision.challenge(release.KIND, digest, row.step, row.person, row.decision, row.roster)
    proof = {name: text_of(bytes(getattr(row, name))) for name in PROOF}
    named = {
        "step": row.step, "person": row.person, "decision": row.decision, "roster": row.roster
    }  # fmt: skip
    return {**named, "challenge": text_of(asked), **proof}
