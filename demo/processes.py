"""Starts, watches, restarts and stops the demo's processes, as systemd would.

Calls nothing of ours.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 8.0
RESTART_SECONDS = 1.0
POLL_SECONDS = 0.02


class DemoError(Exception):
    """A sentence for the person at the terminal."""


@dataclass
class Process:
    """One child: its command line, and how to see that it is ready."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool]
    popen: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    @property
    def pid(self) -> int | None:
        return self.popen.pid if self.popen and self.popen.poll() is None else None


@dataclass
class Supervisor:
    """Keeps the children running until `stop`; each logs to `logs/<name>.log`.

    One thread of its own starts every child: a child ends with the thread that started it
    (prctl(2), PR_SET_PDEATHSIG), so a caller's short-lived thread must not be that one.
    """

    logs: Path
    environment: Mapping[str, str]
    processes: list[Process] = field(default_factory=list)
    parent: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def start(self, process: Process, *, seconds: float = 30.0) -> None:
        """Start one child and wait until it is ready, else DemoError with the end of its log."""
        self.processes.append(process)
        self._spawn(process)
        wait_until(
            lambda: process.ready() or self._died(process),
            seconds,
            f"{process.name} is not ready after {seconds:.0f} s; see {self._log(process)}",
        )
        if self._died(process):
            raise DemoError(f"{process.name} ended at once:\n{self._tail(process)}")

    def tend(self) -> list[str]:
        """Restart children that ended, not more often than once a second; their names."""
        ended = [
            process
            for process in self.processes
            if self._died(process) and time.monotonic() - process.started > RESTART_SECONDS
        ]
        for process in ended:
            self._spawn(process)
        return [process.name for process in ended]

    def stop(self) -> None:
        """End all children, last started first; whoever does not listen is killed."""
        for process in reversed(self.processes):
            if process.popen and process.popen.poll() is None:
                process.popen.send_signal(signal.SIGTERM)
                try:
                    process.popen.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.popen.kill()
                    process.popen.wait()
        self.processes.clear()

    def _spawn(self, process: Process) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        with self._log(process).open("ab") as log:
            process.popen = self.parent.submit(
                subprocess.Popen,
                [*_dies_with_us(), *process.command],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment},
                start_new_session=True,
            ).result()
        process.started = time.monotonic()

    def _died(self, process: Process) -> bool:
        return process.popen is not None and process.popen.poll() is not None

    def _log(self, process: Process) -> Path:
        return self.logs / f"{process.name}.log"

    def _tail(self, process: Process, lines: int = 12) -> str:
        text = self._log(process).read_text("utf-8", "replace")
        return "\n".join(text.splitlines()[-lines:])


def wait_until(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    """Poll until true, else DemoError(complaint)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise DemoError(complaint)
        time.sleep(POLL_SECONDS)


def listening(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def _dies_with_us() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
