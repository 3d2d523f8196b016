"""One machine's folders on a stick. Calls only `wire.carried`.

A stick is anybody's: nothing on it is followed (no link, no name from a file), nothing is read
beyond the length that is permitted, and only files that we could have written are ever replaced.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wire import carried
from wire.carried import Item, Manifest, Way
from wire.errors import WireError

SPARE_BYTES: Final = 1 << 20
"""Room left on the stick for folders and the manifest."""
README: Final = "README.txt"
README_TEXT: Final = """\
这个文件夹在印章机和镇平台之间传送记录、照片和清单。请勿改动。
This folder carries records, photos and lists between a seal machine and its township.
Leave it as it is.
"""

_OURS: Final = re.compile(r"(?:[0-9a-f]{64}|\.[0-9a-z.]{1,80}\.part)")
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class StickError(OSError):
    """The stick cannot be used; the text says why, in Chinese and English."""


@dataclass(frozen=True)
class Source:
    """A file to be put on the stick; `load` gives its bytes when their turn comes."""

    item: Item
    load: Callable[[], bytes]


@dataclass(frozen=True)
class Put:
    """How many bytes were new on the stick, and how many files there was no room for."""

    new_bytes: int
    left_out: int


class Found:
    """What one way of one machine holds. `manifest` is None where there is none that can be used,
    `why` (zh, en) then says why; both None where nothing was ever written.
    """

    def __init__(self, folder: int | None, device: str, way: Way) -> None:
        self._folder = folder
        self.manifest: Manifest | None = None
        self.why: tuple[str, str] | None = None
        if folder is not None:
            self._open(folder, device, way)

    def data(self, item: Item) -> bytes | None:
        """The file's bytes; None where it is missing, no plain file, or other bytes than named."""
        if self._folder is None:
            return None
        data = _read(self._folder, item.sha256.hex(), item.size)
        return data if data is not None and _is(item, data) else None

    def _open(self, folder: int, device: str, way: Way) -> None:
        data = _read(folder, carried.MANIFEST, carried.LIMIT)
        if data is None:
            if any(_OURS.fullmatch(name) for name in _names(folder)):
                self.why = (
                    "U盘没有写完就被拔出：没有文件目录。",
                    "The stick was pulled out half written: it has no manifest.",
                )
            return
        try:
            manifest = carried.decode_manifest(data)
        except WireError as error:
            self.why = ("U盘上的文件目录不能读。", f"The stick's manifest cannot be read: {error}")
            return
        if (manifest.device, manifest.way) != (device, way):
            self.why = ("U盘上的文件目录属于别的机器。", "The manifest is another machine's.")
            return
        self.manifest = manifest


def devices(stick: Path) -> list[str]:
    """Machines that have a folder on the stick."""
    with _folders(stick) as (root, _):
        if root is None:
            return []
        with os.scandir(root) as entries:
            folders = [one.name for one in entries if one.is_dir(follow_symlinks=False)]
    return sorted(name for name in folders if carried.is_device(name))


@contextmanager
def opened(stick: Path, device: str, way: Way) -> Iterator[Found]:
    """What lies there for one machine, to be read inside the block; raises StickError."""
    with _folders(stick, device, way) as (folder, _):
        yield Found(folder, device, way)


