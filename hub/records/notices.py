"""What later entries say of earlier ones, or of no opening at all: corrections, emergencies, uses
outside the machine. Pure; calls only `wire` and `hub.records.read`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hub.records.read import asked_for, entry_of
from wire.errors import WireError
from wire.record import commitment
from wire.record.words import VOID

KINDS: Final = ("correction", "emergency", "outside_use")
FINGERPRINT: Final = 8
"""Bytes of an application's hash that pages show; it is of random content and tells nothing."""


@dataclass(frozen=True)
class Source:
    """One stored record: its envelope and its place in the township's log, if it has one."""

    envelope: bytes
    leaf_index: int | None


@dataclass(frozen=True)
class Void:
    """A correction: `state` is a key of VOID, `replacement` the application in its place."""

    state: str
    replacement: bytes | None
    leaf_index: int | None

    @property
    def words(self) -> tuple[str, str]:
        return VOID[self.state]

    @property
    def instead(self) -> str:
        """The fingerprint of the application in its place; empty where there is none."""
        return "" if self.replacement is None else fingerprint(self.replacement)


@dataclass(frozen=True)
class Outside:
    """One line of the paper register, without what it was about and who."""

    device: str
    seal: str
    register: str
    used_ms: int
    impressions: int
    leaf_index: int | None


def voids(corrections: Iterable[Source]) -> Mapping[tuple[str, int], Void]:
    """(device, seq of the stamp) → its correction."""
    found = {}
    for source in corrections:
        entry = entry_of(source.envelope)
        body = entry.body
        void = Void(body["state"], body["replacement"], source.leaf_index)
        found[entry.device, body["stamped"]] = void
    return found


def emergencies(declared: Iterable[Source]) -> frozenset[tuple[str, bytes]]:
    """(device, grant) of every emergency: openings of it had no approvals."""
    entries = [entry_of(source.envelope) for source in declared]
    return frozenset((entry.device, entry.body["grant"]) for entry in entries)


def outside(used: Iterable[Source]) -> list[Outside]:
    """Uses outside the machine, in the order given."""
    found = []
    for source in used:
        entry = entry_of(source.envelope)
        body = entry.body
        found.append(
            Outside(
                entry.device,
                body["seal"],
                body["register"],
                body["used"],
                body["impressions"],
                source.leaf_index,
            )
        )
    return found


def fingerprint(grant: bytes) -> str:
    """An application's hash as pages show it."""
    return grant[:FINGERPRINT].hex()


def asked(openings: bytes | None) -> str:
    """What two people asked for in an emergency, by its openings; empty where they are not told."""
    try:
        held = commitment.decode(openings or b"").openings
    except WireError:
        return ""
    return next((asked_for(one.value) for one in held if one.field == "details"), "")
