"""The libsqlite3 that Python's sqlite3 module has loaded. Calls only ctypes."""

import _sqlite3
import ctypes
from pathlib import Path


def libsqlite3() -> ctypes.CDLL:
    """The library; OSError where this Python has SQLite built in and cannot be listened to."""
    names = {line.split()[-1] for line in Path("/proc/self/maps").read_text("utf-8").splitlines()}
    loaded = [name for name in names if "libsqlite3" in name]
    library = ctypes.CDLL(loaded[0] if loaded else _sqlite3.__file__)
    if not hasattr(library, "sqlite3_vfs_register"):
        raise OSError("this Python has SQLite built in: use one that loads libsqlite3")
    return library
