"""The body of a form, bounded. Calls nothing of ours."""

from typing import Final

from starlette.requests import Request

FORM_LIMIT: Final = 4096


async def body_of(request: Request) -> bytes:
    """At most FORM_LIMIT bytes; raises ValueError for more."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_LIMIT:
            raise ValueError("too long")
    return body
