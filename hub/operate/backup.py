"""`sealhub backup FOLDER`: one copy of all that must be kept, made while the hub runs.

Calls `hub.operate`, `hub.blobs.store` and `hub.log`. The database comes first: whatever it names,
photos and leaves, is on disk before its row is, so that what is copied after it has all of it.
`FOLDER/.partial` becomes `FOLDER/<time>` at the end, by one rename; a run that was broken off is
taken up by the next.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hub.blobs import store as blobs
from hub.config import Config
from hub.log import second, store
from hub.log.published import write
from hub.log.sequencer import RENEWAL
from hub.operate import database, manifest, sealed
from hub.operate.copies import Copies
from hub.operate.kept import alone, former, kept
from hub.operate.manifest import Manifest, ManifestError

PARTIAL: Final = ".partial"
LAST: Final = "last-backup.json"
"""In the state folder: when and where the newest backup was made."""
PIECE: Final = 16 << 20
"""The second store is kept in pieces of this size: full ones never change."""


class BackupError(Exception):
    """No backup was made; the text says why, in Chinese and English."""


@dataclass(frozen=True)
class Made:
    """A new backup. `spoilt`: photos that the disk has spoilt and no former backup has whole."""

    folder: Path
    manifest: Manifest
    fresh: int
    spoilt: tuple[str, ...]
    same_disk: bool


def backup(config: Config, folder: Path, now_ms: int, secret: bytes | None = None) -> Made:
    """Make one below that folder; `secret` seals the private keys, which else stay out of it.

    Raises BackupError, BusyError, DatabaseCopyError.
    """
    folder = folder.absolute()
    if folder.is_relative_to(config.state):
        raise BackupError(
            "备份不能放在平台自己的目录里。 "
            "A backup inside the hub's own folder would be lost with it."
        )
    if (config.state / RENEWAL).exists():
        raise BackupError(
            "新日志没有建完：先运行 sealhub log renew。 A new log is not finished: run "
            "`sealhub log renew` first."
        )
    with alone(config.state):
        return _backup(config, folder, now_ms, secret)


def newest(folder: Path) -> tuple[Path, Manifest] | None:
    """The newest whole backup there."""
    for one in sorted(folder.glob("[0-9]*"), reverse=True):
        with suppress(ManifestError):
            return one, manifest.load(one)
    return None


def last(state: Path) -> tuple[int, Path] | None:
    """When this hub was last backed up (ms), and where."""
    path = state / LAST
    if not path.exists():
        return None
    said = json.loads(path.read_bytes())
    return said["made_ms"], Path(said["folder"])


def _backup(config: Config, folder: Path, now_ms: int, secret: bytes | None) -> Made:
    partial = folder / PARTIAL
    partial.mkdir(parents=True, exist_ok=True, mode=0o700)
    copies = Copies(partial, newest(folder))
    head = store.head()
    name = database.dump(partial)
    copies.took(name, manifest.hashed(partial / name))
    reports = database.dump(partial, database.HOTLINE)
    copies.took(reports, manifest.hashed(partial / reports))
    left_out = _files(config.state, copies, secret)
    for path in former(config.state):
        copies.copy(path, config.state / path)
    leaves = _second(config.state / "second" / "leaves", copies)
    spoilt = tuple(_blobs(config.state, copies))
    copies.drop_others()
    checkpoint = "" if head is None else bytes(head.checkpoint).decode()
    made = Manifest(now_ms, name, config.log_name, checkpoint, leaves, left_out, dict(copies.files))
    manifest.save(partial, made)
    os.sync()
    final = folder / _name(now_ms)
    partial.rename(final)
    _sync(folder)
    write(config.state / LAST, json.dumps({"made_ms": now_ms, "folder": str(final)}).encode())
    same_disk = folder.stat().st_dev == config.state.stat().st_dev
    return Made(final, made, copies.fresh, spoilt, same_disk)


def _files(state: Path, copies: Copies, secret: bytes | None) -> tuple[str, ...]:
    """Configuration, certificates and public keys; the private keys sealed, or left out."""
    found = kept(state)
    for path in found.open:
        copies.put(path, (state / path).read_bytes())
    if secret is None:
        return found.private
    private = {path: (state / path).read_bytes() for path in found.private}
    copies.put(sealed.NAME, sealed.seal(private, secret))
    return ()


def _second(source: Path, copies: Copies) -> int:
    """The second store's whole leaves in pieces; how many leaves these are."""
    if not source.exists():
        return 0
    leaves, end = second.measured(source)
    with source.open("rb") as file:
        for number, start in enumerate(range(0, end, PIECE)):
            copies.put(f"second/leaves.{number:06d}", file.read(min(PIECE, end - start)))
    return leaves


def _blobs(state: Path, copies: Copies) -> list[str]:
    """Photos and pages; those that the disk has spoilt, unless a former backup has them whole."""
    spoilt = []
    for source in sorted((state / "blobs").glob("[0-9a-f][0-9a-f]/" + "[0-9a-f]" * 64)):
        path = str(source.relative_to(state))
        if copies.has(path, source.name):
            continue
        data = blobs.get(bytes.fromhex(source.name))
        if data is None:
            spoilt.append(source.name)
        else:
            copies.put(path, data)
    return spoilt


def _name(now_ms: int) -> str:
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    return moment.strftime("%Y%m%dT%H%M%S.") + f"{now_ms % 1000:03d}Z"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
