"""Real processes around a courier: mosquitto with mutual TLS and `sync.syncd` itself."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Event

from tests.support.contents import DEVICE
from tests.support.ports import free_port
from tests.support.township import Township
from tests.sync.pki import Pki
from wire.approval import subject

HUB = """
[origins]
staff = "http://hub.localhost"
public = "http://public.localhost"
county = "http://county.localhost"
[login]
rp_id = "hub.localhost"
[broker]
host = "127.0.0.1"
port = 1
ca = "{tls}/ca.pem"
ingest_cert = "none"
ingest_key = "none"
work_cert = "none"
work_key = "none"
[keys]
log = "none"
list = "none"
[list]
lifetime_s = 1
"""

ROOT = Path(__file__).resolve().parents[2]

ACL = """
pattern write seal/v1/%u/up/+
pattern read seal/v1/%u/down/+
user hub-ingest
topic read seal/v1/+/up/#
topic write seal/v1/+/down/#
"""


def eventually(condition: Callable[[], object], what: str, seconds: float = 15.0) -> None:
    """Until the condition holds; fails with `what` after that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        Event().wait(0.005)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Child:
    """A process that is started, killed and started again; its output goes to `log`."""

    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, **self.environment},
            )

    def end(self, how: signal.Signals) -> int:
        """Send the signal; the exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.wait()

    def kill(self) -> None:
        """kill -9, where it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.end(signal.SIGKILL)

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(10)

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")


class Broker:
    """mosquitto as the township runs it; it forgets everything when killed."""

    def __init__(self, folder: Path, pki: Pki) -> None:
        folder.mkdir(parents=True)
        self.port = free_port()
        identity = pki.server
        (folder / "acl").write_text(ACL)
        lines = [
            f"listener {self.port} 127.0.0.1",
            f"cafile {identity.ca}",
            f"certfile {identity.certificate}",
            f"keyfile {identity.key}",
            "require_certificate true",
            "use_identity_as_username true",
            f"acl_file {folder / 'acl'}",
            "set_tcp_nodelay true",
            "max_queued_messages 100000",
            "user root",
        ]
        (folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")
        command = ["mosquitto", "-c", str(folder / "mosquitto.conf")]
        self.child = Child(command, folder / "log")

    def start(self) -> None:
        self.child.start()
        eventually(lambda: listening(self.port), "the broker does not listen")

    def restart(self) -> None:
        """kill -9, and a new one without memory."""
        self.child.kill()
        self.start()


class BlobSite:
    """The hub's blob site with its real server and TLS; `grant` names pages for a machine."""

    def __init__(self, state: Path, pki: Pki) -> None:
        state.mkdir(parents=True)
        self._state = state
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        module = [sys.executable, "-m", "tests.sync.blob_site"]
        command = [*module, f"127.0.0.1:{self.port}"]
        (state / "hub.toml").write_text(HUB.format(tls=pki.folder))
        self.child = Child(command, state / "log", {"SEALHUB_STATE": str(state)})

    def start(self) -> None:
        self.child.start()
        eventually(lambda: listening(self.port), "the blob site does not listen")

    def grant(self, device: str, *pages: bytes) -> None:
        """An application of that machine with these pages."""
        folder = self._state / "granted" / device
        folder.mkdir(parents=True, exist_ok=True)
        application = Township.build().application(
            pages=tuple(sha256(one).digest() for one in pages)
        )
        (folder / str(len(list(folder.iterdir())))).write_bytes(subject.encode(application))

    def kept(self, data: bytes) -> bool:
        """Whether the bytes are on its disk."""
        name = sha256(data).hexdigest()
        file = self._state / "blobs" / name[:2] / name
        return file.exists() and file.read_bytes() == data

    def lay(self, data: bytes) -> None:
        """A page that the hub has."""
        name = sha256(data).hexdigest()
        folder = self._state / "blobs" / name[:2]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def machine_folder(
    folder: Path, pki: Pki, mqtt_port: int, blobs: str = "https://127.0.0.1:1"
) -> Path:
    """A machine folder as far as the courier reads it, enrolled; its machine.toml."""
    (folder / "photos").mkdir(parents=True)
    identity = pki.enrol(folder, DEVICE)
    toml = folder / "machine.toml"
    toml.write_text(
        f'device = "{DEVICE}"\n[hub]\nmqtt_host = "127.0.0.1"\nmqtt_port = {mqtt_port}\n'
        f'blobs = "{blobs}"\nca = "{identity.ca}"\ncertificate = "tls/device.pem"\n'
        f'key = "tls/device.key"\n'
    )
    return toml


def syncd(toml: Path) -> Child:
    """The courier of that machine, not yet started."""
    command = [sys.executable, "-m", "sync.syncd", "--config", str(toml)]
    return Child(command, toml.parent / "syncd.log")
