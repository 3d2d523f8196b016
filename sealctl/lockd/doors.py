"""lockd's listening sockets, one per role, and whose processes are served on each.

Calls only `sealctl.errors`. Started by systemd, each role has a user of its own; started otherwise,
as in the demo, all processes are one user's and are not told apart.
"""

import os
import pwd
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sealctl.errors import StartError

USERS: Final[Mapping[str, str]] = {
    "panel": "sealctl-panel",
    "courier": "sealctl-syncd",
    "camera": "sealctl-camerad",
    "console": "root",
}
"""Role → the user of the unit that speaks on its socket (sysusers.conf)."""
_CREDENTIALS: Final = struct.Struct("3i")
"""unix(7), SO_PEERCRED: pid, uid, gid."""


@dataclass(frozen=True)
class Door:
    """A listening socket, and the uids that are served on it."""

    listening: socket.socket
    uids: frozenset[int]

    def admits(self, uid: int) -> bool:
        """Whether a peer's process may ask anything here."""
        return uid in self.uids


def handed_over(given: Mapping[str, socket.socket]) -> Mapping[str, Door]:
    """The sockets of systemd by role, each for that role's user alone: not even root speaks for it.

    Raises StartError where a role has no socket, a socket no role, or a user is not there.
    """
    if given.keys() != USERS.keys():
        raise StartError("internal", f"sockets of {sorted(given)}, not of {sorted(USERS)}")
    return {role: Door(one, frozenset({_uid(USERS[role])})) for role, one in given.items()}


def own(paths: Mapping[str, Path]) -> Mapping[str, Door]:
    """Sockets that this process makes, for its own user and root on all of them."""
    uids = frozenset({0, os.getuid()})
    return {role: Door(_bound(path), uids) for role, path in paths.items()}


def peer_uid(peer: socket.socket) -> int:
    """Whose process connected, as the kernel noted it then."""
    data = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    uid: int = _CREDENTIALS.unpack(data)[1]
    return uid


def _uid(user: str) -> int:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError as error:
        raise StartError("internal", f"no user {user}: run systemd-sysusers") from error


def _bound(path: Path) -> socket.socket:
    """A listening socket that is private before anybody can find it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        bound.bind(str(path))
    finally:
        os.umask(before)
    return bound
