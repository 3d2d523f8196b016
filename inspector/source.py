"""One web site that a bundle is pulled from. Calls only httpx and `inspector.findings`.

What it answers is not believed, only bounded: no redirect is followed, nothing is read past its
limit, and who says that it was asked too often is waited for so long and no longer. A token travels
over TLS, or to this very computer.
"""

import ipaddress
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import httpx

from inspector.findings import UnusableError

SECONDS: Final = 60
WAITS: Final = 5
"""How often in a row it may say that it was asked too often; each time for SECONDS at most."""
DIGITS: Final = 4


class Source:
    """`address` is the site's root; raises UnusableError for one that cannot be used."""

    def __init__(
        self,
        address: str,
        token: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        url = _url(address)
        if token is not None and url.scheme != "https" and not _is_here(url.host):
            raise UnusableError(
                f"{address}: 令牌只经加密连接发送，请用 https。 The token needs https."
            )
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._sleep = sleep
        self._client = httpx.Client(base_url=url, headers=headers, timeout=SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, path: str, limit: int) -> bytes:
        """What stands there; raises UnusableError also where nothing does."""
        found = self.find(path, limit)
        if found is None:
            raise UnusableError(f"{path}: 没有给出。 Not given.")
        return found

    def find(self, path: str, limit: int) -> bytes | None:
        """What stands there, None where nothing does (404); raises UnusableError."""
        for _ in range(WAITS):
            found = self._ask(path, limit)
            if not isinstance(found, int):
                return found
            self._sleep(found)
        raise UnusableError(
            f"{path}: 平台说问得太多，请过一会儿再下载。 It says that it is asked too often: pull "
            "again later."
        )

    def _ask(self, path: str, limit: int) -> bytes | int | None:
        """The same, or for how many seconds it wants nothing to be asked."""
        try:
            with self._client.stream("GET", path) as answer:
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                    return _seconds(answer)
                if answer.status_code != httpx.codes.OK:
                    raise UnusableError(f"{path}: HTTP {answer.status_code}")
                return _bounded(path, answer, limit)
        except httpx.HTTPError as error:
            raise UnusableError(f"{path}: 连接不上。 No answer: {error}") from error


def _bounded(path: str, answer: httpx.Response, limit: int) -> bytes:
    data = bytearray()
    for part in answer.iter_bytes():
        data += part
        if len(data) > limit:
            raise UnusableError(f"{path}: 内容过大。 Too large.")
    return bytes(data)


def _seconds(answer: httpx.Response) -> int:
    said = answer.headers.get("Retry-After", "")
    known = said.isascii() and said.isdecimal() and len(said) <= DIGITS
    return min(int(said), SECONDS) if known else SECONDS


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise UnusableError(f"{address}: 不是网址。 Not an address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise UnusableError(f"{address}: 不是网址。 Not an address.")
    return url


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
