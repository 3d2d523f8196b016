"""Bodies of requests from anybody: bounded in size and in patience. Calls nothing of ours."""

import asyncio

from starlette.requests import Request


async def bounded(request: Request, limit: int, seconds: float) -> bytes | None:
    """The whole body, or None as soon as it is too large.

    Raises TimeoutError, ClientDisconnect.
    """
    data = bytearray()
    async with asyncio.timeout(seconds):
        async for part in request.stream():
            data += part
            if len(data) > limit:
                return None
    return bytes(data)
