"""Every write and sync of the machine's database, recorded and, where told, failed.

Calls only ctypes. A thin file system (sqlite3_vfs) lies over the system's own, in the very library
that Python's sqlite3 uses: the product opens its journal as ever and knows nothing of it. Opening,
writing, cutting, syncing and deleting pass through here; reading, locking and shared memory go
straight to the system. A sync is noted and not done: what it would save is told by the record.
See https://sqlite.org/vfs.html and https://sqlite.org/c3ref/io_methods.html.
"""

import ctypes as c
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from tests.faults.sqlite_library import libsqlite3

OK: Final = 0
FULL: Final = 13
"""ENOSPC, as SQLite names it."""
WRITE_FAILED: Final = 10 | 3 << 8
"""EROFS or EIO at a write (SQLITE_IOERR_WRITE)."""
SYNC_FAILED: Final = 10 | 4 << 8
"""fsync said no (SQLITE_IOERR_FSYNC)."""
PERSISTENT: Final = ("", "-wal", "-journal")
"""What is on the disk beside the database's name; shared memory is rebuilt at every start."""

What = Literal["open", "write", "truncate", "sync", "delete"]


@dataclass(frozen=True)
class Event:
    """One act on a file: `name` within the folder, `offset` also the length of a truncate."""

    what: What
    name: str
    offset: int = 0
    data: bytes = b""


Verdict = Callable[[Event], int]
"""What to answer instead of doing it: an SQLite code, or OK to do it."""


def never(_: Event) -> int:
    """Nothing fails."""
    return OK


@dataclass
class Recorder:
    """Of one folder. `heard` is told what was done; `verdict` may forbid it before."""

    folder: Path
    heard: Callable[[Event], None]
    verdict: Verdict = never


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """While it lasts, databases that are opened in the recorder's folder are recorded."""
    _shim.recorders.append(recorder)
    try:
        yield
    finally:
        _shim.recorders.remove(recorder)


class _Vfs(c.Structure):
    _fields_ = (
        ("version", c.c_int),
        ("size_of_file", c.c_int),
        ("longest_path", c.c_int),
        ("next", c.c_void_p),
        ("name", c.c_char_p),
        ("data", c.c_void_p),
        ("open", c.c_void_p),
        ("delete", c.c_void_p),
        ("rest", c.c_void_p * 14),
    )


class _Methods(c.Structure):
    _fields_ = (
        ("version", c.c_int),
        ("close", c.c_void_p),
        ("read", c.c_void_p),
        ("write", c.c_void_p),
        ("truncate", c.c_void_p),
        ("sync", c.c_void_p),
        ("rest", c.c_void_p * 13),
    )


class _File(c.Structure):
    _fields_ = (("methods", c.c_void_p),)


_OPEN = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_void_p, c.c_int, c.c_void_p)
_DELETE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int)
_CLOSE = c.CFUNCTYPE(c.c_int, c.c_void_p)
_WRITE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int, c.c_int64)
_TRUNCATE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int64)
_SYNC = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int)


class _Shim:
    """The file system of that name, and the default one from its first use to the end."""

    def __init__(self) -> None:
        self.recorders: list[Recorder] = []
        self._files: dict[int, tuple[Recorder, str, Any]] = {}
        self._tables: dict[int, _Methods] = {}
        library = libsqlite3()
        library.sqlite3_vfs_find.restype = c.c_void_p
        self._below = _Vfs.from_address(library.sqlite3_vfs_find(None))
        self._open_below, self._delete_below = _OPEN(self._below.open), _DELETE(self._below.delete)
        self._kept = (_OPEN(self._open), _DELETE(self._delete))
        self._calls = (
            _CLOSE(self._close),
            _WRITE(self._write),
            _TRUNCATE(self._truncate),
            _SYNC(self._sync),
        )
        self._vfs = _Vfs.from_buffer_copy(self._below)
        self._vfs.name, self._vfs.next = b"recorder", None
        self._vfs.open, self._vfs.delete = (c.cast(one, c.c_void_p).value for one in self._kept)
        if library.sqlite3_vfs_register(c.byref(self._vfs), 1) != OK:
            raise OSError("the recorder cannot be registered")

    def _open(self, _vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        done: int = self._open_below(c.addressof(self._below), name, file, flags, out)
        found = self._recorded(name)
        if done == OK and found is not None:
            opened = _File.from_address(file)
            self._files[file] = (*found, _Methods.from_address(opened.methods))
            opened.methods = c.addressof(self._table(opened.methods))
            found[0].heard(Event("open", found[1]))
        return done

    def _delete(self, _vfs: int, name: int, sync: int) -> int:
        found = self._recorded(name)
        event = None if found is None else Event("delete", found[1])
        if found is not None and event is not None and (code := found[0].verdict(event)) != OK:
            return code
        done: int = self._delete_below(c.addressof(self._below), name, sync)
        if found is not None and event is not None and done == OK:
            found[0].heard(event)
        return done

    def _close(self, file: int) -> int:
        _, _, below = self._files.pop(file)
        return int(_CLOSE(below.close)(file))

    def _write(self, file: int, data: int, length: int, offset: int) -> int:
        name = self._files[file][1]
        event = Event("write", name, offset, c.string_at(data, length))
        write = (file, data, length, offset)
        return self._do(file, event, lambda below: int(_WRITE(below.write)(*write)))

    def _truncate(self, file: int, length: int) -> int:
        event = Event("truncate", self._files[file][1], length)
        return self._do(file, event, lambda below: _TRUNCATE(below.truncate)(file, length))

    def _sync(self, file: int, _flags: int) -> int:
        event = Event("sync", self._files[file][1])
        return self._do(file, event, lambda _: OK)

    def _do(self, file: int, event: Event, act: Callable[[Any], int]) -> int:
        recorder, _, below = self._files[file]
        if (code := recorder.verdict(event)) != OK:
            return code
        done = act(below)
        if done == OK:
            recorder.heard(event)
        return done

    def _table(self, methods: int) -> _Methods:
        """The system's own methods with ours in place of four."""
        if methods not in self._tables:
            ours = _Methods.from_buffer_copy(_Methods.from_address(methods))
            close, write, truncate, sync = (c.cast(one, c.c_void_p).value for one in self._calls)
            ours.close, ours.write, ours.truncate, ours.sync = close, write, truncate, sync
            self._tables[methods] = ours
        return self._tables[methods]

    def _recorded(self, name: int | None) -> tuple[Recorder, str] | None:
        path = None if name is None else Path(c.string_at(name).decode())
        for recorder in self.recorders:
            if path is not None and path.parent == recorder.folder and "-shm" not in path.name:
                return recorder, path.name
        return None


_shim: Final = _Shim()
