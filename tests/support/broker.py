"""A real mosquitto on a free port, with the hub's own configuration and certificates.

Calls `hub.devices.broker`. It can be killed and started again on the same port and memory.
"""

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hub.devices.broker import write_config


def until(condition: Callable[[], bool], what: str, *, seconds: float = 15.0) -> None:
    """Poll until it holds; AssertionError names what did not happen in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.01)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Broker:
    """`folder` keeps configuration and memory; `tls` the township's certificates."""

    folder: Path
    tls: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        conf = write_config(self.folder, tls=self.tls, host="127.0.0.1", port=self.port)
        with (self.folder / "log").open("ab") as log:
            command = ["mosquitto", "-c", str(conf)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until(lambda: listening(self.port), "mosquitto listens")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(10)
            self.process = None
