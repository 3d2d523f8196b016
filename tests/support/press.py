"""Publisher and attacker in memory: a machine's bundle whose every part can be bent and re-signed.

Calls `wire.lists` and the township's keys. `bundle()` re-computes lengths, hashes and signatures
from the bent parts, so that only what a test bends is wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tests.support.contents import DEVICE, NOW
from tests.support.township import Township
from wire.lists import bundle as bundles
from wire.lists import content, metadata
from wire.lists.content import Catalogue, Grants, Machines, Policy, Roster
from wire.lists.tufapi import (
    CryptoSigner,
    Metadata,
    MetaFile,
    Part,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

ROLE = bundles.role_name(DEVICE)
GRANTS = bundles.grants_path(DEVICE)


class Press:
    """The honest bundle of that version, open; signers may be exchanged part by part."""

    def __init__(
        self, township: Township, version: int = 2, *, now_ms: int = NOW, **revocations: Any
    ) -> None:
        honest = township.bundle(version=version, now_ms=now_ms, **revocations)
        self.opened = bundles.decode(honest)
        self.files = dict(self.opened.files)
        self.roots = self.opened.roots
        self.targets: Targets = metadata.read_targets(self.opened.targets).signed
        self.role: Targets = metadata.read_role(self.opened.role).signed
        self.snapshot: Snapshot = metadata.read_snapshot(self.opened.snapshot).signed
        self.timestamp: Timestamp = metadata.read_timestamp(self.opened.timestamp).signed
        self.officers: Sequence[CryptoSigner] = township.keys.officers[:2]
        self.role_signers: Sequence[CryptoSigner] = [township.keys.hub]
        self.snapshot_signers: Sequence[CryptoSigner] = [township.keys.hub]
        self.timestamp_signers: Sequence[CryptoSigner] = [township.keys.hub]
        self.bend_snapshot: Callable[[Snapshot], None] = _honest
        self.bend_timestamp: Callable[[Timestamp], None] = _honest

    def put(self, file: Catalogue | Policy | Roster | Machines | Grants) -> None:
        """Lay this file into the bundle and name it where the honest one was named."""
        self.put_bytes(_path(file, self.files), content.encode(file))

    def put_bytes(self, path: str, data: bytes) -> None:
        part = self.role if path == GRANTS else self.targets
        self.files[path] = data
        part.targets[path] = TargetFile.from_data(path, data)

    def bundle(self) -> bytes:
        targets = signed(self.targets, self.officers)
        role = signed(self.role, self.role_signers)
        self.snapshot.meta = {
            "targets.json": _meta(self.targets.version, targets),
            f"{ROLE}.json": _meta(self.role.version, role),
        }
        self.bend_snapshot(self.snapshot)
        snapshot = signed(self.snapshot, self.snapshot_signers)
        self.timestamp.snapshot_meta = _meta(self.snapshot.version, snapshot)
        self.bend_timestamp(self.timestamp)
        timestamp = signed(self.timestamp, self.timestamp_signers)
        return bundles.encode(
            replace(
                self.opened,
                roots=self.roots,
                timestamp=timestamp,
                snapshot=snapshot,
                targets=targets,
                role=role,
                files=self.files,
            )
        )


def signed(part: Part, signers: Sequence[CryptoSigner]) -> bytes:
    """The part as its signers leave it."""
    opened = Metadata(part)
    for signer in signers:
        opened.sign(signer, append=True)
    return opened.to_bytes()


def _meta(version: int, data: bytes) -> MetaFile:
    return MetaFile.from_data(version, data, ["sha256"])


def _path(file: object, files: dict[str, bytes]) -> str:
    name = type(file).__name__.lower()
    return next(path for path in files if path.endswith(f"{name}.cbor"))


def _honest(part: Snapshot | Timestamp) -> None:
    """Leave it as it is."""
