"""TUF metadata in one strict form, and who signed it.

Calls only `wire.lists` (bundle, offer, tufapi), `wire.shape` and `wire.errors`.
Source: TUF specification 1.0, section 4 (document formats).

The rules, each refused as WireError('list'):
 * The bytes are the one serialisation that python-tuf writes (compact, sorted, no name twice).
 * Every object has exactly the fields of the tables below; nothing unknown, nothing optional.
 * Keys are Ed25519, each under the key id that is its own hash, so that none counts twice.
 * Files are named with length and SHA-256; archives of releases also with what they are for, and
   those delegate nothing. Delegations of the authority's targets go to machine-<device> only, for
   <device>/* only, terminating.
 * Each signature in it is valid and by a key of its role, and they reach the role's threshold.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from wire import shape
from wire.errors import WireError
from wire.lists.bundle import role_name
from wire.lists.offer import CUSTOM
from wire.lists.tufapi import (
    Metadata,
    Part,
    Root,
    Snapshot,
    Targets,
    Timestamp,
    VerificationResult,
    encode_canonical,
)

CODE: Final = "list"


def read_root(data: bytes) -> Metadata[Root]:
    return _read(data, _ROOT)


def read_timestamp(data: bytes) -> Metadata[Timestamp]:
    return _read(data, _TIMESTAMP)


def read_snapshot(data: bytes) -> Metadata[Snapshot]:
    return _read(data, _SNAPSHOT)


def read_targets(data: bytes) -> Metadata[Targets]:
    """The authority's targets: files of the township and delegations to its machines."""
    return _read(data, _TARGETS)


def read_role(data: bytes) -> Metadata[Targets]:
    """A machine's delegated targets: files, and no delegation further."""
    return _read(data, _ROLE_TARGETS)


def read_releases(data: bytes) -> Metadata[Targets]:
    """The officers' releases of the machines' software: archives, and no delegation at all."""
    return _read(data, _RELEASES)


def verify(metadata: Metadata[Part], name: str, *delegators: Root | Targets) -> None:
    """Each delegator's threshold for the role is met and no signature is idle.

    A new root is held against two delegators: the former root and itself.
    """
    counted: set[str] = set()
    for delegator in delegators:
        result = _result(metadata, name, delegator)
        if not result.verified:
            raise WireError(CODE, f"{name}: {len(result.signed)} of {result.threshold} signatures")
        counted |= result.signed.keys()
    if metadata.signatures.keys() != counted:
        raise WireError(CODE, f"{name}: a signature that is invalid or not by its keys")


def expires_ms(metadata: Metadata[Part]) -> int:
    """When it ends, ms since 1970 UTC."""
    return int(metadata.signed.expires.timestamp()) * 1000


def _result(metadata: Metadata[Part], name: str, delegator: Root | Targets) -> VerificationResult:
    payload = metadata.signed_bytes
    try:
        return delegator.get_verification_result(name, payload, metadata.signatures)
    except ValueError as error:
        raise WireError(CODE, f"{name}: not delegated") from error


def _read(data: bytes, form: shape.Shape[dict[str, Any]]) -> Metadata[Any]:
    value = _json(data)
    try:
        form.load(value)
        return Metadata.from_dict(value)
    except ValueError as error:
        raise WireError(CODE, f"metadata: {error}") from error


def _json(data: bytes) -> Any:
    try:
        value = json.loads(data.decode("ascii"))
        again = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    except (ValueError, RecursionError) as error:
        raise WireError(CODE, "metadata: not JSON") from error
    if again != data:
        raise WireError(CODE, "metadata: not in its one serialisation")
    return value


def _load_keys(value: object) -> Mapping[str, Any]:
    keys = _KEY_TABLE.load(value)
    for keyid, key in keys.items():
        if keyid != hashlib.sha256(str(encode_canonical(key)).encode()).hexdigest():
            raise shape.ShapeError("a key under a foreign key id")
    return keys


def _check_delegation(role: dict[str, Any]) -> None:
    device = role["name"].removeprefix("machine-")
    if role["name"] != role_name(device) or role["paths"] != (f"{shape.DEVICE.load(device)}/*",):
        raise shape.ShapeError("delegated to another role or for other paths than a machine's")


def _fields(**fields: shape.Shape[Any]) -> shape.Shape[dict[str, Any]]:
    return shape.record(dict[str, Any], fields)


def _signed(kind: str, **fields: shape.Shape[Any]) -> shape.Shape[dict[str, Any]]:
    common: dict[str, shape.Shape[Any]] = {
        "_type": shape.choice(kind),
        "spec_version": shape.matching(re.compile(r"1\.[0-9]{1,3}\.[0-9]{1,3}").fullmatch, "1.x.y"),
        "version": shape.integer(1),
        "expires": shape.matching(_UTC.fullmatch, "UTC time"),
    }
    return _fields(signatures=shape.array(_SIGNATURE, 32), signed=_fields(**common, **fields))


_UTC: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_HEX32: Final = shape.matching(re.compile(r"[0-9a-f]{64}").fullmatch, "64 hex digits")
_HEX64: Final = shape.matching(re.compile(r"[0-9a-f]{128}").fullmatch, "128 hex digits")
_SIGNATURE: Final = _fields(keyid=_HEX32, sig=_HEX64)
_KEY: Final = _fields(
    keytype=shape.choice("ed25519"),
    scheme=shape.choice("ed25519"),
    keyval=_fields(public=_HEX32),
)
_KEY_TABLE: Final = shape.table(_HEX32, _KEY, 64)
_KEYS: Final = shape.Shape(_load_keys, _KEY_TABLE.dump)
_KEYIDS: Final = shape.array(_HEX32, 32, least=1, unique=True)
_THRESHOLD: Final = shape.integer(1, 32)
_ROLE: Final = _fields(keyids=_KEYIDS, threshold=_THRESHOLD)
_FILE: Final[dict[str, shape.Shape[Any]]] = {
    "length": shape.integer(1),
    "hashes": _fields(sha256=_HEX32),
}
_META: Final = _fields(version=shape.integer(1), **_FILE)
_DELEGATION: Final = shape.record(
    dict[str, Any],
    {
        "name": shape.text(64),
        "keyids": _KEYIDS,
        "threshold": _THRESHOLD,
        "paths": shape.array(shape.text(64), 1, least=1),
    },
    fixed={"terminating": True},
    check=_check_delegation,
)
_TARGET_FILES: Final = shape.table(shape.text(100), _fields(**_FILE), 10_000)

_ROOT: Final = _signed(
    "root",
    consistent_snapshot=shape.flag(),
    keys=_KEYS,
    roles=_fields(root=_ROLE, timestamp=_ROLE, snapshot=_ROLE, targets=_ROLE),
)
_TIMESTAMP: Final = _signed("timestamp", meta=shape.record(dict, {"snapshot.json": _META}))
_SNAPSHOT: Final = _signed("snapshot", meta=shape.table(shape.text(64), _META, 2, least=2))
_TARGETS: Final = _signed(
    "targets",
    targets=_TARGET_FILES,
    delegations=_fields(keys=_KEYS, roles=shape.array(_DELEGATION, 5000)),
)
_ROLE_TARGETS: Final = _signed("targets", targets=_TARGET_FILES)
_RELEASES: Final = _signed(
    "targets", targets=shape.table(shape.text(100), _fields(**_FILE, custom=CUSTOM), 64)
)
