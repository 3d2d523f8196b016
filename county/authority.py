"""The authority officers' part of the lists: what may be stamped, by whom, on which machines.

Calls only `county.township` and `wire.lists`. A package is drafted once, then signed by k officers
one after another. Nothing is signed that machines would refuse, and no roster that one person's
absence brings to a stop.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from county.township import Township, Village, problems
from wire.errors import WireError
from wire.lists import bundle, content, metadata, package
from wire.lists.content import Catalogue, Machines, Policy, Roster
from wire.lists.package import AuthorityPackage
from wire.lists.tufapi import (
    DelegatedRole,
    Delegations,
    Key,
    LengthOrHashMismatchError,
    Metadata,
    Root,
    Signer,
    TargetFile,
    Targets,
)

__all__ = [
    "AuthorityError",
    "Township",
    "Village",
    "compose",
    "draft_authority",
    "missing_signatures",
    "open_package",
    "publish_authority",
    "read_township",
    "sign_authority",
]


class AuthorityError(ValueError):
    """The officers cannot sign this; the text says why and what to change."""


def draft_authority(
    township: Township,
    *,
    roots: Sequence[bytes],
    hub_key: Key,
    version: int,
    now_ms: int,
    expires_ms: int,
) -> bytes:
    """AuthorityPackage bytes, unsigned; `hub_key` will sign each machine's part online.

    `roots` is the whole chain of county roots. Times are ms since 1970 UTC. Raises
    AuthorityError for contents that contradict one another or rosters too thin to publish.
    """
    _check(township, now_ms)
    return compose(township, roots=roots, hub_key=hub_key, version=version, expires_ms=expires_ms)


def compose(
    township: Township,
    *,
    roots: Sequence[bytes],
    hub_key: Key,
    version: int,
    expires_ms: int,
) -> bytes:
    """The same of contents that need not be fit to be signed yet: the officers are still at it.

    Raises AuthorityError for contents that could not even be read back.
    """
    try:
        files = dict(_files(township))
    except WireError as error:
        raise AuthorityError(f"这样写不成清单。 This makes no list: {error.detail}") from error
    devices = [device for village in township.villages for device in village.machines.machines]
    targets = Targets(
        version=version,
        expires=datetime.fromtimestamp(expires_ms // 1000, UTC),
        targets={path: TargetFile.from_data(path, data) for path, data in files.items()},
        delegations=_delegations(devices, hub_key),
    )
    return package.encode(AuthorityPackage(tuple(roots), Metadata(targets).to_bytes(), files))


def sign_authority(draft: bytes, signer: Signer, *, now_ms: int) -> bytes:
    """The package with one officer's signature more, after the same checks as at drafting.

    Raises AuthorityError also for a key that the newest root does not name as an officer's.
    """
    opened = open_package(draft)
    _check(read_township(opened), now_ms)
    if signer.public_key.keyid not in _root(opened).roles["targets"].keyids:
        raise AuthorityError("此密钥不属于授权人员。 This key is not an authority officer's.")
    targets = metadata.read_targets(opened.targets)
    targets.sign(signer, append=True)
    return package.encode(replace(opened, targets=targets.to_bytes()))


def publish_authority(
    township: Township,
    officers: Sequence[Signer],
    *,
    roots: Sequence[bytes],
    hub_key: Key,
    version: int,
    now_ms: int,
    expires_ms: int,
) -> bytes:
    """Draft and sign in one go, where all officers' keys are at hand."""
    draft = draft_authority(
        township,
        roots=roots,
        hub_key=hub_key,
        version=version,
        now_ms=now_ms,
        expires_ms=expires_ms,
    )
    for officer in officers:
        draft = sign_authority(draft, officer, now_ms=now_ms)
    return draft


def missing_signatures(draft: bytes) -> int:
    """How many more officers have to sign."""
    opened = open_package(draft)
    targets = metadata.read_targets(opened.targets)
    result = _root(opened).get_verification_result(
        "targets", targets.signed_bytes, targets.signatures
    )
    return result.missing


def open_package(data: bytes) -> AuthorityPackage:
    """Raises AuthorityError for what is no package. Nothing is proved by it."""
    try:
        return package.decode(data)
    except WireError as error:
        raise AuthorityError(f"不是清单包。 Not an authority package: {error.detail}") from error


def read_township(opened: AuthorityPackage) -> Township:
    """The contents of a package as values, each file as its targets name it."""
    try:
        return _read(opened)
    except (WireError, KeyError) as error:
        raise AuthorityError(f"清单包不完整。 The package is not whole: {error}") from error


def _read(opened: AuthorityPackage) -> Township:
    named = metadata.read_targets(opened.targets).signed.targets
    if named.keys() != opened.files.keys():
        raise WireError("list", "files other than the targets name")
    for path, file in named.items():
        try:
            file.verify_length_and_hashes(opened.files[path])
        except LengthOrHashMismatchError as error:
            raise WireError("list", f"{path} is not the file that is signed") from error
    files = opened.files
    villages = [path.split("/")[0] for path in files if path.endswith("/roster.cbor")]
    return Township(
        catalogue=content.decode(Catalogue, files[bundle.CATALOGUE]),
        policy=content.decode(Policy, files[bundle.POLICY]),
        villages=tuple(
            Village(
                content.decode(Roster, files[bundle.roster_path(village)]),
                content.decode(Machines, files[bundle.machines_path(village)]),
            )
            for village in villages
        ),
    )


def _files(township: Township) -> Iterator[tuple[str, bytes]]:
    yield bundle.CATALOGUE, content.encode(township.catalogue)
    yield bundle.POLICY, content.encode(township.policy)
    for village in township.villages:
        yield bundle.roster_path(village.id), content.encode(village.roster)
        yield bundle.machines_path(village.id), content.encode(village.machines)


def _delegations(devices: Sequence[str], hub_key: Key) -> Delegations:
    roles = {
        bundle.role_name(device): DelegatedRole(
            bundle.role_name(device),
            [hub_key.keyid],
            threshold=1,
            terminating=True,
            paths=[f"{device}/*"],
        )
        for device in devices
    }
    return Delegations({hub_key.keyid: hub_key}, roles)


def _check(township: Township, now_ms: int) -> None:
    if found := problems(township, now_ms):
        raise AuthorityError("\n".join(found))


def _root(opened: AuthorityPackage) -> Root:
    return metadata.read_root(opened.roots[-1]).signed
