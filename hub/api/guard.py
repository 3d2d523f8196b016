"""The guard of the reading interface: whose token it is, whether it may ask now, what it may read.

Calls `hub.api.{pace,scopes,tokens}`, `hub.audit.recorder`, `hub.clock` and `wire.refusals`. A view
without `with_token` is not part of the interface.
"""

import functools
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from hub.api import tokens
from hub.api.models import Token
from hub.api.pace import Pace, Wait
from hub.api.scopes import PROGRAM
from hub.audit import recorder
from hub.clock import now_ms
from wire.refusals import to_dict

USED_EVERY_MS: Final = 60_000
"""When a token was used last is written down no more often."""
LOGGED: Final = "_has_been_logged"
"""By which Django knows an answer that it has written a line about."""
PACE: Final = Pace()

View = Callable[..., HttpResponseBase]


def with_token(scope: str | None, act: str = "") -> Callable[[View], View]:
    """Only for requests that carry `Authorization: Bearer <token>` of a token that may read that
    (None: of any); the view gets `reader`. 401 for all other tokens, 403 for what this one may not,
    429 for who asks too often.

    Each use is in the audit before it is answered, under the address's name or that of the `act`.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            now, pull = now_ms(), scope in PROGRAM
            token = _token(request, now)
            if token is None:
                wait = PACE.stranger(request, now)
                return refuse("token_refused", 401) if wait is None else _wait(request, wait)
            wait = PACE.token(token, now, pull=pull)
            if wait is not None:
                return _wait(request, wait, token, act)
            reader = tokens.reader(token)
            _note(request, token, act, hourly=pull)
            if scope is not None and not reader.reads(scope):
                return refuse("not_permitted", 403, f"this token does not read {scope}")
            _note_use(token, now)
            answer = view(request, *args, reader=reader, **kwargs)
            answer.headers["Cache-Control"] = "private, no-store"
            return answer

        made = csrf_exempt(guarded)
        setattr(made, recorder.BY_PROGRAM, True)
        return made

    return decorate


def refuse(code: str, status: int, detail: str = "", *, retry_s: int = 0) -> HttpResponse:
    """Why not, in the one shape of all answers that are none; after `retry_s` it may be again."""
    answer = JsonResponse(to_dict(code, detail), status=status)
    if retry_s:
        answer.headers["Retry-After"] = str(retry_s)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _wait(
    request: HttpRequest, wait: Wait, token: Token | None = None, act: str = ""
) -> HttpResponse:
    """Too often. Of many alike the first is in the audit and in the log."""
    answer = refuse("too_often", 429, retry_s=wait.seconds)
    if not wait.first:
        request.META[recorder.KEPT] = True
        setattr(answer, LOGGED, True)
    elif token is not None:
        _note(request, token, act, hourly=False)
    return answer


def _note(request: HttpRequest, token: Token, act: str, *, hourly: bool) -> None:
    recorder.used(request, _name(token), f"token={token.name}", act, hourly=hourly)


def _token(request: HttpRequest, at_ms: int) -> Token | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    found = Token.objects.filter(sha256=tokens.hashed(text)).first()
    return found if found is not None and tokens.in_force(found, at_ms) else None


def _name(token: Token) -> str:
    """Who the audit says it was."""
    return token.person or f"token:{token.name}"[:64]


def _note_use(token: Token, now: int) -> None:
    if token.used_ms is None or now - token.used_ms >= USED_EVERY_MS:
        Token.objects.filter(pk=token.pk).update(used_ms=now)
