"""The panel's way to lockd and to camerad's preview: one request, one connection.

Calls only wire.
"""

import asyncio
from pathlib import Path
from typing import cast

from sealctl.panel.shapes import RefusalView
from wire import cbor, frames, refusals
from wire.errors import WireError

ANSWER_S = 10.0
"""Longest wait for an answer that does not itself wait for something."""


class LockdError(Exception):
    """lockd refused, or could not be reached; `refusal` says it in both languages."""

    def __init__(self, refusal: RefusalView) -> None:
        super().__init__(refusal["code"])
        self.refusal = refusal


async def ask(sock: Path, verb: str, *, wait_s: float = ANSWER_S, **args: object) -> object:
    """The result of one verb; LockdError when refused, 'unavailable' when nobody answers."""
    try:
        async with asyncio.timeout(wait_s):
            reply = await _exchange(sock, {"id": 1, "verb": verb, "args": args})
    except (OSError, EOFError, TimeoutError, WireError) as error:
        raise LockdError(refusal("unavailable", type(error).__name__)) from error
    if not isinstance(reply, dict) or "ok" not in reply:
        raise LockdError(refusal("unavailable", "reply"))
    if reply["ok"] is not True:
        raise LockdError(cast("RefusalView", reply["error"]))
    return reply["result"]


def refusal(code: str, detail: str = "") -> RefusalView:
    """A refusal of the panel's own, in the sentences that every part uses."""
    return cast("RefusalView", refusals.to_dict(code, detail))


async def _exchange(sock: Path, request: dict[str, object]) -> object:
    reader, writer = await asyncio.open_unix_connection(str(sock))
    try:
        writer.write(frames.pack(request))
        await writer.drain()
        length = frames.unpack_length(await reader.readexactly(frames.HEADER))
        return cbor.decode(await reader.readexactly(length), limit=frames.LIMIT)
    finally:
        writer.close()
