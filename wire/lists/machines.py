"""The machines of one village: their record keys, the seals in their slots, emergency codes.

Calls only `wire.cbor`, `wire.shape`, `wire.sig` and `wire.lists.later`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wire import cbor, shape
from wire.lists.later import LATER
from wire.sig import ALGORITHMS, PUBLIC_BYTES, PublicKey

STATES: Final = ("active", "suspended")
SEAL_STATES: Final = (*STATES, "retired")
_CODE_DOMAIN: Final = "sealctl/emergency-code/1"


@dataclass(frozen=True)
class Seal:
    """One seal: its kind (party, committee, cooperative, …), its slot and the tag it carries.

    A worn seal becomes `retired` and its successor, which `replaces` it, takes its slot.
    """

    id: str
    kind: str
    name: str
    slot: int
    rfid: str
    state: str
    replaces: str | None = None


@dataclass(frozen=True)
class EmergencyCode:
    """A one-time code of a person whom the authority named; `verifier` tells the code from others,
    and not what it is.
    """

    person: str
    verifier: bytes


@dataclass(frozen=True)
class Machine:
    """One machine; `alg` and `public_key` are its record-signing key as `wire.sig` names them,
    `emergency` the codes not yet taken back, `replaces` the broken or stolen machine in whose place
    it stands, which may be off the list by now.
    """

    device: str
    village: str
    village_name: str
    alg: str
    public_key: bytes
    state: str
    seals: tuple[Seal, ...]
    emergency: tuple[EmergencyCode, ...] = ()
    replaces: str | None = None

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


def code_verifier(device: str, person: str, code: str) -> bytes:
    """SHA-256(CBOR[domain, device, person, code]); a code is at least 16 characters of base32, 80
    bits of chance, so that its verifier gives nothing away.
    """
    return hashlib.sha256(cbor.encode([_CODE_DOMAIN, device, person, code])).digest()


def _check_machine(machine: Machine) -> None:
    if machine.replaces == machine.device:
        raise shape.ShapeError("replaces: itself")
    if len(machine.public_key) != PUBLIC_BYTES[machine.alg]:
        raise shape.ShapeError(f"public_key: not of the length of {machine.alg}")
    for name in ("id", "rfid"):
        if len({getattr(seal, name) for seal in machine.seals}) != len(machine.seals):
            raise shape.ShapeError(f"the same {name} twice")
    slots = [seal.slot for seal in machine.seals if seal.state != "retired"]
    if len(set(slots)) != len(slots):
        raise shape.ShapeError("the same slot twice")
    _check_successors({seal.id: seal for seal in machine.seals})
    if len({code.verifier for code in machine.emergency}) != len(machine.emergency):
        raise shape.ShapeError("the same emergency code twice")


def _check_successors(seals: Mapping[str, Seal]) -> None:
    for seal in seals.values():
        worn = seals.get(seal.replaces or "")
        if seal.replaces is not None and (worn is None or worn.state != "retired"):
            raise shape.ShapeError(f"{seal.id}: replaces no retired seal of this machine")
        if worn is not None and (worn.kind, worn.slot) != (seal.kind, seal.slot):
            raise shape.ShapeError(f"{seal.id}: replaces a seal of another kind or slot")


def _check_machines(read: Machines) -> None:
    """Two machines never stand in the place of one, nor one beside the machine it replaced."""
    replaced = [one.replaces for one in read.machines.values() if one.replaces is not None]
    if len(set(replaced)) != len(replaced):
        raise shape.ShapeError("replaces: two machines for one")
    for device in replaced:
        former = read.machines.get(device)
        if former is not None and former.state == "active":
            raise shape.ShapeError(f"replaces: {device} is replaced and still active")


_SEAL: Final = shape.record(
    Seal,
    {
        "id": shape.ID,
        "kind": shape.ID,
        "name": shape.text(100),
        "slot": shape.integer(1, 64),
        "rfid": shape.text(64),
        "state": shape.choice(*SEAL_STATES),
        "replaces": shape.maybe(shape.ID),
    },
)

_EMERGENCY_CODE: Final = shape.record(
    EmergencyCode, {"person": shape.ID, "verifier": shape.octets(32)}
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
        "seals": shape.array(_SEAL, 64),
        "emergency": shape.array(_EMERGENCY_CODE, 64),
        "replaces": shape.maybe(shape.DEVICE),
    },
    later=LATER["machine"],
    check=_check_machine,
)

MACHINES: Final = shape.record(
    Machines,
    {"version": shape.integer(1), "machines": shape.keyed(_MACHINE, "device", 64)},
    fixed={"v": 1, "type": "machines"},
    check=_check_machines,
)
