"""A client of the machine's Unix sockets, blocking. Calls only `wire`."""

import socket
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from wire import cbor, frames
from wire.errors import WireError
from wire.refusals import to_dict

ANSWER_S: Final = 60.0


class LinkError(Exception):
    """Refused, or nobody answers; `refusal` has code, zh, en, next_zh, next_en and detail."""

    def __init__(self, refusal: dict[str, str]) -> None:
        super().__init__(refusal["code"])
        self.refusal = refusal


class Link:
    """One connection; raises LinkError('unavailable') where it breaks and is of no use then."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(ANSWER_S)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise LinkError(to_dict("unavailable", str(error))) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def ask(self, verb: str, **arguments: object) -> Any:
        """The result of one verb; raises LinkError."""
        try:
            self._socket.sendall(frames.pack({"id": 1, "verb": verb, "args": arguments}))
            length = frames.unpack_length(self._exactly(frames.HEADER))
            reply = cbor.decode(self._exactly(length), limit=frames.LIMIT)
        except (OSError, WireError) as error:
            raise LinkError(to_dict("unavailable", str(error))) from error
        if not isinstance(reply, dict) or "ok" not in reply:
            raise LinkError(to_dict("unavailable", "reply"))
        if reply["ok"] is not True:
            raise LinkError(reply["error"])
        return reply["result"]

    def _exactly(self, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            part = self._socket.recv(length - len(data))
            if not part:
                raise WireError("frame", "cut off")
            data += part
        return bytes(data)


def ask(path: Path, verb: str, **arguments: object) -> Any:
    """One verb on a connection of its own; raises LinkError."""
    with Link(path) as link:
        return link.ask(verb, **arguments)
