"""Tokens by which an inspector's tool is known; the hub keeps only their SHA-256.

Calls `hub.api.models`, `hub.clock` and `wire.refusals`. A view without `with_token` is not part of
the interface.
"""

import functools
import hashlib
import secrets
from collections.abc import Callable
from typing import Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from hub.api.models import Token
from hub.clock import now_ms
from wire.refusals import Refused, to_dict

BYTES: Final = 32

View = Callable[..., HttpResponse]


def create_token(name: str) -> str:
    """A new token, which is shown this once; raises Refused('bad_request') for a name in use."""
    token = secrets.token_urlsafe(BYTES)
    try:
        with transaction.atomic():
            Token.objects.create(name=name, sha256=_hash(token), created_ms=now_ms())
    except IntegrityError as error:
        raise Refused("bad_request", "a token of this name exists") from error
    return token


def with_token(view: View) -> View:
    """Only for requests that carry `Authorization: Bearer <token>`; 401 for all others."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and Token.objects.filter(sha256=_hash(token)).exists():
            answer = view(request, *args, **kwargs)
            answer.headers["Cache-Control"] = "private, no-store"
            return answer
        refusal = to_dict("not_permitted", "a token is needed")
        return JsonResponse(refusal, status=401, headers={"WWW-Authenticate": "Bearer"})

    return guarded


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
