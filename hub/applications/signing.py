"""The way to the county's signing page and back, and the pictures that it may fetch.

Calls `hub.config`, `hub.blobs.store` and Django's signer. The county's page believes nothing of
what it is sent but the subject's bytes and pictures with their hashes.
"""

import json
from collections.abc import Sequence
from typing import Final

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from hub.applications.status import Standing
from hub.blobs import store
from hub.config import config
from hub.people.views import text_of
from wire.approval import subject
from wire.lists import means
from wire.lists.content import ApprovalList

PICTURE_S: Final = 3600
_SALT: Final = "hub.applications.picture"


def sign_url(standing: Standing, person: str) -> str | None:
    """The county's page with everything in its fragment; None where no passkey of his counts."""
    if standing.step is None or not has_passkey(standing.lists, person):
        return None
    data = subject.encode(standing.application)
    pages = standing.application.pages
    return address(data, standing.step.step, person, standing.lists, pages=pages)


def has_passkey(lists: ApprovalList, person: str) -> bool:
    """Whether a passkey of that person counts."""
    return person in lists.roster.persons and bool(_usable(lists, person))


def address(
    data: bytes, step: str, person: str, lists: ApprovalList, *, pages: Sequence[bytes]
) -> str:
    """The county's page for any subject's bytes; LookupError for whom the roster does not know."""
    origins = config().origins
    fields = {
        "v": 1,
        "subject": text_of(data),
        "step": step,
        "person": person,
        "roster": lists.roster.version,
        "credentials": [text_of(key) for key in _usable(lists, person)],
        "pages": [origins.staff + picture_path(page) for page in pages],
        "return": origins.staff + reverse("approval-return"),
    }
    return f"{origins.county}/sign/#{text_of(json.dumps(fields).encode())}"


def _usable(lists: ApprovalList, person: str) -> list[bytes]:
    """Credential ids of that person's passkeys that count."""
    gone = lists.grants.revoked_credentials
    found = means.passkeys(lists.roster.persons[person], lists.policy, gone)
    return [key.credential for key in found]


def picture_path(page: bytes) -> str:
    """An address by which anybody who has it can see the picture for an hour."""
    token = TimestampSigner(salt=_SALT).sign(page.hex()).split(":", 1)[1]
    return f"{reverse('page-picture', args=[page.hex()])}?t={token}"


def picture(request: HttpRequest, name: str) -> HttpResponse:
    """The picture of a page, for whoever has its address; the county's page may read it."""
    signed = f"{name}:{request.GET.get('t', '')}"
    try:
        TimestampSigner(salt=_SALT).unsign(signed, max_age=PICTURE_S)
        data = store.get(bytes.fromhex(name))
    except (BadSignature, ValueError):
        data = None
    if data is None:
        return HttpResponse("404", status=404, content_type="text/plain")
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    response = HttpResponse(data, content_type=kind)
    response["Access-Control-Allow-Origin"] = config().origins.county
    response["Cache-Control"] = "private, max-age=3600"
    response["Vary"] = "Origin"
    return response
