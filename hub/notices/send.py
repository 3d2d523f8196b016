"""One POST to a target, bounded in time and size; what went wrong is a code.

Calls httpx and `hub.notices.adapters.model`. No redirect is followed, no proxy of the environment
used, and nothing of the address or the answer is ever logged: both may hold a secret.
"""

import time
from collections.abc import Callable
from typing import Final

import httpx

from hub.notices.adapters.model import Adapter, Outcome, Request

LIMIT: Final = 64 << 10
Post = Callable[[Request], tuple[int, bytes]]


class NotSentError(Exception):
    """The text is a code."""


def client(timeout_s: int) -> Post:
    """What posts."""

    def post(request: Request) -> tuple[int, bytes]:
        """Raises NotSentError."""
        try:
            return _post(request, timeout_s)
        except httpx.TimeoutException as error:
            raise NotSentError("timeout") from error
        except httpx.HTTPError as error:
            raise NotSentError("unreachable") from error

    return post


def attempt(adapter: Adapter, request: Request, post: Post) -> Outcome:
    """Send it, and say what came of it."""
    try:
        status, body = post(request)
    except NotSentError as error:
        return Outcome(sent=False, reason=str(error))
    return adapter.judge(status, body)


def _post(request: Request, timeout_s: int) -> tuple[int, bytes]:
    ends = time.monotonic() + 2 * timeout_s
    with (
        httpx.Client(timeout=timeout_s, trust_env=False, follow_redirects=False) as http,
        http.stream(
            "POST", request.url, content=request.body, headers=dict(request.headers)
        ) as answer,
    ):
        data = bytearray()
        for part in answer.iter_bytes():
            data += part
            if len(data) > LIMIT:
                raise NotSentError("answer")
            if time.monotonic() > ends:
                raise NotSentError("timeout")
        return answer.status_code, bytes(data)
