"""Releases of the machines' software that the officers signed: kept for machines to fetch.

Calls `hub.config` and `wire.lists`. The hub holds them against the pinned root only so that nothing
useless is carried: each machine judges for itself.
"""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Final

from hub.config import Config
from wire.errors import WireError
from wire.lists import offer, releases
from wire.lists.adopt import pin_root
from wire.lists.offer import NAME, Release
from wire.refusals import Refused

FOLDER: Final = "releases"


def import_folder(folder: Path, config: Config, now_ms: int) -> list[str]:
    """Names of the archives that are now offered; raises Refused, and then what was offered stays.

    The offer is written last, so that whatever it names is there.
    """
    if config.root_sha256 is None:
        raise Refused("list_invalid", "no county root is pinned: give --root-sha256")
    data = _read(folder / NAME)
    kept = config.state / FOLDER
    former = _read(kept / NAME) if (kept / NAME).exists() else None
    root = pin_root(_first_root(data), config.root_sha256).root
    found = releases.accept(data, pinned=root, trusted=former, now_ms=now_ms)
    for one in found.releases:
        _hold(folder / one.file, one)
    kept.mkdir(mode=0o700, exist_ok=True)
    for one in found.releases:
        _keep(folder / one.file, kept / one.file)
    _keep(folder / NAME, kept / NAME)
    names = {one.file for one in found.releases}
    for old in kept.iterdir():
        if old.name not in {NAME, *names}:
            old.unlink()
    return sorted(names)


def offered(state: Path, name: str) -> Path | None:
    """The offer, or an archive that it names; None for every other name."""
    folder = state / FOLDER
    if not (folder / NAME).exists():
        return None
    try:
        names = {NAME, *(one.file for one in offer.named(_read(folder / NAME)))}
    except WireError:
        return None
    return folder / name if name in names and (folder / name).exists() else None


def _first_root(data: bytes) -> bytes:
    try:
        return offer.decode(data).roots[0]
    except WireError as error:
        raise Refused("release_invalid", error.detail) from error


def _hold(path: Path, release: Release) -> None:
    found = path.exists() and path.stat().st_size == release.size
    if found:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").digest() == release.sha256
    if not found:
        raise Refused("release_damaged", release.file)


def _keep(source: Path, target: Path) -> None:
    beside = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, beside)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(target)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(offer.LIMIT + 1)
