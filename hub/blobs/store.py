"""Keeps photos and approved pages: one file per SHA-256, one row that says what it is.

Calls only `hub.blobs.models`. A file is on disk, whole, before its row is.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from hub.blobs.models import Blob


def put(data: bytes, kind: str, source: str) -> bytes:
    """Keep these bytes durably; their SHA-256. Putting them again changes nothing."""
    sha256 = hashlib.sha256(data).digest()
    path = _path(sha256)
    if get(sha256) is None:
        _write(path, data)
    Blob.objects.get_or_create(
        sha256=sha256, defaults={"size": len(data), "kind": kind, "source": source}
    )
    return sha256


def get(sha256: bytes) -> bytes | None:
    """The bytes of that hash; None where there are none, or where the disk spoilt them."""
    try:
        data = _path(sha256).read_bytes()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).digest() == sha256 else None


def written_ms(sha256: bytes) -> int:
    """When its file was written, by the disk's clock; 0 where there is none."""
    try:
        return _path(sha256).stat().st_mtime_ns // 1_000_000
    except FileNotFoundError:
        return 0


def remove(sha256: bytes) -> None:
    """Nothing of it is kept any more; the file goes first, so that no row is lost to a crash."""
    _path(sha256).unlink(missing_ok=True)
    Blob.objects.filter(sha256=sha256).delete()


def _path(sha256: bytes) -> Path:
    name = sha256.hex()
    return Path(settings.STATE) / "blobs" / name[:2] / name


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
