"""A hub with its enrolment site and an empty machine folder, between them the real commands.

Calls `tests.support` and `tests.sync.rig`.
"""

import contextlib
import hashlib
import io
import json
import secrets
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from demo.processes import Process, Supervisor
from hub.clock import now_ms
from hub.devices.ca import fingerprint
from sealctl import cli
from sealctl.signer import FileSigner
from sync import enrol
from sync.enrolment import fetch_ca
from tests.support.broker import listening, until
from tests.support.contents import VILLAGE, VILLAGE_NAME
from tests.support.hub import Hub
from tests.support.office import _answers
from tests.support.ports import free_port
from wire.lists.content import Machine, Seal
from wire.provisioning import proof, token
from wire.provisioning.messages import Join
from wire.provisioning.proof import Proof
from wire.provisioning.reasons import REASONS
from wire.provisioning.token import JoinToken

NEW = "sunrise-2"
HARDWARE = """\
# the village hall
[panel]
host = "127.0.0.1"
port = 8703
[hardware.press]
driver = "sim"
[hardware.camera]
driver = "sim"
"""
SEALS = (Seal("seal-committee", "committee", "晨光村村民委员会章", 2, "A2", "active"),)


@dataclass
class Field:
    """A township, and the machine that is to join it: `folder` is the machine's, `county` holds
    what the county handed over on its own medium.
    """

    hub: Hub
    folder: Path
    county: Path
    port: int
    blobs: int
    device: str = NEW
    house: Supervisor = field(init=False)

    def __post_init__(self) -> None:
        self.house = Supervisor(self.folder.parent / "logs", {})

    @classmethod
    def open(cls, base: Path, *processes: str) -> "Field":
        """The hub with its enrolment site and these processes; of the machine, its parts alone."""
        port, blobs = free_port(), free_port()
        hub = Hub.build(
            base,
            now_ms(),
            broker=bool(processes),
            enrol=f"https://127.0.0.1:{port}",
            blobs=f"https://127.0.0.1:{blobs}",
        )
        made = cls(hub, base / "machine", base / "county", port, blobs)
        made.folder.mkdir()
        made.county.mkdir()
        hub.run("broker", "config", str(hub.broker.folder))
        (made.county / "root.json").write_bytes(hub.township.roots[0])
        (base / "hardware.toml").write_text(HARDWARE)
        made.start_site()
        for name in processes:
            arguments = ("--listen", f"127.0.0.1:{blobs}") if name == "blobs" else ()
            hub.start(name, *arguments)
        return made

    def start_site(self) -> None:
        self.hub.start("enrol", "--listen", f"127.0.0.1:{self.port}")
        url = f"https://127.0.0.1:{self.port}"
        until(lambda: listening(self.port), "the enrolment site listens")
        fetch_ca(url, fingerprint(self.hub.state / "tls"))

    def close(self) -> None:
        self.house.stop()
        self.hub.close()

    @property
    def root_sha256(self) -> str:
        return hashlib.sha256(self.hub.township.roots[0]).hexdigest()

    def another(self, name: str) -> "Field":
        """An empty machine folder beside this one, in the same township."""
        folder = self.folder.parent / name
        folder.mkdir()
        return replace(self, folder=folder)

    def add(self, *options: str, device: str = "") -> str:
        """What `sealhub device add` prints last."""
        name = device or self.device
        return self.hub.run("device", "add", name, "--village", VILLAGE, *options).splitlines()[-1]

    def token(self, device: str = "", *, serial: str = "") -> str:
        """A token as that command makes it, only sooner: straight into the hub's table."""
        hub, ca_sha256 = f"https://127.0.0.1:{self.port}", fingerprint(self.hub.state / "tls")
        made = JoinToken(device or self.device, hub, ca_sha256, secrets.token_bytes(16))
        now = now_ms()
        row = (made.name, made.device, VILLAGE, serial, "", now, now + 3_600_000)
        with closing(sqlite3.connect(self.hub.state / "hub.sqlite3", timeout=20)) as database:
            database.execute(
                "INSERT INTO devices_invitation (name, device, village, serial, replaces, "
                "created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            database.commit()
        return token.encode(made)

    def refused(self, *arguments: str) -> str:
        """The code with which `sealctl provision` ends here, having said in two languages what is
        wrong and what to do.
        """
        done = self.here(*arguments)
        assert done.returncode == 1, done.stderr
        zh, en, last = [line for line in done.stderr.splitlines() if line[:1] != "✓"]
        code = last[1:].partition("]")[0]
        known = REASONS[code]
        assert (zh, en) == (known.zh + known.next_zh, f"{known.en} {known.next_en}")
        return code

    def here(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """`sealctl provision` in this process, which is sooner."""
        command = ["--config", str(self.folder / "machine.toml"), "provision", *arguments]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stderr(err), contextlib.redirect_stdout(out):
            status = cli.main(command)
        return subprocess.CompletedProcess(command, status, out.getvalue(), err.getvalue())

    def join(self, text: str, *arguments: str) -> None:
        """The first half; AssertionError with what was said where it refuses."""
        done = self.here(*self.words(text, *arguments))
        assert done.returncode == 0, done.stderr

    def words(self, text: str, *arguments: str) -> tuple[str, ...]:
        """The arguments of the first half, with the county's hash and the hardware's lines."""
        hardware = str(self.folder.parent / "hardware.toml")
        own_root = {"--root-file", "--root-sha256"} & set(arguments)
        root = () if own_root else ("--root-sha256", self.root_sha256)
        return ("--token", text, *root, "--hardware", hardware, *arguments)

    def provision(self, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """`sealctl provision` as a process of its own."""
        config = self.folder / "machine.toml"
        command = [sys.executable, "-m", "sealctl.cli", "--config", str(config), "provision"]
        return subprocess.run(
            [*command, *arguments],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )

    def public_key(self) -> tuple[str, bytes]:
        """What the machine shows for the officers."""
        said = json.loads((self.folder / "record-key.json").read_text())
        return said["alg"], bytes.fromhex(said["public_key"])

    def enlist(self, *machines: Machine) -> None:
        """The officers' next package names these machines besides those of before."""
        town = self.hub.township
        village = town.authority.villages[0]
        listed = {**village.machines.machines, **{one.device: one for one in machines}}
        changed = replace(village.machines, version=village.machines.version + 1, machines=listed)
        villages = (replace(village, machines=changed), *town.authority.villages[1:])
        self.hub.import_package(town.sign(replace(town.authority, villages=villages)))

    def machine(self, device: str = "", state: str = "active") -> Machine:
        """The line that the officers copy from the machine."""
        alg, public = self.public_key()
        return Machine(device or self.device, VILLAGE, VILLAGE_NAME, alg, public, state, SEALS)

    def start(self, *names: str) -> None:
        """Processes of the machine."""
        for name in names:
            self.house.start(Process(name, self._command(name), partial(self._up, name)))

    def _command(self, name: str) -> list[str]:
        if name == "body":
            return [sys.executable, "-m", "hardware.sim.server", "--state", str(self.folder)]
        config = str(self.folder / "machine.toml")
        return [sys.executable, "-m", "sealctl.cli", "--config", config, name]

    def _up(self, name: str) -> bool:
        role = {"body": "body", "lockd": "console"}.get(name)
        return role is None or _answers(self.folder / "run" / f"{role}.sock")


def request_by(
    text: str, *, name: str = NEW, signer: FileSigner | None = None, shown: FileSigner | None = None
) -> Join:
    """A raw request with keys of its own; `signer` proves what `shown` is said to be."""
    made = token.decode(text)
    csr = enrol.request_of(enrol.new_key(), name)
    signing = signer or FileSigner(Ed25519PrivateKey.generate())
    wanted = Proof("join", made.device, made.name, enrol.request_hash(csr))
    key = (shown or signing).public_key
    return Join(made.secret, csr, key.alg, key.public, signing.sign(proof.encode(wanted)), "")
