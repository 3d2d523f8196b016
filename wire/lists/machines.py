"""The machines of one village: their record keys and the seals in their slots.

Calls only `wire.shape` and `wire.sig`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.sig import ALGORITHMS, PublicKey

STATES: Final = ("active", "suspended")


@dataclass(frozen=True)
class Seal:
    """One seal: its kind (party, committee, cooperative, …), its slot and the tag it carries."""

    id: str
    kind: str
    name: str
    slot: int
    rfid: str
    state: str


@dataclass(frozen=True)
class Machine:
    """One machine; `alg` and `public_key` are its record-signing key as `wire.sig` names them."""

    device: str
    village: str
    village_name: str
    alg: str
    public_key: bytes
    state: str
    seals: tuple[Seal, ...]

    @property
    def key(self) -> PublicKey:
        return PublicKey(self.alg, self.public_key)

    @property
    def kid(self) -> bytes:
        return self.key.kid

    def seal(self, name: str) -> Seal | None:
        """The seal of that id, if this machine holds it."""
        return next((seal for seal in self.seals if seal.id == name), None)


@dataclass(frozen=True)
class Machines:
    version: int
    machines: Mapping[str, Machine]


def _check_machine(machine: Machine) -> None:
    for name in ("id", "slot", "rfid"):
        if len({getattr(seal, name) for seal in machine.seals}) != len(machine.seals):
            raise shape.ShapeError(f"the same {name} twice")


_SEAL: Final = shape.record(
    Seal,
    {
        "id": shape.ID,
        "kind": shape.ID,
        "name": shape.text(100),
        "slot": shape.integer(1, 64),
        "rfid": shape.text(64),
        "state": shape.choice(*STATES),
    },
)

_MACHINE: Final = shape.record(
    Machine,
    {
        "device": shape.DEVICE,
        "village": shape.ID,
        "village_name": shape.text(100),
        "alg": shape.choice(*ALGORITHMS),
        "public_key": shape.octets(32, 65),
        "state": shape.choice(*STATES),
        "seals": shape.array(_SEAL, 16),
    },
    check=_check_machine,
)

MACHINES: Final = shape.record(
    Machines,
    {"version": shape.integer(1), "machines": shape.keyed(_MACHINE, "device", 64)},
    fixed={"v": 1, "type": "machines"},
)
