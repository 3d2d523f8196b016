"""A whole hub for tests: state folder, imported township, real broker, real processes, a machine.

Calls `hub`, `sync.enrol` and `tests.support`.
"""

import atexit
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self

from hub.config import FILE, Origins
from hub.devices.ca import ensure_crl, sign_csr
from hub.init import initialise, pin_root
from hub.mqtt import Address, Connected, Failed, Link, Message
from sync.enrol import new_request
from tests.hub.journal_rig import Journal, Written
from tests.support.broker import Broker, until
from tests.support.contents import DEVICE
from tests.support.ports import free_port
from tests.support.township import Township
from tests.support.witness import NAME, WitnessProcess
from wire import messages, topics
from wire.lists import content
from wire.lists.content import Grant, Grants
from wire.sig import PublicKey
from wire.tlog import note, proof_file
from wire.tlog.checkpoint import Checkpoint

LOG = "town.example/log"
ORIGINS: Final = Origins(*(f"http://{name}.localhost" for name in ("hub", "public", "county")))
SECTION = """
[hub]
mqtt_host = "127.0.0.1"
mqtt_port = {port}
blobs = "https://127.0.0.1:{blobs}"
ca = "tls/ca.pem"
certificate = "tls/device.pem"
key = "tls/device.key"
"""


@dataclass
class Hub:
    """`journal` is the machine's; its key stands on the imported list of machines."""

    state: Path
    broker: Broker
    township: Township
    journal: Journal
    log_vkey: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    alone: bool = False

    @classmethod
    def build(
        cls,
        folder: Path,
        now_ms: int,
        *,
        broker: bool = True,
        key: PublicKey | None = None,
        witness: WitnessProcess | None = None,
        **options: Any,
    ) -> Self:
        """Initialised, the township imported; no process of its own yet. `broker`: it runs.

        `key`: the record key of a machine that writes its own journal, in place of `journal`'s.
        `witness`: whom the policy asks for every receipt that counts; it follows the log.
        """
        state, port, journal = folder / "hub", free_port(), Journal(now_ms=now_ms)
        if "SEALHUB_DATABASE" not in os.environ:
            options["database"] = _migrated
        new = initialise(state, origins=ORIGINS, broker_port=port, log_name=LOG, **options)
        policy: dict[str, Any] = {"log_origin": LOG, "log_key": new.log_vkey}
        if witness is not None:
            policy |= {"witnesses": (witness.vkey,), "quorum": 1}
            witness.run("add-log", new.log_vkey)
            with (state / FILE).open("a") as toml:
                toml.write(f'\n[witness]\n"{NAME}" = "{witness.url}"\n')
        township = Township.build(key or journal.key, policy=policy, now_ms=now_ms)
        (state / "keys" / "list.pem").write_bytes(township.keys.hub.private_bytes)
        pin_root(state, sha256(township.roots[0]).digest())
        made = cls(state, Broker(folder / "broker", state / "tls", port), township, journal, "")
        made.log_vkey = new.log_vkey
        made.import_package(township)
        made.alone = not broker
        if broker:
            made.broker.start()
        return made

    def import_package(self, township: Township) -> None:
        self.township = township
        file = self.state.parent / "package"
        file.write_bytes(township.package)
        self.run("list", "import", str(file))

    def run(self, *arguments: str) -> str:
        """A command of `sealhub`; AssertionError with what it said where it refuses."""
        done = self.command(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "hub.cli", *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )

    def approve(self, *grants: Grant) -> None:
        """File these applications with their approvals, as the pages would."""
        file = self.state.parent / "grants"
        file.write_bytes(content.encode(Grants(1, DEVICE, grants, (), (), (), None)))
        command = [sys.executable, "-m", "tests.support.approved", str(file)]
        subprocess.run(command, env=self.environment, check=True, timeout=60)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "SEALHUB_STATE": str(self.state)}

    def start(self, *arguments: str) -> None:
        """Start a process; with a broker, those that say ready are waited for."""
        name = arguments[0]
        log = self.said(name)
        before = log.stat().st_size if log.exists() else 0
        with log.open("ab") as out:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "hub.cli", *arguments],
                env=self.environment,
                stdout=out,
                stderr=out,
            )
        if name in ("ingest", "work", "alarms", "site") and not self.alone:
            until(lambda: b"ready" in log.read_bytes()[before:], f"{name} is ready: {log}")

    def said(self, name: str) -> Path:
        """The log of a process."""
        return self.state.parent / f"{name}.log"

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code."""
        process = self.processes.pop(name)
        process.send_signal(number)
        return process.wait(15)

    def close(self) -> None:
        for name in list(self.processes):
            self.stop(name)
        if not self.alone:
            self.broker.stop()

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        """What stands in the hub's database, read only."""
        uri = f"file:{self.state / 'hub.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=20)) as database:
            return database.execute(query, arguments).fetchall()

    def connect(self, folder: Path) -> None:
        """Let the courier of a machine folder reach this hub: certificate and [hub] are written."""
        request, tls = new_request(folder, DEVICE), self.state / "tls"
        (folder / "tls" / "device.pem").write_bytes(sign_csr(tls, request, DEVICE))
        shutil.copy(tls / "ca.pem", folder / "tls" / "ca.pem")
        with (folder / "machine.toml").open("a") as toml:
            toml.write(SECTION.format(port=self.broker.port, blobs=free_port()))

    def client(self, device: str = DEVICE) -> "Machine":
        """A machine with a certificate of the township, connected."""
        folder = self.state.parent / device
        request = new_request(folder, device)
        (folder / "tls" / "device.pem").write_bytes(sign_csr(self.state / "tls", request, device))
        tls = self.state / "tls"
        address = Address(
            "127.0.0.1",
            self.broker.port,
            tls / "ca.pem",
            folder / "tls" / "device.pem",
            folder / "tls" / "device.key",
        )
        return Machine(device, Link(address, device, [topics.down(DEVICE, "+")]))

    def verify(self, written: Written, receipt: bytes) -> Checkpoint:
        """The head under which a receipt proves that entry."""
        log = note.verifier(self.log_vkey)
        proof = proof_file.decode(receipt)
        return proof_file.verify(proof, written.hash, log=log, witnesses=[], quorum=0)


