"""lockd's Unix sockets, one per role, and the tick that moves the machine. Calls `sealctl.lockd`.

Frames of `wire.frames`; each connection's requests are answered in order. Garbage gets one error
and a closed connection. Only this process's own user (or root) is served.
"""

import asyncio
import logging
import os
import socket
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sealctl.lockd.changes import Changes
from sealctl.lockd.core import IN_FLIGHT, Core
from sealctl.lockd.pages import Pages
from sealctl.lockd.verb import Arguments, Served, Verb
from sealctl.lockd.verbs import ROLES
from sealctl.session.model import Mode
from wire import cbor, frames, shape
from wire.errors import WireError
from wire.refusals import Refused, to_dict

log = logging.getLogger(__name__)

FAST_S: Final = 0.02
SLOW_S: Final = 0.5
DESK_S: Final = 0.05
HEARTBEAT_MS: Final = 3_600_000


async def serve(core: Core, sockets: Mapping[str, Path], pages: Path) -> None:
    """Serve the roles on their sockets until cancelled; raises what stops the machine."""
    changes = Changes()
    core.changed = changes.bump
    served = Served(core, changes, Pages(pages))
    servers = [await _listen(served, role, path) for role, path in sockets.items()]
    try:
        await asyncio.gather(_tick(core, changes), _look(core))
    finally:
        for server in servers:
            server.close()


async def _tick(core: Core, changes: Changes) -> None:
    heartbeat = core.time.mono_ms()
    while True:
        core.tick()
        if core.time.mono_ms() - heartbeat >= HEARTBEAT_MS:
            heartbeat = core.time.mono_ms()
            core.heartbeat()
        if core.session.mode in IN_FLIGHT:
            await asyncio.sleep(FAST_S)
        else:
            await changes.until(lambda: core.session.mode is Mode.OPENING, SLOW_S)


async def _look(core: Core) -> None:
    """Readers are asked often, so that a card or finger is answered at once; none ever waits."""
    while True:
        core.desk.look()
        await asyncio.sleep(DESK_S)


async def _listen(served: Served, role: str, path: Path) -> asyncio.Server:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if _known_peer(writer):
                await _converse(served, ROLES[role], reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            if role == "camera":
                served.core.photos.forget_taker()
            writer.close()

    return await asyncio.start_unix_server(connected, sock=_bound(path))


def _bound(path: Path) -> socket.socket:
    """A listening socket that is private before anybody can find it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        bound.bind(str(path))
    finally:
        os.umask(before)
    return bound


async def _converse(
    served: Served,
    verbs: Mapping[str, Verb],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    while True:
        try:
            length = frames.unpack_length(await reader.readexactly(frames.HEADER))
            request = cbor.decode(await reader.readexactly(length), limit=frames.LIMIT)
        except WireError as error:
            writer.write(frames.pack(_error(0, "bad_request", str(error))))
            await writer.drain()
            return
        writer.write(frames.pack(await _answer(served, verbs, request)))
        await writer.drain()


async def _answer(served: Served, verbs: Mapping[str, Verb], request: object) -> dict[str, object]:
    number = request.get("id", 0) if isinstance(request, dict) else 0
    if type(number) is not int:
        number = 0
    try:
        verb, given = _parse(verbs, request)
        return {"id": number, "ok": True, "result": await verb.call(served, given)}
    except Refused as refused:
        return _error(number, refused.code, refused.detail)
    except (WireError, shape.ShapeError) as error:
        return _error(number, "bad_request", str(error))


def _parse(verbs: Mapping[str, Verb], request: object) -> tuple[Verb, Arguments]:
    if not isinstance(request, dict) or request.keys() != {"id", "verb", "args"}:
        raise shape.ShapeError("id, verb and args expected")
    name = request["verb"]
    verb = verbs.get(name) if isinstance(name, str) else None
    if verb is None:
        raise shape.ShapeError("no such verb on this socket")
    loaded: Arguments = shape.record(dict, verb.arguments).load(request["args"])
    return verb, loaded


def _error(number: int, code: str, detail: str) -> dict[str, object]:
    return {"id": number, "ok": False, "error": to_dict(code, detail)}


def _known_peer(writer: asyncio.StreamWriter) -> bool:
    peer: socket.socket = writer.get_extra_info("socket")
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    uid = struct.unpack("3i", credentials)[1]
    return uid in (0, os.getuid())
