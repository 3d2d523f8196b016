"""What systemd and a process tell each other, seen from systemd's end. Calls nothing of ours."""

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

FIRST_FD = 3


class Manager:
    """The service manager's end of NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.setblocking(False)

    def heard(self) -> list[str]:
        messages = []
        while True:
            try:
                messages.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return messages


def started(
    command: Sequence[str],
    *,
    notify: Path,
    watchdog_s: float,
    sockets: Mapping[str, socket.socket] | None = None,
    credentials: Path | None = None,
) -> subprocess.Popen[bytes]:
    """The command as a unit's main process: with these sockets by name as descriptors 3, 4, …"""
    held = dict(sockets or {})
    moved = "".join(
        f"exec {FIRST_FD + at}<&{one.fileno()}; " for at, one in enumerate(held.values())
    )
    given = "export LISTEN_PID=$$; " if held else ""
    environment = {
        **os.environ,
        "NOTIFY_SOCKET": str(notify),
        "WATCHDOG_USEC": str(int(watchdog_s * 1_000_000)),
        "LISTEN_FDS": str(len(held)),
        "LISTEN_FDNAMES": ":".join(held),
    }
    if credentials is not None:
        environment["CREDENTIALS_DIRECTORY"] = str(credentials)
    return subprocess.Popen(
        ["bash", "-c", f'{moved}{given}exec "$0" "$@"', *command],
        env=environment,
        pass_fds=[one.fileno() for one in held.values()],
    )


def listening(path: Path) -> socket.socket:
    """A socket as a .socket unit makes it."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    made.listen()
    return made
