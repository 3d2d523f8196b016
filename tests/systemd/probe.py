"""Run in place of a process of the machine, in its unit's sandbox: what can be reached from there.

Calls nothing of ours and prints JSON. `tests/systemd/boot_units.py` puts it into the units.
"""

import ctypes
import json
import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

MACHINE = Path("/var/lib/sealctl")
SOCKETS = ("panel", "courier", "camera", "console", "preview")
READ = ("journal.sqlite3", "keys/record.pem", "tls/device.key", "tls/device.pem", "machine.toml")
WRITE = ("journal.sqlite3", "tally", "machine.toml", "photos/new", "pages/new")


def can(action: Callable[[], object]) -> bool:
    try:
        action()
    except OSError:
        return False
    return True


def found() -> set[str]:
    """The names of everything that works."""
    credentials = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nonexistent"))
    every: dict[str, Callable[[], object]] = {
        **{f"socket {name}": partial(connect, name) for name in SOCKETS},
        **{f"read {name}": (MACHINE / name).read_bytes for name in READ},
        **{f"write {name}": partial(write, MACHINE / name) for name in WRITE},
        "credential record.pem": (credentials / "record.pem").read_bytes,
        "credential device.key": (credentials / "device.key").read_bytes,
        "remove machine.toml": lambda: (MACHINE / "machine.toml").rename(MACHINE / "moved"),
        "write /etc": lambda: write(Path("/etc/new")),
        "panel page": panel_page,
        "internet": lambda: socket.socket(socket.AF_INET).close(),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close(),
        "namespace": unshare,
        "see others": lambda: Path("/proc/1/status").read_bytes(),
    }
    return {name for name, action in every.items() if can(action)}


def connect(name: str) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(f"/run/sealctl/{name}.sock")


def panel_page() -> None:
    with socket.create_connection(("127.0.0.1", 8703)) as one:
        one.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1:8703\r\n\r\n")
        if not one.recv(64).startswith(b"HTTP/1.1 200"):
            raise OSError("not the panel")


def write(path: Path) -> None:
    with path.open("ab"):
        pass


def unshare() -> None:
    """unshare(2) with CLONE_NEWUSER; Python has it since 3.12 only."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x10000000) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


if __name__ == "__main__":
    print(json.dumps({"network": os.readlink("/proc/self/ns/net"), "can": sorted(found())}))  # noqa: PTH115
