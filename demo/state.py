"""Where the demo keeps its township, and who lives in it.

Calls demo.cast and demo.authenticator.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.authenticator import Authenticator
from demo.cast import CAST

NAMES = ("hub", "public", "county", "panel", "people", "hotline")
PORTS = {
    "hub": 8700,
    "public": 8701,
    "county": 8702,
    "panel": 8703,
    "people": 8704,
    "blobs": 8705,
    "mqtt": 8706,
    "witness": 8707,
    "enrol": 8708,
    "hotline": 8709,
}


@dataclass(frozen=True)
class Person:
    """One invented person with a software authenticator."""

    id: str
    name: str
    title: str
    pin: str | None
    authenticator: Authenticator


@dataclass(frozen=True)
class DemoState:
    """The folder `var` of one demo; `fresh` before anything was made in it."""

    var: Path
    ports: dict[str, int]
    people: tuple[Person, ...]

    @classmethod
    def load(cls, var: Path, *, building: bool = False) -> "DemoState":
        """What an earlier run left; FileNotFoundError where it did not finish building."""
        kept: dict[str, Any] = json.loads((var / "demo.json").read_text("utf-8"))
        if not (kept["built"] or building):
            raise FileNotFoundError(var)
        people = tuple(
            Person(
                role.id,
                role.name,
                role.title,
                role.pin,
                Authenticator.from_json(kept["authenticators"][role.id]),
            )
            for role in CAST
        )
        mqtt = kept["ports"]["mqtt"]
        ports = {"enrol": mqtt + 1, "hotline": mqtt + 3, **kept["ports"]}  # an older demo has none
        return cls(var, ports, people)

    @classmethod
    def create(cls, var: Path, ports: dict[str, int]) -> "DemoState":
        """New people with new passkeys for the hub's log-in and the county's signing page."""
        made = []
        for role in CAST:
            authenticator = Authenticator()
            for name in ("hub", "county"):
                authenticator.create(f"{name}.localhost", role.id.encode())
            made.append(Person(role.id, role.name, role.title, role.pin, authenticator))
        return cls(var, ports, tuple(made))

    def save(self, *, built: bool) -> None:
        """Keep the people; once `built`, this township exists."""
        self.var.mkdir(parents=True, exist_ok=True)
        kept = {
            "built": built,
            "ports": self.ports,
            "authenticators": {one.id: one.authenticator.to_json() for one in self.people},
        }
        beside = self.var / "demo.json.new"
        beside.write_text(json.dumps(kept), "utf-8")
        beside.replace(self.var / "demo.json")

    def person(self, name: str) -> Person:
        """By id; raises KeyError."""
        for one in self.people:
            if one.id == name:
                return one
        raise KeyError(name)

    @property
    def origins(self) -> dict[str, str]:
        """Each site's own origin."""
        return {name: f"http://{name}.localhost:{self.ports[name]}" for name in NAMES}

    @property
    def hub_dir(self) -> Path:
        return self.var / "hub"

    @property
    def broker_dir(self) -> Path:
        return self.var / "broker"

    @property
    def county_dir(self) -> Path:
        return self.var / "county"

    @property
    def witness_dir(self) -> Path:
        return self.var / "witness"

    @property
    def machine_dir(self) -> Path:
        return self.var / "machine"

    @property
    def machine_config(self) -> Path:
        return self.machine_dir / "machine.toml"
