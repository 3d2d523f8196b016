"""Photos on disk, durable before anybody hears of them. Calls nothing of ours."""

import hashlib
import os
from pathlib import Path


def keep(folder: Path, jpeg: bytes) -> bytes:
    """Write a photo under its SHA-256, which is returned, and make sure that it stays."""
    digest = hashlib.sha256(jpeg).digest()
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{digest.hex()}.new"
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


def read(path: Path, sha256: bytes) -> bytes:
    """The file's bytes; none where it is gone or is not what its name says."""
    try:
        data = path.read_bytes()
    except OSError:
        return b""
    return data if hashlib.sha256(data).digest() == sha256 else b""
