"""A release's archive and its unpacked tree: nothing but folders, plain files, and one link to the
system's Python. Calls nothing of ours.
"""

import hashlib
import lzma
import os
import shutil
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

UNPACKED_LIMIT: Final = 2 << 30
PYTHON: Final = "bin/python"
"""The one name under which a link may stand."""
CACHE: Final = "__pycache__"


class TreeError(Exception):
    """The archive is none, or the tree is not the archive's; English, for a refusal's detail."""


def unpack(archive: Path, folder: Path) -> None:
    """Make `folder`, new, of the archive, and have all of it on disk; raises TreeError."""
    folder.mkdir(mode=0o755)
    for member, data in _members(archive):
        path = folder / member.name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        if data is None:
            path.symlink_to(member.linkname)
        else:
            path.write_bytes(data)
            path.chmod(_mode(member))
    os.sync()


def differs(archive: Path, folder: Path) -> str | None:
    """How the tree is not the archive's; None where it is. Compiled files are removed before."""
    for cache in list(folder.rglob(CACHE)):
        shutil.rmtree(cache)
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if _is_leaf(path)}
    for member, data in _members(archive):
        path = folder / member.name
        if member.name not in left or not _same(path, member, data):
            return f"{member.name} is not the archive's"
        left.discard(member.name)
    return f"{min(left)} is not in the archive" if left else None


def digest(path: Path) -> bytes:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _members(archive: Path) -> Iterator[tuple[tarfile.TarInfo, bytes | None]]:
    """Every file with its bytes, and the link with None; folders follow from the names."""
    room, seen = UNPACKED_LIMIT, set[str]()
    try:
        with tarfile.open(archive, "r|xz") as opened:
            for member in opened:
                _check_name(member.name)
                if member.isdir():
                    continue
                room -= member.size
                if room < 0:
                    raise TreeError("more than a release may be")
                if member.name in seen:
                    raise TreeError(f"{member.name} stands twice")
                seen.add(member.name)
                if member.issym() and member.name == PYTHON:
                    yield member, None
                    continue
                file = opened.extractfile(member) if member.isreg() else None
                if file is None:
                    raise TreeError(f"{member.name} is no plain file")
                yield member, file.read()
    except (tarfile.TarError, lzma.LZMAError, EOFError, OSError) as error:
        raise TreeError(f"the archive cannot be read: {error}") from error


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    plain = not path.is_absolute() and ".." not in path.parts and CACHE not in path.parts
    if not plain or path.as_posix() != name:
        raise TreeError(f"{name!r} is no name within a release")


def _is_leaf(path: Path) -> bool:
    return path.is_symlink() or not path.is_dir()


def _same(path: Path, member: tarfile.TarInfo, data: bytes | None) -> bool:
    found = path.lstat().st_mode
    if data is None:
        return stat.S_ISLNK(found) and str(path.readlink()) == member.linkname
    own = stat.S_ISREG(found) and stat.S_IMODE(found) == _mode(member)
    return own and path.read_bytes() == data


def _mode(member: tarfile.TarInfo) -> int:
    return 0o755 if member.mode & 0o100 else 0o644
