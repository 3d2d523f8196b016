"""Brings a township's records into a bundle; what is there already is not fetched again.

Calls httpx, `inspector.bundle` and `wire`. Nothing is verified here but the head's signature: that
is `inspector.verify`'s, offline.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import httpx

from inspector.findings import UnusableError
from inspector.policy import read_policy
from wire import cbor
from wire.errors import WireError
from wire.record import commitment
from wire.tlog import tiles
from wire.tlog.checkpoint import Checkpoint, open_checkpoint

CURSOR = ".openings"
SECONDS = 60


class Pull:
    """One township's addresses and the folder that they are brought to."""

    def __init__(self, hub: str, public: str, token: str, out: Path) -> None:
        self._hub = httpx.Client(
            base_url=hub, headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS
        )
        self._public = httpx.Client(base_url=public, timeout=SECONDS)
        self._out = out

    def run(self, policy: Path) -> Checkpoint:
        """Fetch everything of the newest head; raises UnusableError."""
        self._keep("policy.json", policy.read_bytes())
        log = read_policy(policy).log
        head = self._get(self._public, "/log/checkpoint")
        try:
            checkpoint = open_checkpoint(head, log)
        except WireError as error:
            raise UnusableError(f"检查点不可信。 The checkpoint fails: {error}") from error
        self._tiles(checkpoint.size)
        self._roots()
        self._lists()
        self._openings()
        self._keep("checkpoint", head)
        return checkpoint

    def close(self) -> None:
        self._hub.close()
        self._public.close()

    def _tiles(self, size: int) -> None:
        paths = [tiles.hash_path(*tile) for tile in tiles.hash_tiles(size)]
        paths += [tiles.entries_path(*tile) for tile in tiles.entry_tiles(size)]
        for path in paths:
            if not (self._out / path).exists():
                self._keep(path, self._get(self._public, f"/log/{path}"))

    def _roots(self) -> None:
        for number, root in enumerate(self._cbor("/inspect/v1/roots")["roots"], start=1):
            self._keep(f"roots/{number}.json", root)

    def _lists(self) -> None:
        for _, _, sha256 in self._cbor("/inspect/v1/lists")["lists"]:
            self._fetch(f"lists/{sha256.hex()}.cbor", f"/inspect/v1/lists/{sha256.hex()}", sha256)

    def _openings(self) -> None:
        """Openings since the last pull, and the photos that they name."""
        cursor = self._out / CURSOR
        after = int(cursor.read_text("ascii")) if cursor.exists() else 0
        while items := self._cbor(f"/inspect/v1/openings?after={after}")["items"]:
            for _, entry, data in items:
                self._photos(data)
                self._keep(f"openings/{entry.hex()}.cbor", data)
            after = items[-1][0]
            self._keep(CURSOR, str(after).encode())

    def _photos(self, openings: bytes) -> None:
        try:
            found = commitment.decode(openings).openings
        except WireError as error:
            raise UnusableError(f"开示不能读取。 Unreadable openings: {error}") from error
        for one in found:
            if one.field in ("before", "after") and isinstance(one.value, bytes):
                name = one.value.hex()
                self._fetch(f"photos/{name}.jpg", f"/inspect/v1/photos/{name}", one.value)

    def _fetch(self, name: str, address: str, sha256: bytes) -> None:
        if (self._out / name).exists():
            return
        data = self._get(self._hub, address)
        if hashlib.sha256(data).digest() != sha256:
            raise UnusableError(f"{name}: 内容与名字不符。 Not what its name says.")
        self._keep(name, data)

    def _cbor(self, address: str) -> Any:
        try:
            return cbor.decode(self._get(self._hub, address), limit=64 << 20)
        except WireError as error:
            raise UnusableError(f"{address}: {error}") from error

    def _get(self, client: httpx.Client, address: str) -> bytes:
        try:
            answer = client.get(address)
        except httpx.HTTPError as error:
            raise UnusableError(f"{address}: 连接不上。 No answer: {error}") from error
        if answer.status_code != 200:
            raise UnusableError(f"{address}: {answer.status_code}")
        return answer.content

    def _keep(self, name: str, data: bytes) -> None:
        path = self._out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
