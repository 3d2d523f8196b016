"""One machine's list, signed online: the officers' part as it is, and the hub's grants.

Calls only `wire.lists`. Pure: key and time are passed in.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from wire.errors import WireError
from wire.lists import bundle as bundles
from wire.lists import content
from wire.lists.bundle import ListBundle
from wire.lists.content import Grants, Machines
from wire.lists.metadata import read_targets
from wire.lists.package import AuthorityPackage
from wire.lists.parts import verified
from wire.lists.tufapi import (
    Metadata,
    MetaFile,
    Part,
    Signer,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)


def publish(
    package: AuthorityPackage,
    device: str,
    grants: Grants,
    *,
    version: int,
    now_ms: int,
    signer: Signer,
    lifetime_s: int,
) -> bytes:
    """ListBundle bytes that hold for lifetime_s seconds from now_ms (ms since 1970 UTC).

    `version` rises with each publication for the device; role, snapshot, timestamp and the grants
    file all carry it. Raises WireError('list') for a device or key that the officers did not
    name, and Refused('list_invalid') where no machine would take the result.
    """
    grants_file = content.encode(replace(grants, version=version, device=device))
    expires = datetime.fromtimestamp(now_ms // 1000 + lifetime_s, UTC)
    path, name = bundles.grants_path(device), bundles.role_name(device)
    files = {path: TargetFile.from_data(path, grants_file)}
    role = _signed(Targets(version=version, expires=expires, targets=files), signer)
    officers = read_targets(package.targets).signed.version
    meta = {
        "targets.json": _meta(officers, package.targets),
        f"{name}.json": _meta(version, role),
    }
    snapshot = _signed(Snapshot(version=version, expires=expires, meta=meta), signer)
    timestamp = _signed(
        Timestamp(version=version, expires=expires, snapshot_meta=_meta(version, snapshot)), signer
    )
    data = bundles.encode(
        ListBundle(
            device=device,
            roots=package.roots,
            timestamp=timestamp,
            snapshot=snapshot,
            targets=package.targets,
            role=role,
            files={**_village_files(package, device), path: grants_file},
        )
    )
    verified(data, package.roots[0], device)
    return data


def _village_files(package: AuthorityPackage, device: str) -> Mapping[str, bytes]:
    for path, data in package.files.items():
        if not path.endswith("/machines.cbor"):
            continue
        machine = content.decode(Machines, data).machines.get(device)
        if machine is not None:
            names = (
                bundles.CATALOGUE,
                bundles.POLICY,
                bundles.roster_path(machine.village),
                path,
            )
            return {name: package.files[name] for name in names}
    raise WireError("list", f"{device}: on no village's list of machines")


def _signed(part: Part, signer: Signer) -> bytes:
    metadata = Metadata(part)
    metadata.sign(signer)
    return metadata.to_bytes()


def _meta(version: int, data: bytes) -> MetaFile:
    return MetaFile.from_data(version, data, ["sha256"])
