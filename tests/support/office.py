"""A village office for tests: body, lockd, camerad and panel as real processes, a list from a file.

Calls `sealctl`, `demo` and `tests.support`. One folder is one machine; processes may be killed.
"""

import hashlib
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from demo.paper import DOCUMENTS, png
from demo.processes import Process, Supervisor, listening
from hardware.sim.body import SEALS
from sealctl.commands import furnish
from sealctl.link import Link, LinkError, ask
from tests.support.ports import free_port
from tests.support.township import Township
from wire.lists.content import Grant
from wire.record import entry, envelope
from wire.sig import PublicKey

PIN = "246810"
OPERATOR = "wu"
WITNESS = "bing"
PAGE = png(DOCUMENTS["residence"])


def poll(condition: Callable[[], Any], *, seconds: float = 20.0) -> Any:
    """The first true answer; AssertionError when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        threading.Event().wait(0.02)
    return found


@dataclass
class Office:
    """One provisioned machine with an adopted list and an enrolled operator."""

    folder: Path
    township: Township
    port: int
    house: Supervisor
    version: int = 0
    grants: list[Grant] = field(default_factory=list)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        panel: bool = False,
        press: str = 'driver = "sim"',
        readers: str = "",
        key: PublicKey | None = None,
    ) -> "Office":
        """Provision a machine and start its processes; `press` is its part of machine.toml, and
        `readers` are sections of it. `key`: one that lies elsewhere, as a section says.
        """
        if key is None:
            key = PublicKey("EdDSA", furnish.provision(folder))
        else:
            furnish.furnish(folder)
        now_ms = time.time_ns() // 1_000_000
        township = Township.build(key, now_ms=now_ms)
        seals = tuple(
            replace(seal, rfid=own.rfid)
            for seal, own in zip(township.machine.seals, SEALS, strict=True)
        )
        township = township.change(machine=replace(township.machine, seals=seals))
        house = Supervisor(folder / "logs", {})
        office = cls.furnish(folder, township, house, press=press, readers=readers)
        office.start("body")
        office.start("lockd")
        office.start("camerad")
        if panel:
            office.start("panel")
        office.publish()
        office.enrol(WITNESS, "jia")
        office.enrol(OPERATOR, WITNESS)
        return office

    @classmethod
    def furnish(
        cls,
        folder: Path,
        township: Township,
        house: Supervisor,
        *,
        press: str = 'driver = "sim"',
        readers: str = "",
    ) -> "Office":
        """A provisioned machine's files; nothing is started."""
        (folder / "root.json").write_bytes(township.roots[0])
        port = free_port()
        digest = hashlib.sha256(township.roots[0]).hexdigest()
        (folder / "machine.toml").write_text(
            f'device = "sunrise-1"\n[county]\nroot = "root.json"\n'
            f'root_sha256 = "{digest}"\n[panel]\nhost = "127.0.0.1"\nport = {port}\n'
            f'[hardware.press]\n{press}\n[hardware.camera]\ndriver = "sim"\n{readers}'
        )
        return cls(folder, township, port, house)

    def enrol(self, person: str, witness: str) -> None:
        """Set a person's PIN under a witness; all have the same here."""
        given = {"person": person, "pin": PIN, "witness": witness, "witness_pin": PIN}
        self.ask("console", "enrol", **given)

    def start(self, name: str) -> None:
        """Start one process and wait until it serves."""
        self.house.start(Process(name, self._command(name), lambda: self._serves(name)))

    def kill(self, name: str) -> None:
        """kill -9, and wait until it is gone."""
        process = next(one for one in self.house.processes if one.name == name)
        assert process.popen is not None
        process.popen.send_signal(signal.SIGKILL)
        process.popen.wait()
        self.house.processes.remove(process)

    def ask(self, role: str, verb: str, **arguments: object) -> Any:
        return ask(self.sock(role), verb, **arguments)

    def connection(self, role: str) -> Link:
        """One that stays open, as a process's does."""
        return Link(self.sock(role))

    def refused(self, role: str, verb: str, **arguments: object) -> str:
        """The code with which it is refused."""
        try:
            self.ask(role, verb, **arguments)
        except LinkError as error:
            return error.refusal["code"]
        raise AssertionError(f"{verb} was not refused")

    def sock(self, role: str) -> Path:
        return self.folder / "run" / f"{role}.sock"

    def publish(self, *grants: Grant) -> None:
        """A list with these grants, as a stick would bring it."""
        self.version += 1
        bundle = self.township.bundle(
            grants, version=self.version, now_ms=time.time_ns() // 1_000_000
        )
        self.ask("courier", "list", bundle=bundle)
        for page in self.ask("courier", "wanted")["pages"]:
            assert page == hashlib.sha256(PAGE).digest()
            self.ask("courier", "page", data=PAGE)

    def grant(self, **changes: Any) -> Grant:
        """An approved application on the machine's list, its page on the tray."""
        number = len(self.grants)
        application = self.township.application(
            id=hashlib.sha256(str(number).encode()).digest(),
            pages=(hashlib.sha256(PAGE).digest(),),
            **changes,
        )
        self.grants.append(self.township.grant(application))
        self.publish(*self.grants)
        self.ask("body", "lay", png=PAGE)
        return self.grants[-1]

    def ready_to_stamp(self, grant: Grant) -> None:
        """Log in, choose, photograph, and wait until the carriage has brought the seal."""
        self.ask("panel", "login", person=OPERATOR, pin=PIN)
        self.ask("panel", "choose", grant=grant.id)
        self.ask("panel", "photograph")
        poll(lambda: (self.ask("console", "health")["body"] or {}).get("ready"))

    def press(self) -> None:
        """Pull the lever as soon as the bolt is out of its way."""
        self.until("open")
        poll(lambda: self.ask("body", "press")["pressed"])

    def state(self) -> Any:
        return self.ask("console", "state")

    def until(self, name: str) -> Any:
        """The panel's state as soon as it has that name."""
        return poll(lambda: found if (found := self.state())["state"] == name else None)

    def kinds(self) -> list[str]:
        """Kinds of all entries."""
        rows = self.ask("console", "journal", after=0, limit=256)
        return [entry.decode(envelope.parse(row["envelope"]).payload).kind for row in rows]

    def close(self) -> None:
        self.house.stop()

    def _command(self, name: str) -> Sequence[str]:
        if name == "body":
            return [sys.executable, "-m", "hardware.sim.server", "--state", str(self.folder)]
        config = str(self.folder / "machine.toml")
        return [sys.executable, "-m", "sealctl.cli", "--config", config, name]

    def _serves(self, name: str) -> bool:
        if name == "panel":
            return listening(self.port)
        role = {"body": "body", "lockd": "console", "camerad": "preview"}[name]
        return _answers(self.sock(role))


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
