"""What systemd gives a process and hears from it. Calls nothing of ours.

sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3) and the credentials of systemd.exec(5), each
after its manual page; started without systemd, nothing is given and nothing is said.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

FIRST_FD: Final = 3
FEEDS_PER_INTERVAL: Final = 2
"""sd_watchdog_enabled(3) advises to feed when half of the time is over."""
RETRIES: Final = 4
"""So often a failed check is made again before the time is over."""


class Notifier:
    """The service manager's ear. It never blocks and never raises: silence has its own consequence
    there, a start or watchdog time-out.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    def ready(self) -> None:
        """Everything is set up: whoever waits for this process may start."""
        self._say("READY=1")

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`; line ends in it become spaces, so it says no more."""
        self._say(f"STATUS={' '.join(text.split())}")

    def alive(self) -> None:
        """Feed the watchdog; only `Watchdog` calls this."""
        self._say("WATCHDOG=1")

    def _say(self, message: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
                ear.sendto(message.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError as error:
            log.warning("service manager: %s: %s", message, error)


class Watchdog:
    """Feeds the unit's WatchdogSec= after a self-check that found nothing, and in no other way.

    A process calls `fed_by` from the loop that does its work, never from a timer or a thread of its
    own: a loop that hangs does not come by here, and is ended.
    """

    def __init__(
        self,
        notifier: Notifier,
        interval_s: float | None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`interval_s` as `watchdog_interval` returns it; None: there is no watchdog to feed."""
        self._notifier = notifier
        self._every_s = None if interval_s is None else interval_s / FEEDS_PER_INTERVAL
        self._now_s = now_s
        self._next_s = now_s()
        self._wrong: str | None = None

    def fed_by(self, check: Callable[[], str | None]) -> None:
        """Run the check if it is due; None feeds, a text says what is wrong and becomes the status.

        What the check raises goes through, and nothing is fed.
        """
        if self._every_s is None or self._now_s() < self._next_s:
            return
        wrong = check()
        self._report(wrong)
        if wrong is None:
            self._notifier.alive()
        wait_s = self._every_s if wrong is None else self._every_s / RETRIES
        self._next_s = self._now_s() + wait_s

    def _report(self, wrong: str | None) -> None:
        """Say once what is wrong, and once that it no longer is."""
        if wrong == self._wrong:
            return
        self._wrong = wrong
        log.warning("self-check: %s", wrong or "sound again")
        self._notifier.status(f"self-check: {wrong}" if wrong else "")


class Beats:
    """Signs of life of a process's threads, for its self-check: each says so in every round."""

    def __init__(
        self, longest_s: Mapping[str, float], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        """`longest_s`: by thread, the longest that one of its rounds may take."""
        self._longest_s = dict(longest_s)
        self._now_s = now_s
        self._last_s = dict.fromkeys(longest_s, now_s())

    def beat(self, name: str) -> None:
        """The thread begins a round."""
        self._last_s[name] = self._now_s()

    def late(self) -> str | None:
        """Which threads are in a round for too long; None: all go on."""
        now_s = self._now_s()
        late = [name for name, last in self._last_s.items() if now_s - last > self._longest_s[name]]
        return f"stuck: {', '.join(late)}" if late else None


def watchdog_interval(environ: Mapping[str, str] = os.environ) -> float | None:
    """Seconds after which systemd ends a process that is not heard; None where it does not watch.

    Raises ValueError for what systemd never sets.
    """
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    value = environ.get("WATCHDOG_USEC")
    if value is None:
        return None
    if not value.isdecimal() or int(value) == 0:
        raise ValueError(f"WATCHDOG_USEC={value!r}")
    return int(value) / 1_000_000


def listen_fds(environ: Mapping[str, str] = os.environ) -> dict[str, socket.socket]:
    """The listening sockets that systemd holds for this process, by FileDescriptorName=.

    Empty without socket activation. Raises ValueError where count and names do not agree, OSError
    where a descriptor is no socket.
    """
    if environ.get("LISTEN_PID") != str(os.getpid()):
        return {}
    count, names = environ.get("LISTEN_FDS", ""), environ.get("LISTEN_FDNAMES", "").split(":")
    if not count.isdecimal() or len(names) != int(count) or len(set(names)) != len(names):
        raise ValueError(f"LISTEN_FDS={count!r} LISTEN_FDNAMES={':'.join(names)!r}")
    return {name: _adopted(FIRST_FD + number) for number, name in enumerate(names)}


def credential(name: str, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file of a LoadCredential= that only this unit can read; None where there is none."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder) / name if folder else None
    return path if path is not None and path.exists() else None


def _adopted(descriptor: int) -> socket.socket:
    """The socket, not to be inherited by this process's own children."""
    os.set_inheritable(descriptor, False)
    return socket.socket(fileno=descriptor)
