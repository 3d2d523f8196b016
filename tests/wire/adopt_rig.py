"""One township and what an attacker does to its lists. Calls `tests.support` and `wire.lists`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar

import pytest

from tests.support.contents import DEVICE, NOW
from tests.support.press import ROLE, Press, signed
from tests.support.township import Keys, Township
from wire.lists import content, metadata
from wire.lists.adopt import (
    Trusted,
    adopt,
)
from wire.lists.content import Catalogue, Grants, Machines, Policy, Roster
from wire.lists.tufapi import CryptoSigner, DelegatedRole
from wire.refusals import Refused

TOWN = Township.build()
HONEST = TOWN.bundle(version=1)
T = TypeVar("T")
ENTRY = sha256(b"entry").digest()
# The same township under other policies: every file of it reads well and is signed elsewhere.
TWIN = TOWN.change(
    catalogue=TOWN.authority.catalogue,
    policy=TOWN.authority.policy,
    roster=TOWN.roster,
    machine=TOWN.machine,
)
OFFICERS_FILES = [Catalogue, Policy, Roster, Machines]


def take(trusted: Trusted, bundle: bytes, now_ms: int = NOW) -> Trusted:
    return adopt(trusted, bundle, device=DEVICE, now_ms=now_ms)


def refusal(trusted: Trusted, bundle: bytes, now_ms: int = NOW) -> str:
    """The code with which a machine refuses; it must be a refusal, and nothing else."""
    with pytest.raises(Refused) as refused:
        take(trusted, bundle, now_ms)
    return refused.value.code


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)


def key_of(name: str) -> bytes:
    return TOWN.roster.persons[name].passkeys[0].public_key


def delegation(press: Press) -> DelegatedRole:
    assert press.targets.delegations is not None
    assert press.targets.delegations.roles is not None
    press.targets.version = 2
    return press.targets.delegations.roles[ROLE]


def alias(signer: CryptoSigner) -> CryptoSigner:
    """The same key under another key id."""
    again = CryptoSigner(signer._private_key)
    again.public_key.keyid = sha256(b"alias").hexdigest()
    return again


def opened(press: Press, kind: type[T]) -> T:
    path = next(p for p in press.files if p.endswith(f"{kind.__name__.lower()}.cbor"))
    return content.decode(kind, press.files[path])


def bent(
    file: Catalogue | Policy | Roster | Machines | Grants,
) -> Catalogue | Policy | Roster | Machines:
    """Another content under the same version."""
    if isinstance(file, Catalogue):
        return replace(file, items={})
    if isinstance(file, Policy):
        return replace(file, officers_operate=True)
    if isinstance(file, Roster):
        return replace(file, persons={})
    assert isinstance(file, Machines)
    (machine,) = file.machines.values()
    return replace(file, machines={DEVICE: replace(machine, seals=())})


def two_machines() -> Township:
    """The township after a second machine was put up in the same village."""
    village = TOWN.authority.villages[0]
    second = replace(TOWN.machine, device="sunrise-2", public_key=sha256(b"second").digest())
    machines = Machines(2, {**village.machines.machines, "sunrise-2": second})
    return TOWN.sign(replace(TOWN.authority, villages=(replace(village, machines=machines),)))


def usurper(town: Township, signers: Callable[[Keys, Keys], tuple[CryptoSigner, ...]]) -> Press:
    """A next root with keys of the attacker's, signed by whomever `signers` finds."""
    keys = Keys.generate()
    press = Press(town.rotate(keys))
    root = metadata.read_root(press.roots[1]).signed
    press.roots = (press.roots[0], signed(root, signers(town.keys, keys)))
    return press
