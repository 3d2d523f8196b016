"""The demo's whole house for tests: real processes on free ports, people who insist.

Calls demo and tests.support. Whoever meets a dead process tries again, as a person would.
"""

import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from demo import first_stamp, house, township
from demo.body import Body
from demo.paper import DOCUMENTS, png
from demo.people import Staff
from demo.processes import DemoError, Supervisor
from demo.state import PORTS, DemoState
from sealctl.link import LinkError, ask
from tests.support.ports import free_port

OPERATOR = "p-qian"
MOST_KILLS = 7
GONE = (DemoError, LinkError, httpx.HTTPError, OSError)


@dataclass
class House:
    """A running township; `guard` keeps the keeper from tending while the reaper strikes."""

    state: DemoState
    running: Supervisor
    guard: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, var: Path) -> "House":
        """A new township with enrolled operators."""
        state = township.build(var, {name: free_port() for name in PORTS})
        return cls.start(state)

    @classmethod
    def start(cls, state: DemoState) -> "House":
        """The processes over what is there."""
        running = house.supervisor(state)
        try:
            house.start(state, running)
            first_stamp.enrol(state)
        except BaseException:
            running.stop()
            raise
        return cls(state, running)

    def sock(self, role: str) -> Path:
        return self.state.machine_dir / "run" / f"{role}.sock"

    def machine(self, verb: str, **arguments: object) -> Any:
        return ask(self.sock("console"), verb, **arguments)

    def kill(self, name: str) -> None:
        """kill -9; the keeper starts it again, as systemd would."""
        process = next(one for one in self.running.processes if one.name == name)
        if process.popen is not None and process.popen.poll() is None:
            process.popen.send_signal(signal.SIGKILL)

    def tend(self) -> None:
        with self.guard:
            self.running.tend()

    def settle(self) -> None:
        """Wait until everything runs again."""

        def whole() -> bool:
            self.tend()
            alive = all(one.pid is not None and one.ready() for one in self.running.processes)
            return alive and bool(self.machine("state"))

        until(whole)


class Keeper(threading.Thread):
    """Restarts what died; and, as reaper, kills one of `victims` every now and then."""

    def __init__(self, kept: House, victims: tuple[str, ...], seed: int) -> None:
        super().__init__(daemon=True)
        self.kept, self.victims = kept, victims
        self.chance = random.Random(seed)
        self.killed: list[str] = []
        self.over = threading.Event()
        self.merciful = threading.Event()

    def run(self) -> None:
        while not self.over.wait(self.chance.uniform(0.2, 1.5)):
            self.kept.tend()
            if len(self.killed) < MOST_KILLS and not self.merciful.is_set():
                victim = self.chance.choice(self.victims)
                self.killed.append(victim)
                self.kept.kill(victim)


def insist(call: Callable[[], Any], *, seconds: float = 60.0) -> Any:
    """Try again until it works; the last error when it never does."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return call()
        except GONE:
            if time.monotonic() > deadline:
                raise
            threading.Event().wait(0.3)


def until(condition: Callable[[], Any], *, seconds: float = 60.0) -> Any:
    """The first true answer, dead processes notwithstanding."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if found := condition():
                return found
        except GONE as error:
            last: object = error
        else:
            last = found
        assert time.monotonic() < deadline, last
        threading.Event().wait(0.1)


def apply(kept: House, title: str) -> int:
    """File an application and have it approved by two people; its number."""
    state = kept.state
    number: int = insist(lambda: _file_once(state, title))
    for person in ("p-li", "p-zhang"):
        insist(lambda name=person: _approve_once(state, name, number))  # type: ignore[misc]
    return number


def stamp(kept: House, title: str) -> None:
    """Stamp a granted application at the machine until its one impression is used."""
    grant = until(lambda: _grant(kept, title))["id"]
    until(lambda: not ask(kept.sock("courier"), "wanted")["pages"])
    deadline = time.monotonic() + 120
    while not until(lambda: _grant(kept, title))["used"]:
        assert time.monotonic() < deadline, "nobody could stamp"
        try:
            _try_to_stamp(kept, grant)
        except GONE:
            threading.Event().wait(0.3)
    insist(lambda: kept.machine("logout"))


def _try_to_stamp(kept: House, grant: bytes) -> None:
    if kept.machine("state")["operator"] is None:
        kept.machine("login", person=OPERATOR, pin=kept.state.person(OPERATOR).pin)
    kept.machine("choose", grant=grant)
    Body(kept.sock("body")).lay("residence")
    kept.machine("photograph")
    kept.machine("stamp")
    until(lambda: kept.machine("state")["state"] in ("idle", "identified", "chosen"))


def _grant(kept: House, title: str) -> Any:
    return next((row for row in kept.machine("grants") if row["title"] == title), None)


def _file_once(state: DemoState, title: str) -> int:
    """Whoever is not sure looks at the list before filing again."""
    clerk = Staff(state, state.person("p-sun"))
    found = clerk.find(title)
    if found is not None:
        return found
    return clerk.file(
        "residence",
        png(DOCUMENTS["residence"]),
        title=title,
        purpose="子女入学",
        seal="seal-committee",
        impressions="1",
        seams="0",
        operators=[OPERATOR],
    )


def _approve_once(state: DemoState, name: str, number: int) -> None:
    person = Staff(state, state.person(name))
    if person.asked(number):
        person.approve(number)
