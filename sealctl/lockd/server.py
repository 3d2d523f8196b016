"""lockd's Unix sockets, one per role, and the tick that moves the machine. Calls `sealctl.lockd`.

Frames of `wire.frames`; each connection's requests are answered in order. Garbage gets one error
and a closed connection. Only whom `sealctl.lockd.doors` admits is served.
"""

import asyncio
import logging
import socket
import sqlite3
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from sealctl.lockd import doors
from sealctl.lockd.changes import Changes
from sealctl.lockd.core import IN_FLIGHT, Core, JournalFailedError
from sealctl.lockd.doors import Door
from sealctl.lockd.pages import Pages
from sealctl.lockd.verb import Arguments, Served, Verb
from sealctl.lockd.verbs import ROLES
from sealctl.session.model import Mode
from sealctl.signer import SignerError
from wire import cbor, frames, shape
from wire.errors import WireError
from wire.refusals import Refused, to_dict

log = logging.getLogger(__name__)

FAST_S: Final = 0.02
SLOW_S: Final = 0.5
DESK_S: Final = 0.05
HEARTBEAT_MS: Final = 3_600_000
_KEEPS_FILE: Final[Mapping[str, Any]] = (
    {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}
)
"""A socket's file is removed by whoever made it, which may be systemd."""


async def serve(
    core: Core,
    entrances: Mapping[str, Door],
    pages: Path,
    *,
    ready: Callable[[], None] = lambda: None,
    beat: Callable[[], None] = lambda: None,
) -> None:
    """Serve the roles on their sockets until cancelled; raises what stops the machine.

    `ready` is called once all are served, `beat` after every look at the body.
    """
    changes = Changes()
    core.changed = changes.bump
    served = Served(core, changes, Pages(pages))
    servers = [await _listen(served, role, door) for role, door in entrances.items()]
    ready()
    try:
        await asyncio.gather(_tick(core, changes, beat), _look(core))
    finally:
        for server in servers:
            server.close()


async def _tick(core: Core, changes: Changes, beat: Callable[[], None]) -> None:
    heartbeat = core.time.mono_ms()
    while True:
        core.tick()
        beat()
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


async def _listen(served: Served, role: str, door: Door) -> asyncio.Server:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _admitted(role, door, writer):
            writer.close()
            return
        served.came(role)
        try:
            await _converse(served, ROLES[role], reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            served.left(role)
            writer.close()

    return await asyncio.start_unix_server(connected, sock=door.listening, **_KEEPS_FILE)


def _admitted(role: str, door: Door, writer: asyncio.StreamWriter) -> bool:
    peer: socket.socket = writer.get_extra_info("socket")
    uid = doors.peer_uid(peer)
    if not door.admits(uid):
        log.warning("%s: a process of user %d was turned away", role, uid)
        return False
    return True


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
        writer.write(frames.pack(await answer(served, verbs, request)))
        await writer.drain()


async def answer(served: Served, verbs: Mapping[str, Verb], request: object) -> dict[str, object]:
    """The reply to one request; whatever is wrong with it stands in the reply."""
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
    except (sqlite3.Error, SignerError, JournalFailedError) as error:
        log.exception("the journal cannot be written")
        return _error(number, served.core.unwritten, str(error))


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
