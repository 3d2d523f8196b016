"""The townships whose stamps the county's verification page judges, and by which keys.

Calls only `wire.lists`, `wire.tlog.note` and `county.history.trust`. A township's hub has no say in
any of it: log and witness keys stand in the county's own file, machines and names in the officers'
packages.

One township is JSON {"number": 1 to 99, "name", "public": origin of its public site, "log":
verifier key, "witnesses": [verifier keys], "quorum", "packages": [files beside this one, the newest
first; former ones for machines that were replaced], "phone", "address"} and, where the county keeps
a copy of its log for approvers, "history" (`county.history.trust`).
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from county.history import trust
from county.history.trust import Trust
from wire.lists import bundle, content, package
from wire.lists.content import Catalogue, Machine, Machines, Policy
from wire.lists.renewal import FormerLog
from wire.tlog import note

FIELDS: Final = frozenset(
    ("number", "name", "public", "log", "witnesses", "quorum", "packages", "phone", "address")
)
_TEXT_LIMIT: Final = 80


@dataclass(frozen=True)
class VerifiedTownship:
    """`public` is its origin; `told` is what every visitor's browser gets; `history` is whom the
    county believes about its copy of the log, where it keeps one.
    """

    public: str
    told: Mapping[str, object]
    history: Trust | None = None


def load(value: object, folder: Path, origin: re.Pattern[str]) -> tuple[VerifiedTownship, ...]:
    """The townships of a configuration in that folder; raises ValueError, OSError."""
    if not isinstance(value, list):
        raise ValueError("townships: a list expected")
    made = tuple(_township(one, folder, origin) for one in value)
    for name in ("number", "log"):
        if len({str(one.told[name]) for one in made}) != len(made):
            raise ValueError(f"townships: the same {name} twice")
    return made


def _township(value: Any, folder: Path, origin: re.Pattern[str]) -> VerifiedTownship:
    if not isinstance(value, dict) or value.keys() - {"history"} != FIELDS:
        raise ValueError(f"townships: {', '.join(sorted(FIELDS))} expected")
    witnesses = [_key(one, note.COSIGNATURE) for one in _texts(value["witnesses"], "witnesses")]
    files = [folder / name for name in _texts(value["packages"], "packages")]
    known = [_of_package(file, file.stat().st_mtime_ns) for file in files]
    merged = {
        table: {key: row for one in reversed(known) for key, row in one[table].items()}
        for table in ("villages", "items", "seals", "machines")
    }
    newest = known[0]["machines"] if known else {}
    former = known[0]["former"] if known else {}
    told = {
        "number": _between(value["number"], 1, 99, "number"),
        "public": _matching(value["public"], origin),
        "log": _key(value["log"], note.ED25519),
        "former": list(former.values()),
        "witnesses": witnesses,
        "quorum": _between(value["quorum"], 0, len(witnesses), "quorum"),
        **{name: _text(value[name], name) for name in ("name", "phone", "address")},
        **merged,
        "machines": {
            kid: {**machine, "in_use": machine["in_use"] and kid in newest}
            for kid, machine in merged["machines"].items()
        },
    }
    return VerifiedTownship(value["public"], told, _history(value, folder))


def _history(value: Any, folder: Path) -> Trust | None:
    """Of a township whose other fields hold."""
    if "history" not in value:
        return None
    return trust.load(
        value["history"],
        folder,
        number=value["number"],
        name=value["name"],
        log=note.verifier(value["log"]),
        witnesses=tuple(note.verifier(one) for one in value["witnesses"]),
        quorum=value["quorum"],
    )


def _key(text: Any, alg: int) -> dict[str, str]:
    verifier = note.verifier(_text(text, "verifier key", 400))
    if verifier.alg != alg:
        raise ValueError(f"{verifier.name}: a key of another kind")
    key = b64encode(verifier.public).decode()
    return {"name": verifier.name, "id": verifier.key_id.hex(), "key": key}


@lru_cache(maxsize=256)
def _of_package(path: Path, _changed_ns: int) -> Mapping[str, Mapping[str, Any]]:
    files = package.decode(path.read_bytes()).files
    if not {bundle.CATALOGUE, bundle.POLICY} <= files.keys():
        raise ValueError(f"{path.name}: without catalogue or policy")
    policy = content.decode(Policy, files[bundle.POLICY])
    catalogue = content.decode(Catalogue, files[bundle.CATALOGUE])
    machines = [
        machine
        for name, data in files.items()
        if name.endswith("/machines.cbor")
        for machine in content.decode(Machines, data).machines.values()
    ]
    return {
        "former": {one.origin: _former(one) for one in policy.former_logs},
        "villages": {one.village: one.village_name for one in machines},
        "items": {item.id: item.zh for item in catalogue.items.values()},
        "seals": {f"{m.device}/{seal.id}": seal.name for m in machines for seal in m.seals},
        "machines": {one.kid.hex(): _machine(one) for one in machines},
    }


def _former(log: FormerLog) -> dict[str, object]:
    """A log that ended: what it proved up to its last head, it still proves."""
    root = b64encode(bytes.fromhex(log.root)).decode()
    return {**_key(log.key, note.ED25519), "size": log.size, "root": root}


def _machine(machine: Machine) -> dict[str, object]:
    return {
        "device": machine.device,
        "village": machine.village,
        "alg": machine.alg,
        "key": b64encode(machine.public_key).decode(),
        "in_use": machine.state == "active",
    }


def _texts(value: Any, name: str) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"{name}: a list expected")
    return [_text(one, name, 400) for one in value]


def _text(value: Any, name: str, most: int = _TEXT_LIMIT) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise ValueError(f"{name}: text expected")
    return value


def _matching(value: Any, origin: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not origin.fullmatch(value):
        raise ValueError(f"public: {value} is no origin")
    return value


def _between(value: Any, least: int, most: int, name: str) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{name}: {least} to {most} expected")
    return value
