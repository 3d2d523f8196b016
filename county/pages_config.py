"""What the county's pages are told: their rpId, their hubs, and the names that people read.

Calls `wire.lists`, `county.townships` and `county.second_officer`. Names come from the officers'
own package where the file names one, never from a township's hub.

The file is JSON: {"rp_id", "hubs": [origins], "offices": {id: [zh, en]}} and, optional, "package"
(the officers' signed package, beside the file) and the tables "items", "villages", "seals"
("device/seal"), "people" ("village/person") and "steps" ("item/step" → the office that takes it),
each {id: [zh, en]}; and "townships", a list, for the verification page (`county.townships`).
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from county import second_officer, townships
from county.history.trust import Trust
from county.townships import VerifiedTownship
from wire.lists import bundle as bundles
from wire.lists import content, package
from wire.lists.content import Catalogue, Machines, Policy, Roster

Names = Mapping[str, tuple[str, str]]

TABLES: Final = ("offices", "items", "villages", "seals", "people", "steps")
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_ORIGIN: Final = re.compile(rf"https?://{_HOST.pattern}(:[0-9]{{1,5}})?")


class PagesConfigError(OSError):
    """A configuration file of the pages that cannot be used; the text says why."""


@dataclass(frozen=True)
class PagesConfig:
    rp_id: str
    hubs: tuple[str, ...]
    names: Mapping[str, Names]
    townships: tuple[VerifiedTownship, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def histories(self) -> tuple[Trust, ...]:
        """The townships whose approvers see here what their passkeys signed."""
        return tuple(one.history for one in self.townships if one.history is not None)

    def public(self) -> bytes:
        """What every visitor may read, as /config.json."""
        fields = {"rp_id": self.rp_id, "hubs": self.hubs, **self.names}
        return json.dumps(fields, ensure_ascii=False).encode()

    def verified(self) -> bytes:
        """What the verification page judges by, as /townships.json."""
        return json.dumps([one.told for one in self.townships], ensure_ascii=False).encode()

    def second_officers(self, now_ms: int) -> bytes:
        """Who may confirm an enrolment now, and by which passkeys: /enrol/officers.json."""
        if not self.files:
            return b"[]"
        policy = content.decode(Policy, self.files[bundles.POLICY])
        return json.dumps(
            [
                {
                    "id": person.id,
                    "name": person.name,
                    "credentials": [_text(one.credential) for one in person.passkeys],
                }
                for _, person in second_officer.able(policy, _rosters(self.files), now_ms)
            ],
            ensure_ascii=False,
        ).encode()


def load(path: Path) -> PagesConfig:
    """The configuration in that file as it is now; raises PagesConfigError."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        given = _checked(fields)
        signed: Mapping[str, Names] = {}
        files: Mapping[str, bytes] = {}
        if "package" in fields:
            file = path.parent / fields["package"]
            files, signed = _of_package(file, file.stat().st_mtime_ns)
        listed = townships.load(fields.get("townships", []), path.parent, _ORIGIN)
    except (OSError, ValueError) as error:
        raise PagesConfigError(f"{path}: {error}") from error
    names = {table: {**signed.get(table, {}), **given.names[table]} for table in TABLES}
    return PagesConfig(given.rp_id, given.hubs, names, listed, files)


def names_of(files: Mapping[str, bytes]) -> Mapping[str, Names]:
    """The tables of an officers' package's files; raises ValueError, WireError."""
    if not {bundles.CATALOGUE, bundles.POLICY} <= files.keys():
        raise ValueError("without catalogue or policy")
    catalogue = content.decode(Catalogue, files[bundles.CATALOGUE])
    names = _of_catalogue(catalogue, content.decode(Policy, files[bundles.POLICY]))
    for roster in _rosters(files):
        names["people"] |= _people(roster)
    for name, data in files.items():
        if name.endswith("/machines.cbor"):
            _add_machines(content.decode(Machines, data), names)
    return names


def _checked(fields: Any) -> PagesConfig:
    if not isinstance(fields, dict) or not {"rp_id", "hubs", "offices"} <= fields.keys():
        raise ValueError("rp_id, hubs and offices expected")
    if unknown := fields.keys() - {"rp_id", "hubs", "package", "townships", *TABLES}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    if not isinstance(fields["rp_id"], str) or not _HOST.fullmatch(fields["rp_id"]):
        raise ValueError("rp_id: a host name expected")
    if not isinstance(fields.get("package", ""), str):
        raise ValueError("package: a file name expected")
    hubs = fields["hubs"]
    if not isinstance(hubs, list) or not hubs:
        raise ValueError("hubs: a list of origins expected")
    for hub in hubs:
        if not isinstance(hub, str) or not _ORIGIN.fullmatch(hub):
            raise ValueError(f"hubs: {hub} is no origin")
    names = {table: _names(table, fields.get(table, {})) for table in TABLES}
    return PagesConfig(fields["rp_id"], tuple(hubs), names)


def _names(table: str, value: Any) -> Names:
    if not isinstance(value, dict):
        raise ValueError(f"{table}: {{id: [zh, en]}} expected")
    for name, words in value.items():
        if not isinstance(words, list) or [type(word) for word in words] != [str, str]:
            raise ValueError(f"{table}: {name}: [zh, en] expected")
    return {name: (words[0], words[1]) for name, words in value.items()}


@lru_cache(maxsize=4)
def _of_package(path: Path, _changed_ns: int) -> tuple[Mapping[str, bytes], Mapping[str, Names]]:
    files = package.decode(path.read_bytes()).files
    return files, names_of(files)


def _rosters(files: Mapping[str, bytes]) -> Iterator[Roster]:
    for name, data in files.items():
        if name.endswith("/roster.cbor"):
            yield content.decode(Roster, data)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _of_catalogue(catalogue: Catalogue, policy: Policy) -> dict[str, dict[str, tuple[str, str]]]:
    offices = {name: (words[0], words[1]) for name, words in policy.offices.items()}
    items = {item.id: (item.zh, item.en) for item in catalogue.items.values()}
    steps = {
        f"{item.id}/{step.step}": offices[step.office]
        for item in catalogue.items.values()
        for step in item.steps
        if step.office in offices
    }
    empty: dict[str, dict[str, tuple[str, str]]] = {"villages": {}, "seals": {}, "people": {}}
    return {"offices": offices, "items": items, "steps": steps, **empty}


def _people(roster: Roster) -> dict[str, tuple[str, str]]:
    """Who holds or held an office: the others are nobody's business."""
    return {
        f"{roster.village}/{person.id}": (person.name, "")
        for person in roster.persons.values()
        if person.offices
    }


def _add_machines(machines: Machines, names: dict[str, dict[str, tuple[str, str]]]) -> None:
    for machine in machines.machines.values():
        names["villages"][machine.village] = (machine.village_name, "")
        for seal in machine.seals:
            names["seals"][f"{machine.device}/{seal.id}"] = (seal.name, "")
