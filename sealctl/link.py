"""A client of lockd's Unix sockets: one request, one answer, blocking. Calls only `wire`."""

import socket
from pathlib import Path
from typing import Any, Final

from wire import cbor, frames
from wire.errors import WireError
from wire.refusals import to_dict

ANSWER_S: Final = 60.0


class LinkError(Exception):
    """lockd refused, or does not answer; `refusal` has code, zh, en, next_zh, next_en, detail."""

    def __init__(self, refusal: dict[str, str]) -> None:
        super().__init__(refusal["code"])
        self.refusal = refusal


def ask(path: Path, verb: str, **arguments: object) -> Any:
    """The result of one verb; raises LinkError."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(ANSWER_S)
            link.connect(str(path))
            link.sendall(frames.pack({"id": 1, "verb": verb, "args": arguments}))
            length = frames.unpack_length(_exactly(link, frames.HEADER))
            reply = cbor.decode(_exactly(link, length), limit=frames.LIMIT)
    except (OSError, WireError) as error:
        raise LinkError(_unavailable(str(error))) from error
    if not isinstance(reply, dict) or "ok" not in reply:
        raise LinkError(_unavailable("reply"))
    if reply["ok"] is not True:
        raise LinkError(reply["error"])
    return reply["result"]


def _exactly(link: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        part = link.recv(min(length - len(data), 1 << 16))
        if not part:
            raise WireError("frame", "cut off")
        data += part
    return data


def _unavailable(detail: str) -> dict[str, str]:
    return to_dict("unavailable", detail)
