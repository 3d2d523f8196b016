"""A whole machine in one process: real rules, session, journal and lists over the simulated body.

Calls `sealctl`, `hardware.sim` and `tests.support`. Time stands still unless `run` moves it.
"""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from hardware.ports import HardwareError
from hardware.sim.body import SEALS, SimBody
from hardware.sim.clock import FakeClock
from hardware.sim.memory import Memory, SealInSlot
from sealctl import keys
from sealctl.config import FILE_KEY, MachineConfig, Part
from sealctl.lockd import boot
from sealctl.lockd.body import Parts
from sealctl.lockd.core import Core
from sealctl.lockd.readers import Readers
from sealctl.session import model as m
from sealctl.session.model import Mode
from tests.support import contents
from tests.support.township import Township
from wire.lists.content import Grant
from wire.record import entry
from wire.record.entry import Entry

PIN = "246810"
OPERATOR = "wu"


@dataclass
class Rig:
    """A machine that can be switched off and on again; the body keeps what iron keeps.

    `picture`: what the camera sees; without one each photo is another that nothing can be seen on,
    or, where `rendered`, a real one of the tray, which takes long.
    """

    township: Township
    config: MachineConfig
    clock: FakeClock
    body: SimBody
    core: Core
    findings: tuple[str, ...] = ("page_match",)
    version: int = 1
    camerad: bool = True
    picture: bytes | None = None
    rendered: bool = False
    bundles: list[bytes] = field(default_factory=list)

    @classmethod
    def build(cls, folder: Path, *, record: Part = FILE_KEY, **township: Any) -> "Rig":
        """Provisioned, with a list without grants, an enrolled operator and a page on the tray."""
        config = MachineConfig(
            file=folder / "machine.toml",
            folder=folder,
            device=contents.DEVICE,
            hardware={"press": Part("sim"), "camera": Part("sim")},
            root=folder / "root.json",
            root_sha256=b"",
            panel_host="127.0.0.1",
            panel_port=1,
            record=record,
        )
        made = Township.build(keys.create(config).public_key, **township)
        config.root.write_bytes(made.roots[0])
        config = replace(config, root_sha256=hashlib.sha256(made.roots[0]).digest())
        config.photos.mkdir()
        clock = FakeClock(wall=made.now_ms)
        tags = {1: "A1", 2: "A2", 3: "A3"}
        slots = [SealInSlot(seal.slot, tags[seal.slot], seal.name) for seal in SEALS]
        body = SimBody(clock, random.Random(1), Memory(slots))
        body.lay()
        rig = cls(made, config, clock, body, power_on(config, body, clock))
        rig.core.operators.enrol(OPERATOR, PIN)
        rig.publish()
        return rig

    def publish(self, *grants: Grant, **options: Any) -> None:
        """The machine receives the hub's next list."""
        self.version += 1
        now_ms = options.pop("now_ms", self.clock.wall)
        bundle = self.township.bundle(grants, version=self.version, now_ms=now_ms, **options)
        self.core.adopt(bundle)
        self.bundles.append(bundle)

    def grant(self, **application: Any) -> Grant:
        """An approved application, on the machine's list from now on."""
        granted = self.township.grant(self.township.application(**application))
        self.publish(granted)
        return granted

    def restart(self) -> None:
        """kill -9, then a new process over the same files and the same iron."""
        self.core.journal.connection.close()
        self.core = power_on(self.config, self.body, self.clock)

    def run(self, until: Callable[[Core], bool], *, limit_ms: int = 60_000) -> None:
        """Let time pass in ticks, camerad at work, until the condition holds."""
        for _ in range(limit_ms // 20):
            if until(self.core):
                return
            self.clock.advance(20)
            self.core.tick()
            self.core.desk.look()
            self.photograph_if_asked()
        raise AssertionError(f"still {self.core.session}")

    def look(self, ms: int = 200) -> None:
        """Let so much time pass at the readers."""
        for _ in range(ms // 50):
            self.clock.advance(50)
            self.core.desk.look()

    def photograph_if_asked(self) -> None:
        """What camerad does."""
        event = self.answer_camerad()
        if event is not None:
            self.core.feed(event)

    def answer_camerad(self) -> Any:
        """Do the job that waits, if one does: what the session hears of it where it asked."""
        job = self.core.photos.next() if self.camerad else None
        if job is None:
            return None
        try:
            digest = self.photo(job.after_mono_ms)
        except HardwareError:
            return self.core.photos.failed(job.id, "camera_unavailable")
        return self.core.photos.done(job.id, digest, self.findings, self.clock.mono)

    def photo(self, after_mono_ms: int = 0) -> bytes:
        """A photo of the tray in camerad's folder; its SHA-256."""
        scene, mono_ms = self.body.camera.expose(after_mono_ms)
        plain = self.picture or b"\xff\xd8\xff photo %d" % scene.seed
        jpeg = scene.photo(mono_ms).jpeg if self.rendered else plain
        digest = hashlib.sha256(jpeg).digest()
        (self.config.photos / f"{digest.hex()}.jpg").write_bytes(jpeg)
        return digest

    def ready_to_stamp(self, grant: Grant) -> None:
        """Log in, choose, photograph."""
        if self.core.session.mode is Mode.IDLE:
            self.core.login(OPERATOR, PIN)
        self.core.choose(grant.id)
        self.core.feed(m.PhotoAsked())
        self.run(lambda core: core.session.mode is Mode.PHOTOGRAPHED and self.body.mechanism.home)

    def stamp(self, grant: Grant) -> None:
        """One whole stamp, with a hand at the lever."""
        self.ready_to_stamp(grant)
        self.press_through()

    def press_through(self) -> None:
        """The rules say yes, a hand pulls the lever, the lock closes."""
        self.core.stamp()
        self.run(lambda core: core.session.mode is Mode.OPEN)
        self.clock.advance(200)
        assert self.body.press()
        self.run(lambda core: core.session.mode in (Mode.CHOSEN, Mode.IDENTIFIED))

    def entries(self) -> list[Entry]:
        """The journal, verified."""
        rows = self.core.journal.connection.execute("SELECT envelope FROM entry ORDER BY seq")
        return [entry.open_entry(row[0], self.core.journal.key) for row in rows]

    def kinds(self, after: str = "boot") -> list[str]:
        """Kinds of the entries after the last of that kind."""
        kinds = [one.kind for one in self.entries()]
        last = len(kinds) - 1 - kinds[::-1].index(after)
        return kinds[last + 1 :]


def power_on(config: MachineConfig, body: SimBody, clock: FakeClock) -> Core:
    """lockd as it starts, with PINs that are cheap to verify."""
    parts = Parts(lock=body.lock, head=body.head, case=body.case, slots=body.slots)
    core = boot.start(config, parts=parts, clock=clock, random=random.Random(2).randbytes)
    core.desk.fit(Readers(cards=body.reader, scanner=body.scanner, finger=body.finger))
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    core.operators = type(core.operators)(
        core.journal.connection, random.Random(3).randbytes, cheap
    )
    return core
