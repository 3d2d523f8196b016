"""Photos to the township, approved pages from it: HTTPS with the machine's certificate.

Calls `sync.courier`, `wire.refusals` and `httpx`. A blob's name is its SHA-256; sending one twice
does no harm.
"""

import hashlib
import logging
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from sync.courier import AwayError, Courier
from wire.refusals import Refused

log = logging.getLogger(__name__)

PAGE_LIMIT: Final = 7 << 20
PHOTO_LIMIT: Final = 16 << 20
PORTION: Final = 64
"""Photos sent before pages are looked for again."""
TIMEOUT_S: Final = 20.0
IDLE_S: Final = 5.0
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0


class BlobSite:
    """`sealhub blobs`. Raises httpx.HTTPError where it cannot be reached."""

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        self._client = httpx.Client(
            base_url=url, verify=tls, timeout=TIMEOUT_S, follow_redirects=False, trust_env=False
        )

    def put(self, sha256: bytes, data: bytes) -> bool:
        """Whether the township has this photo now."""
        answer = self._client.put(
            f"/blobs/{sha256.hex()}", content=data, headers={"Content-Type": "image/jpeg"}
        )
        if not answer.is_success:
            log.warning("photo %s: %d %s", sha256.hex()[:12], answer.status_code, answer.text[:200])
        return answer.is_success

    def get(self, sha256: bytes) -> bytes | None:
        """The page of that hash; None where the township does not give it."""
        data = bytearray()
        with self._client.stream("GET", f"/blobs/{sha256.hex()}") as answer:
            if answer.status_code != httpx.codes.OK:
                log.warning("page %s: %d", sha256.hex()[:12], answer.status_code)
                return None
            for part in answer.iter_bytes():
                data += part
                if len(data) > PAGE_LIMIT:
                    break
        if hashlib.sha256(data).digest() != sha256:
            log.warning("page %s: other bytes than named", sha256.hex()[:12])
            return None
        return bytes(data)

    def close(self) -> None:
        self._client.close()


class BlobWorker:
    """Moves what waits, whenever it is woken and every few seconds. `beat` is called before each
    photo and page, and whenever it comes round.
    """

    def __init__(
        self,
        courier: Courier,
        site: BlobSite,
        photos: Path,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._courier = courier
        self._site = site
        self._photos = photos
        self._beat = beat
        self._bell = threading.Event()
        self._stopped = False

    def wake(self) -> None:
        """There may be something to move."""
        self._bell.set()

    def stop(self) -> None:
        self._stopped = True
        self._bell.set()

    def run(self) -> None:
        """Work until stopped; what fails is tried again later."""
        pause_s = FIRST_PAUSE_S
        while not self._stopped:
            self._beat()
            self._bell.clear()
            try:
                self.move()
            except (AwayError, httpx.HTTPError) as error:
                log.warning("blobs: %s: %s", type(error).__name__, error)
                self._bell.wait(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                pause_s = FIRST_PAUSE_S
                self._bell.wait(IDLE_S)

    def move(self) -> None:
        """Fetch every page wanted, then send the oldest photos pending, once."""
        for sha256 in self._courier.wanted():
            self._beat()
            page = self._site.get(sha256)
            if page is not None:
                self._keep(page)
        for sha256 in self._courier.photos()[:PORTION]:
            self._beat()
            photo = self._read(sha256)
            if photo is not None and self._site.put(sha256, photo):
                self._courier.photo_sent(sha256)

    def _keep(self, page: bytes) -> None:
        try:
            self._courier.page(page)
        except Refused as refused:
            log.warning("lockd refused a page: %s", refused)

    def _read(self, sha256: bytes) -> bytes | None:
        path = self._photos / f"{sha256.hex()}.jpg"
        try:
            if path.stat().st_size <= PHOTO_LIMIT:
                return path.read_bytes()
            log.warning("photo %s: too large", sha256.hex()[:12])
        except OSError as error:
            log.warning("photo %s: %s", sha256.hex()[:12], error)
        return None