def put(
    stick: Path,
    device: str,
    way: Way,
    sources: Sequence[Source],
    *,
    made_ms: int,
    more: Sequence[Source] = (),
) -> Put:
    """Make these the files of one way, and as many of `more` as there is room for, in their order;
    the manifest comes last.

    Files that are there whole already are left. Raises StickError where `sources` do not all fit
    (before anything is written), where a link is in the way, or where the stick fails.
    """
    with _folders(stick, device, way, make=True) as (folder, root):
        if folder is None or root is None:
            raise StickError(f"{stick}: 不能写。 Cannot be written.")
        missing = [one for one in sources if not _there(folder, one.item)]
        room = _room(folder, sum(one.item.size for one in missing))
        kept = list(sources)
        for source in more:
            if _there(folder, source.item):
                kept.append(source)
            elif source.item.size <= room:
                kept.append(source)
                missing.append(source)
                room -= source.item.size
        manifest = Manifest(device, way, made_ms, tuple(source.item for source in kept))
        with _said(stick):
            if _read(root, README, len(README_TEXT.encode())) is None:
                _write(root, README, README_TEXT.encode())
            for source in missing:
                data = source.load()
                if not _is(source.item, data):
                    raise StickError("文件在写入时变了。 A file changed while it was written.")
                _write(folder, source.item.sha256.hex(), data)
            os.fsync(folder)
            _write(folder, carried.MANIFEST, carried.encode_manifest(manifest))
            os.fsync(folder)
            _forget(folder, {source.item.sha256.hex() for source in kept})
    new_bytes = sum(source.item.size for source in missing)
    return Put(new_bytes, len(sources) + len(more) - len(kept))


@contextmanager
def _folders(
    stick: Path, *below: str, make: bool = False
) -> Iterator[tuple[int | None, int | None]]:
    """The folder `sealctl/…below`, and `sealctl` itself; None where there is none."""
    handles: list[int] = []
    try:
        with _said(stick):
            handles.append(os.open(stick, os.O_RDONLY | os.O_DIRECTORY))
            names = (carried.ROOT, *below)
            for name in names:
                found = _folder(handles[-1], name, make=make)
                if found is None:
                    break
                handles.append(found)
        root = handles[1] if len(handles) > 1 else None
        yield handles[-1] if len(handles) == len(names) + 1 else None, root
    finally:
        for handle in handles:
            os.close(handle)


def _folder(parent: int, name: str, *, make: bool) -> int | None:
    """A folder below another, never through a link."""
    if make:
        with suppress(FileExistsError):
            os.mkdir(name, 0o777, dir_fd=parent)
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        return None


def _read(folder: int, name: str, most: int) -> bytes | None:
    """A plain file's bytes, at most so many; None for whatever else stands under that name."""
    try:
        handle = os.open(name, _FILE, dir_fd=folder)
    except OSError:
        return None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            return None
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(most)
    except OSError:
        return None
    finally:
        os.close(handle)


def _there(folder: int, item: Item) -> bool:
    data = _read(folder, item.sha256.hex(), item.size)
    return data is not None and _is(item, data)


def _is(item: Item, data: bytes) -> bool:
    return len(data) == item.size and hashlib.sha256(data).digest() == item.sha256


def _write(folder: int, name: str, data: bytes) -> None:
    """A file that is seen whole or not at all."""
    beside = f".{name}.part"
    with suppress(FileNotFoundError):
        os.unlink(beside, dir_fd=folder)
    with os.fdopen(os.open(beside, _NEW, 0o666, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)


def _forget(folder: int, kept: set[str]) -> None:
    """Remove what earlier journeys left under our kind of names, and nothing else."""
    for name in _names(folder):
        if _OURS.fullmatch(name) and name not in kept:
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)


def _names(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [one.name for one in entries]


def _room(folder: int, needed: int) -> int:
    """What is left beside what is needed; StickError where that does not fit."""
    found = os.fstatvfs(folder)
    free = found.f_bavail * found.f_frsize
    if needed + SPARE_BYTES > free:
        raise StickError(
            f"U盘空间不够：需要 {_mib(needed + SPARE_BYTES)} MiB，只有 {_mib(free)} MiB。 "
            f"The stick is too full: {_mib(needed + SPARE_BYTES)} MiB needed, {_mib(free)} free."
        )
    return free - needed - SPARE_BYTES


def _mib(count: int) -> str:
    return f"{count / (1 << 20):.1f}"


@contextmanager
def _said(where: Path) -> Iterator[None]:
    """Errors of the system, with a sentence."""
    try:
        yield
    except StickError:
        raise
    except OSError as error:
        raise StickError(f"{where}: U盘不能用。 The stick cannot be used: {error}") from error
