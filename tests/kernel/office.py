"""A village office on a bare machine: real lockd, iron on its lines, a photographer without camera.

Calls `tests.{kernel.body,support.office}`, `sealctl.{link,camerad.store}` and `hardware.clock`.
"""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hardware.clock import SystemClock
from sealctl.camerad import store
from sealctl.link import Link, LinkError
from tests.kernel.body import CASE, COIL, DEBOUNCE_MS, LABEL, LATCH, PRESS
from tests.support.office import Office

_WIRES: Final = f"""
coil = {COIL}
latch = {LATCH}
press = {PRESS}
case = {CASE}
bias = "none"
debounce_ms = {DEBOUNCE_MS}
slot = 2
tag = "E200-0002"
max_on_ms = 60000
"""
PARTS: Final = {
    "gpiod": f'driver = "gpiod"\nchip = "{LABEL}"{_WIRES}',
    "rpi-gpio": f'driver = "rpi-gpio"{_WIRES}',
}
"""The press of machine.toml, by its driver."""


class Photographer(threading.Thread):
    """Does camerad's jobs with one picture for all: to render and judge one takes seconds here."""

    def __init__(self, sock: Path, photos: Path) -> None:
        super().__init__(name="photographer")
        self._sock, self._photos = sock, photos
        self._over = threading.Event()

    def stop(self) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(0.1):
            try:
                with Link(self._sock) as lockd:
                    while not self._over.is_set():
                        self._one(lockd)
            except LinkError:
                continue

    def _one(self, lockd: Link) -> None:
        job = lockd.ask("next", wait_ms=200)["job"]
        if job is None:
            return
        digest = store.keep(self._photos, b"a picture")
        size = {"width": 1, "height": 1}
        now = SystemClock().mono_ms()
        found = ["page_match"]
        lockd.ask("done", id=job["id"], sha256=digest, findings=found, mono_ms=now, **size)


@dataclass
class BareOffice(Office):
    """An Office whose camerad is the photographer."""

    photographers: list[Photographer] = field(default_factory=list)

    def start(self, name: str) -> None:
        if name != "camerad":
            super().start(name)
            return
        self.photographers.append(Photographer(self.sock("camera"), self.folder / "photos"))
        self.photographers[-1].start()

    def signal(self, name: str, number: int) -> None:
        """To one process, whatever becomes of it."""
        process = next(one for one in self.house.processes if one.name == name)
        assert process.popen is not None
        process.popen.send_signal(number)

    def forget(self, name: str) -> None:
        """It did not start, or has ended by itself."""
        self.house.processes = [one for one in self.house.processes if one.name != name]

    def close(self) -> None:
        for photographer in self.photographers:
            photographer.stop()
        super().close()

    @classmethod
    def on(cls, folder: Path, press: str) -> "BareOffice":
        """One whose machine.toml says so of its press."""
        opened: Any = cls.open(folder, press=press)
        assert isinstance(opened, cls)
        return opened
