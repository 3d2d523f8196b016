"""One question to one witness over HTTP (C2SP tlog-witness). Calls only `httpx` and `wire.tlog`.

Whatever it answers is bounded in size and time and believed by nobody before its signature is held.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

import httpx

from wire.errors import WireError
from wire.tlog import submission
from wire.tlog.submission import Submission

TIMEOUT_S: Final = 5.0
LIMIT: Final = 64 * 1024
CONFLICT: Final = 409
UNPROVEN: Final = 422
UNKNOWN: Final = 404


@dataclass(frozen=True)
class Lines:
    """Status 200: signature lines, not verified."""

    data: bytes


@dataclass(frozen=True)
class Holds:
    """Status 409 or 422: the size that the witness says it holds, None where it does not say, and
    the checkpoint that it shows for it, None where it was not asked or shows none.
    """

    size: int | None
    checkpoint: bytes | None


@dataclass(frozen=True)
class Failed:
    """Nothing came of it: a code of `hub.cosign.words`, and what was said."""

    problem: str
    detail: str


Answer = Lines | Holds | Failed


class Asking:
    """A connection to one witness that is kept open; one question at a time."""

    def __init__(self, url: str, origin: str) -> None:
        self._url = url
        self._latest = f"{url}/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"
        self._client = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False)

    def ask(self, asked: Submission, size: int) -> Answer:
        """Submit the head of that size. Never raises: whatever fails is an answer, too."""
        try:
            status, body = self._send("POST", self._url + submission.PATH, submission.encode(asked))
            if status == 200:
                return Lines(body)
            if status == CONFLICT:
                held = submission.decode_size(body)
                return Holds(held, self.shown() if held > size else None)
            if status == UNPROVEN:
                return Holds(None, self.shown())
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Failed("unreachable", f"{type(error).__name__}: {error}")
        except (WireError, ValueError) as error:
            return Failed("false", str(error))
        problem = "unknown_log" if status == UNKNOWN else "refused"
        return Failed(problem, f"{status} {body[:200].decode('utf-8', 'replace')}")

    def close(self) -> None:
        self._client.close()

    def shown(self) -> bytes | None:
        """The newest checkpoint that it shows, None where it has none; raises httpx.HTTPError,
        ValueError.
        """
        status, body = self._send("GET", self._latest, None)
        return body if status == 200 else None

    def _send(self, method: str, url: str, content: bytes | None) -> tuple[int, bytes]:
        with self._client.stream(method, url, content=content) as reply:
            data = bytearray()
            for part in reply.iter_bytes():
                data += part
                if len(data) > LIMIT:
                    raise ValueError("an answer without end")
            return reply.status_code, bytes(data)
