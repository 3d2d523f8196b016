"""Releases of the machine's software from the township, into a folder of the courier's own.

Calls `wire.lists.offer` and `httpx`. Nothing here is believed or run: root's `sealctl update`
takes it in from there and judges it. The offer is written last.
"""

import hashlib
import logging
import os
import platform
import shutil
import ssl
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from wire.errors import WireError
from wire.lists import offer as offers
from wire.lists.offer import ARCHITECTURES, NAME, Release

log = logging.getLogger(__name__)

EVERY_S: Final = 3600.0
TIMEOUT_S: Final = 60.0
SPARE_BYTES: Final = 1 << 30
"""What is left free on the journal's disk, whatever the township offers."""


class ReleaseWorker:
    """Asks the blob site every hour. `beat` is called whenever something came."""

    def __init__(
        self,
        url: str,
        tls: ssl.SSLContext,
        folder: Path,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._client = httpx.Client(
            base_url=url, verify=tls, timeout=TIMEOUT_S, follow_redirects=False, trust_env=False
        )
        self._folder = folder
        self._beat = beat
        self._bell = threading.Event()

    def stop(self) -> None:
        self._bell.set()

    def run(self) -> None:
        """Work until stopped; what fails is tried again later."""
        while not self._bell.is_set():
            self._beat()
            try:
                if self.fetch():
                    log.info("a release came")
            except (httpx.HTTPError, OSError, WireError) as error:
                log.warning("releases: %s: %s", type(error).__name__, error)
            self._bell.wait(EVERY_S)
        self.close()

    def close(self) -> None:
        self._client.close()

    def fetch(self) -> bool:
        """Whether something new came, whole. Raises httpx.HTTPError, OSError, WireError."""
        if not self._folder.is_dir():
            return False
        offer, held = self._offer(), self._folder / NAME
        if offer is None or (held.exists() and held.read_bytes() == offer):
            return False
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        architecture = ARCHITECTURES.get(platform.machine(), "")
        release = offers.newest_for(offers.named(offer), architecture=architecture, python=python)
        if release is None or not self._archive(release):
            return False
        self._write(NAME, offer)
        for old in self._folder.iterdir():
            if old.name not in (NAME, release.file):
                old.unlink()
        return True

    def _offer(self) -> bytes | None:
        data = bytearray()
        with self._client.stream("GET", f"/releases/{NAME}") as answer:
            if answer.status_code != httpx.codes.OK:
                return None
            for part in answer.iter_bytes():
                data += part
                if len(data) > offers.LIMIT:
                    raise WireError("release", "an offer beyond its limit")
        return bytes(data)

    def _archive(self, release: Release) -> bool:
        """Whether the archive is there, with the bytes that the offer names."""
        path = self._folder / release.file
        half, digest, left = path.with_name(".part"), hashlib.sha256(), release.size
        half.unlink(missing_ok=True)
        if release.size + SPARE_BYTES > shutil.disk_usage(self._folder).free:
            log.warning("%s: no room for %d bytes", release.file, release.size)
            return False
        with (
            self._client.stream("GET", f"/releases/{release.file}") as answer,
            half.open("wb") as file,
        ):
            answer.raise_for_status()
            for part in answer.iter_bytes():
                self._beat()
                left -= len(part)
                if left < 0:
                    break
                digest.update(part)
                file.write(part)
        if left or digest.digest() != release.sha256:
            log.warning("%s: other bytes than named", release.file)
            half.unlink()
            return False
        half.rename(path)
        return True

    def _write(self, name: str, data: bytes) -> None:
        half = self._folder / ".part"
        with half.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.rename(self._folder / name)