class Machine:
    """What a machine's courier says and hears; it sends nothing twice by itself."""

    def __init__(self, device: str, link: Link) -> None:
        self.device = device
        self.link = link
        self.receipts: dict[int, bytes] = {}
        self.lists: list[bytes] = []
        self.commands: list[bytes] = []
        self.connected = 0
        link.start()
        self.until(lambda: self.connected > 0, "connected")

    def until(self, condition: Any, what: str, *, seconds: float = 15.0) -> None:
        def holds() -> bool:
            self._hear()
            return bool(condition())

        until(holds, what, seconds=seconds)

    def send(self, *written: Written, openings: bool = True, of: str = DEVICE) -> None:
        """Entries in one message, then their openings in another."""
        self.publish("entry", messages.encode_entries([one.envelope for one in written]), of=of)
        beside = [one.openings for one in written if one.openings is not None]
        if openings and beside:
            self.publish("opening", messages.encode_openings(beside), of=of)

    def publish(self, what: str, payload: bytes, *, of: str = DEVICE) -> None:
        self.link.publish(f"seal/v1/{of}/up/{what}", payload)

    def receipted(self, written: Iterable[Written]) -> None:
        """Until there is a receipt for each of these."""
        seqs = {one.entry.seq for one in written}
        self.until(lambda: seqs <= self.receipts.keys(), f"receipts for {sorted(seqs)}")

    def _hear(self) -> None:
        while not self.link.events.empty():
            event = self.link.events.get()
            assert not isinstance(event, Failed), event
            if isinstance(event, Connected):
                self.connected += 1
            elif isinstance(event, Message):
                self._take(event)

    def _take(self, message: Message) -> None:
        self.link.acknowledge(message)
        if message.topic.endswith("/list"):
            self.lists.append(message.payload)
        elif message.topic.endswith("/command"):
            self.commands.append(message.payload)
        else:
            self.receipts |= dict(messages.decode_receipts(message.payload))


def _migrated(state: Path) -> None:
    """As `sealhub migrate` leaves a new folder, without its seconds of work."""
    for name in ("hub.sqlite3", "hotline.sqlite3"):
        shutil.copyfile(_empty() / name, state / name)
    ensure_crl(state / "tls")


@cache
def _empty() -> Path:
    """A new hub, its databases made by `sealhub migrate` once a process."""
    folder = Path(tempfile.mkdtemp(prefix="sealctl-hub-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    initialise(folder / "hub", origins=ORIGINS)
    return folder / "hub"
