"""lockd's courier socket without a machine: a real journal of signed entries, real receipts.

Calls only `wire` and the journal of `tests.hub.journal_rig`. It keeps what the courier brings, so
that a test can ask what reached the machine; it may be stopped and started again. `busy`: the lock
is in use, so no command is judged.
"""

import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.hub.journal_rig import COUNTERS, Journal
from wire import cbor, frames, messages
from wire.errors import WireError
from wire.refusals import Refused, to_dict
from wire.tlog import proof_file
from wire.tlog.note import Verifier


@dataclass
class CourierPeer:
    """`log` is whose receipts count; a bundle in `refused` is refused with that code."""

    path: Path
    log: Verifier
    journal: Journal = field(default_factory=Journal)
    receipts: dict[int, bytes] = field(default_factory=dict)
    receipted: int = 0
    lists: list[bytes] = field(default_factory=list)
    refused: dict[bytes, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    contacts: list[bool] = field(default_factory=list)
    pending: list[bytes] = field(default_factory=list)
    wanted: list[bytes] = field(default_factory=list)
    pages: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    busy: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _server: socketserver.ThreadingUnixStreamServer | None = None
    _connections: list[Any] = field(default_factory=list)

    def start(self) -> "CourierPeer":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        self._server = _Server(str(self.path), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """As if lockd were killed: the socket and all its connections are gone."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._server = None
        self.path.unlink(missing_ok=True)
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._connections.clear()

    def write(self, count: int = 1, operator: str | None = None) -> None:
        """That many more entries: heartbeats, or log-ins with openings."""
        with self._changed:
            for _ in range(count):
                if operator is None:
                    self.journal.write("heartbeat", **COUNTERS)
                else:
                    self.journal.write("authenticated", operator=operator, method="pin")
            self._changed.notify_all()

    def answer(self, verb: str, args: dict[str, Any]) -> object:
        """What lockd would say; raises Refused or WireError."""
        self.asked.append(verb)
        call: Callable[..., object] = getattr(self, f"_{verb}")
        return call(**args)

    @property
    def last(self) -> int:
        return len(self.journal.written)

    def _hello(self) -> object:
        return {
            "device": self.journal.device,
            "list_version": len(self.lists),
            "last": self.last,
            "receipted": self.receipted,
            "answered": self.receipted,
        }

    def _pull(self, after: int, limit: int, wait_ms: int) -> object:
        after = max(after, self.receipted)
        with self._changed:
            self._changed.wait_for(lambda: self.last > after, wait_ms / 1000)
            rows = self.journal.written[after : after + limit]
        entries = [
            {"seq": row.entry.seq, "envelope": row.envelope, "openings": row.openings}
            for row in rows
        ]
        return {"entries": entries, "last": self.last}

    def _list(self, bundle: bytes) -> object:
        if bundle in self.refused:
            self.refusals.append(self.refused[bundle])
            raise Refused(self.refused[bundle])
        self.lists.append(bundle)
        return {"version": len(self.lists)}

    def _receipts(self, receipts: bytes) -> object:
        try:
            good = {
                seq: self._proven(seq, data) for seq, data in messages.decode_receipts(receipts)
            }
        except WireError as error:
            self.refusals.append(error.code)
            raise
        self.receipts |= good
        while self.receipted + 1 in self.receipts:
            self.receipted += 1
        return {"receipted": self.receipted, "answered": self.receipted}

    def _proven(self, seq: int, data: bytes) -> bytes:
        if not 1 <= seq <= self.last:
            raise WireError("chain", "a receipt for no entry")
        name = self.journal.written[seq - 1].hash
        proof = proof_file.decode(data)
        proof_file.verify(proof, name, log=self.log, witnesses=(), quorum=0)
        return data

    def _photos(self) -> object:
        return {"pending": list(self.pending)}

    def _photo_sent(self, sha256: bytes) -> object:
        self.pending.remove(sha256)
        return {}

    def _wanted(self) -> object:
        return {"pages": list(self.wanted)}

    def _page(self, data: bytes) -> object:
        self.wanted.remove(sha256(data).digest())
        self.pages.append(data)
        return {}

    def _command(self, command: bytes) -> object:
        """A command is `name number` here: whose it is, is the real lockd's to judge."""
        if self.busy:
            raise Refused("busy")
        name, _, number = command.decode().partition(" ")
        if not number:
            raise Refused("command_invalid")
        self.commands.append(command)
        return {"number": int(number), "name": name}

    def _answer(self, number: int) -> object:
        return {"answer": b"%d after %d lists" % (number, len(self.lists))}

    def _contact(self, online: bool) -> object:
        self.contacts.append(online)
        return {}


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False


def _handler(peer: CourierPeer) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            peer._connections.append(self.request)
            try:
                while header := self.rfile.read(frames.HEADER):
                    data = self.rfile.read(frames.unpack_length(header))
                    request = cbor.decode(data, limit=frames.LIMIT)
                    self.wfile.write(frames.pack(_reply(peer, request)))
            except (OSError, WireError):
                return

    return Handler


def _reply(peer: CourierPeer, request: dict[str, Any]) -> dict[str, object]:
    number = request["id"]
    try:
        return {"id": number, "ok": True, "result": peer.answer(request["verb"], request["args"])}
    except Refused as refused:
        error = to_dict(refused.code, refused.detail)
    except WireError as wrong:
        error = to_dict("bad_request", str(wrong))
    return {"id": number, "ok": False, "error": error}
