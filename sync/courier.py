"""The courier's side of lockd's `courier.sock`: one request at a time, blocking. Calls `wire`.

One instance belongs to one thread. It connects when it is first asked and again after an error.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wire import cbor, command, frames, shape
from wire.errors import WireError
from wire.refusals import REFUSALS, Refused

TIMEOUT_S: Final = 10.0
MOST: Final = 256
"""Entries in one answer at most."""


class AwayError(Exception):
    """lockd does not answer, or not in its protocol: try again soon."""


@dataclass(frozen=True)
class Hello:
    """Where lockd stands."""

    device: str
    list_version: int
    last: int
    receipted: int
    answered: int


@dataclass(frozen=True)
class Receipted:
    """Up to which seq every entry has its receipt, and up to which the township answered at all:
    what lies between waits for the county's witnesses.
    """

    receipted: int
    answered: int


@dataclass(frozen=True)
class Commanded:
    """A command that was judged: `name` is what is to be done before its answer is asked for, empty
    where nothing is.
    """

    number: int
    name: str


@dataclass(frozen=True)
class Pulled:
    """One journal entry, its openings beside it."""

    seq: int
    envelope: bytes
    openings: bytes | None


class Courier:
    """Every verb raises AwayError where lockd is not there, and Refused where it says no."""

    def __init__(self, path: Path, timeout_s: float = TIMEOUT_S) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._socket: socket.socket | None = None
        self._count = 0

    def hello(self) -> Hello:
        answer: Hello = self._ask(_HELLO, "hello")
        return answer

    def pull(self, after: int, limit: int, wait_ms: int) -> tuple[Pulled, ...]:
        """Entries after that seq; waits up to wait_ms for the first."""
        arguments = {"after": after, "limit": limit, "wait_ms": wait_ms}
        entries: tuple[Pulled, ...] = self._ask(_PULL, "pull", arguments, wait_ms / 1000)["entries"]
        return entries

    def adopt(self, bundle: bytes) -> int:
        """The version that lockd adopted."""
        return int(self._ask(_VERSION, "list", {"bundle": bundle})["version"])

    def receipts(self, receipts: bytes) -> Receipted:
        """How far lockd's receipts go now."""
        answer: Receipted = self._ask(_RECEIPTED, "receipts", {"receipts": receipts})
        return answer

    def photos(self) -> tuple[bytes, ...]:
        """Hashes of the photos that wait to be sent."""
        pending: tuple[bytes, ...] = self._ask(_PHOTOS, "photos")["pending"]
        return pending

    def photo_sent(self, sha256: bytes) -> None:
        self._ask(_NOTHING, "photo_sent", {"sha256": sha256})

    def wanted(self) -> tuple[bytes, ...]:
        """Hashes of the approved pages that lockd has not got."""
        pages: tuple[bytes, ...] = self._ask(_WANTED, "wanted")["pages"]
        return pages

    def page(self, data: bytes) -> None:
        self._ask(_NOTHING, "page", {"data": data})

    def prove(self, challenge: bytes, request: bytes) -> bytes:
        """The record key's proof (`wire.provisioning.proof`) for recovering the certificate."""
        given = {"challenge": challenge, "request": request}
        return bytes(self._ask(_PROOF, "prove", given)["proof"])

    def hub_cas(self) -> tuple[bytes, ...] | None:
        """The certificate authorities (DER) by which the officers have the hub known; empty where
        they name none, None while lockd follows no list.
        """
        cas: tuple[bytes, ...] | None = self._ask(_CAS, "hub_cas")["cas"]
        return cas

    def command(self, data: bytes) -> Commanded:
        """What lockd makes of a command of the hub."""
        judged: Commanded = self._ask(_COMMANDED, "command", {"command": data})
        return judged

    def answer(self, number: int) -> bytes:
        """The signed answer to the command that lockd judged last."""
        return bytes(self._ask(_ANSWER, "answer", {"number": number})["answer"])

    def contact(self, *, online: bool) -> None:
        self._ask(_NOTHING, "contact", {"online": online})

    def close(self) -> None:
        """Forget the connection; the next request makes another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(
        self,
        result: shape.Shape[Any],
        verb: str,
        args: Mapping[str, object] | None = None,
        wait_s: float = 0.0,
    ) -> Any:
        self._count += 1
        request = frames.pack({"id": self._count, "verb": verb, "args": dict(args or {})})
        try:
            reply = self._exchange(request, self._timeout_s + wait_s)
            if reply.get("id") != self._count:
                raise WireError("frame", "the answer to another request")
            if reply.get("ok") is True:
                return result.load(reply.get("result"))
        except (OSError, WireError, shape.ShapeError) as error:
            self.close()
            raise AwayError(f"{verb}: {error}") from error
        raise _refused(reply.get("error"))

    def _exchange(self, request: bytes, timeout_s: float) -> dict[str, Any]:
        connection = self._connected()
        connection.settimeout(timeout_s)
        connection.sendall(request)
        length = frames.unpack_length(_exactly(connection, frames.HEADER))
        reply = cbor.decode(_exactly(connection, length), limit=frames.LIMIT)
        if not isinstance(reply, dict):
            raise WireError("frame", "an answer that is no map")
        return reply

    def _connected(self) -> socket.socket:
        if self._socket is None:
            made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            made.settimeout(self._timeout_s)
            try:
                made.connect(str(self._path))
            except OSError:
                made.close()
                raise
            self._socket = made
        return self._socket


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise WireError("frame", "closed by lockd")
        data += part
    return bytes(data)


def _refused(error: object) -> Refused:
    said = error if isinstance(error, dict) else {}
    code, detail = said.get("code"), said.get("detail")
    known = code if isinstance(code, str) and code in REFUSALS else "internal"
    return Refused(known, detail if isinstance(detail, str) else "")


_SEQ: Final = shape.integer(0)
_HASHES: Final = shape.array(shape.octets(32), 100_000)
_HELLO: Final = shape.record(
    Hello,
    {
        "device": shape.DEVICE,
        "list_version": _SEQ,
        "last": _SEQ,
        "receipted": _SEQ,
        "answered": _SEQ,
    },
)
_PULLED: Final = shape.record(
    Pulled,
    {
        "seq": shape.integer(1),
        "envelope": shape.octets(1, frames.LIMIT),
        "openings": shape.maybe(shape.octets(1, frames.LIMIT)),
    },
)
_PULL: Final = shape.record(dict, {"entries": shape.array(_PULLED, MOST), "last": _SEQ})
_VERSION: Final = shape.record(dict, {"version": _SEQ})
_RECEIPTED: Final = shape.record(Receipted, {"receipted": _SEQ, "answered": _SEQ})
_PHOTOS: Final = shape.record(dict, {"pending": _HASHES})
_WANTED: Final = shape.record(dict, {"pages": _HASHES})
_PROOF: Final = shape.record(dict, {"proof": shape.octets(1, 4096)})
_CAS: Final = shape.record(dict, {"cas": shape.maybe(shape.array(shape.octets(1, 2000), 4))})
_COMMANDED: Final = shape.record(
    Commanded,
    {"number": shape.integer(1), "name": shape.choice("", *command.NAMES)},
)
_ANSWER: Final = shape.record(dict, {"answer": shape.octets(1, command.ANSWER_LIMIT)})
_NOTHING: Final = shape.record(dict, {})
