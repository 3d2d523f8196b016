"""Photos on disk, durable before anybody hears of them. Calls nothing of ours."""

import hashlib
import os
from pathlib import Path
from typing import Final

_NEW: Final = ".new"


def prepare(folder: Path) -> None:
    """Make the folder; drop what a power cut left half written."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in folder.glob(f".*{_NEW}"):
        left.unlink(missing_ok=True)


def keep(folder: Path, jpeg: bytes) -> bytes:
    """Write a photo under its SHA-256, which is returned, and make sure that it stays."""
    digest = hashlib.sha256(jpeg).digest()
    beside = folder / f".{digest.hex()}{_NEW}"
    with beside.open("wb") as file:
        file.write(jpeg)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(photo_path(folder, digest))
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return digest


def photo_path(folder: Path, sha256: bytes) -> Path:
    """Where a photo lies."""
    return folder / f"{sha256.hex()}.jpg"


def page_path(folder: Path, sha256: bytes) -> Path:
    """Where an approved page lies."""
    return folder / sha256.hex()


def read(path: Path, sha256: bytes) -> bytes:
    """The file's bytes; none at all where it is missing or is not what its name says."""
    try:
        data = path.read_bytes()
    except OSError:
        return b""
    return data if hashlib.sha256(data).digest() == sha256 else b""
