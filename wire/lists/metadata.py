"""TUF metadata in one strict form, and who signed it.

Calls only `wire.lists` (bundle, offer, tufapi), `wire.shape`, `wire.sig` and `wire.errors`.
Source: TUF specification 1.0, section 4 (document formats).

The rules, each refused as WireError('list'):
 * The bytes are the one serialisation that python-tuf writes (compact, sorted, no name twice).
 * Every object has exactly the fields of the tables below; nothing unknown, nothing optional.
 * Keys are Ed25519, or ECDSA on P-256 (which tokens have), each in its one form and under the key
   id that is its own hash, so that none counts twice. Signatures have one form, too.
 * Files are named with length and SHA-256; archives of releases also with what they are for, and
   those delegate nothing. Delegations of the authority's targets go to machine-<device> only, for
   <device>/* only, terminating.
 * Each signature in it is valid and by a key of its role, and they reach the role's threshold.
"""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from wire import shape
from wire.errors import WireError
from wire.lists.bundle import role_name
from wire.lists.offer import CUSTOM
from wire.lists.tufapi import (
    Key,
    Metadata,
    MetaFile,
    Part,
    Root,
    Signature,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
    VerificationFailedError,
    encode_canonical,
)
from wire.sig import eddsa, es256

CODE: Final = "list"


def read_root(data: bytes) -> Metadata[Root]:
    return _read(data, _ROOT)


def read_timestamp(data: bytes) -> Metadata[Timestamp]:
    return _read(data, _TIMESTAMP, _timestamp)


def read_snapshot(data: bytes) -> Metadata[Snapshot]:
    return _read(data, _SNAPSHOT, _snapshot)


def read_targets(data: bytes) -> Metadata[Targets]:
    """The authority's targets: files of the township and delegations to its machines."""
    return _read(data, _TARGETS)


def read_role(data: bytes) -> Metadata[Targets]:
    """A machine's delegated targets: files, and no delegation further."""
    return _read(data, _ROLE_TARGETS, _role)


def read_releases(data: bytes) -> Metadata[Targets]:
    """The officers' releases of the machines' software: archives, and no delegation at all."""
    return _read(data, _RELEASES)


def verify(
    metadata: Metadata[Part], name: str, *delegators: Root | Targets, data: bytes = b""
) -> None:
    """Each delegator's threshold for the role is met and no signature is idle.

    `data` are the bytes that the metadata was read from, if they are at hand: it is quicker.
    A new root is held against two delegators: the former root and itself.
    """
    counted: set[str] = set()
    payload = _payload(data) or metadata.signed_bytes
    for delegator in delegators:
        threshold, signed = _signed_by(metadata, payload, name, delegator)
        if len(signed) < threshold:
            raise WireError(CODE, f"{name}: {len(signed)} of {threshold} signatures")
        counted |= signed
    if metadata.signatures.keys() != counted:
        raise WireError(CODE, f"{name}: a signature that is invalid or not by its keys")


def expires_ms(metadata: Metadata[Part]) -> int:
    """When it ends, ms since 1970 UTC."""
    return int(metadata.signed.expires.timestamp()) * 1000


def _payload(data: bytes) -> bytes:
    """What was signed, as it stands in a file of one serialisation: canonical JSON differs from it
    only in how it escapes. b"" where something is escaped.
    """
    _, _, rest = data.partition(b',"signed":')
    return b"" if b"\\" in rest else rest[:-1]


def _signed_by(
    metadata: Metadata[Part], payload: bytes, name: str, delegator: Root | Targets
) -> tuple[int, set[str]]:
    """(threshold, ids of the role's keys whose signature holds)."""
    try:
        role = delegator.get_delegated_role(name)
        keys = {keyid: delegator.get_key(keyid) for keyid in role.keyids}
    except ValueError as error:
        raise WireError(CODE, f"{name}: not delegated") from error
    signatures = metadata.signatures
    return role.threshold, {
        keyid
        for keyid, key in keys.items()
        if keyid in signatures and _holds(key, signatures[keyid], payload)
    }


def _holds(key: Key, signature: Signature, payload: bytes) -> bool:
    """Ed25519 by the quicker way that `wire.sig` has."""
    if key.keytype == "ed25519":
        public = bytes.fromhex(key.keyval["public"])
        return eddsa.verify(public, bytes.fromhex(signature.signature), payload)
    try:
        key.verify_signature(signature, payload)
    except VerificationFailedError:
        return False
    return True


def _read(
    data: bytes,
    form: shape.Shape[dict[str, Any]],
    make: Callable[[Any], Metadata[Any]] = Metadata.from_dict,
) -> Metadata[Any]:
    value = _json(data)
    try:
        form.load(value)
        return make(value)
    except ValueError as error:
        raise WireError(CODE, f"metadata: {error}") from error


def _timestamp(value: dict[str, Any]) -> Metadata[Timestamp]:
    """What `from_dict` makes, sooner: these three come with every list."""
    signed = value["signed"]
    meta = MetaFile(**signed["meta"]["snapshot.json"])
    return _metadata(value, Timestamp(**_common(signed), snapshot_meta=meta))


def _snapshot(value: dict[str, Any]) -> Metadata[Snapshot]:
    signed = value["signed"]
    meta = {name: MetaFile(**one) for name, one in signed["meta"].items()}
    return _metadata(value, Snapshot(**_common(signed), meta=meta))


def _role(value: dict[str, Any]) -> Metadata[Targets]:
    signed = value["signed"]
    targets = {path: TargetFile(**one, path=path) for path, one in signed["targets"].items()}
    return _metadata(value, Targets(**_common(signed), targets=targets))


def _common(signed: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": signed["version"],
        "spec_version": signed["spec_version"],
        "expires": datetime.fromisoformat(signed["expires"]),
    }


def _metadata(value: dict[str, Any], signed: Part) -> Metadata[Part]:
    signatures = {one["keyid"]: Signature(**one) for one in value["signatures"]}
    if len(signatures) != len(value["signatures"]):
        raise ValueError("two signatures by one key")
    return Metadata(signed, signatures)


def _json(data: bytes) -> Any:
    try:
        value = json.loads(data.decode("ascii"))
        again = _ENCODER.encode(value).encode()
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


def _load_key(value: object) -> dict[str, Any]:
    if isinstance(value, dict) and value.get("keytype") == "ecdsa":
        return _P256.load(value)
    return _ED25519.load(value)


def _is_p256(pem: str) -> bool:
    """Whether this is the PEM of an uncompressed point on P-256, in its one form."""
    text = pem.removeprefix(_PEM_BEGIN).removesuffix(_PEM_END)
    try:
        der = b64decode(text.replace("\n", ""), validate=True)
    except ValueError:
        return False
    again = b64encode(der).decode()
    lines = "\n".join(again[at : at + 64] for at in range(0, len(again), 64))
    return len(der) == 91 and der.startswith(_P256_SPKI) and pem == _PEM_BEGIN + lines + _PEM_END


def _is_signature(text: str) -> bool:
    """64 bytes of Ed25519, or the DER of ECDSA in its one form."""
    if _HEX.fullmatch(text) is None:
        return False
    data = bytes.fromhex(text)
    return len(data) == 64 or es256.canonical(data)


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


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), sort_keys=True)
_UTC: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_HEX32: Final = shape.matching(re.compile(r"[0-9a-f]{64}").fullmatch, "64 hex digits")
_HEX: Final = re.compile(r"([0-9a-f]{2}){8,72}")
_SIGNATURE: Final = _fields(keyid=_HEX32, sig=shape.matching(_is_signature, "signature"))
_PEM_BEGIN: Final = "-----BEGIN PUBLIC KEY-----\n"
_PEM_END: Final = "\n-----END PUBLIC KEY-----\n"
_P256_SPKI: Final = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
_ED25519: Final = _fields(
    keytype=shape.choice("ed25519"),
    scheme=shape.choice("ed25519"),
    keyval=_fields(public=_HEX32),
)
_P256: Final = _fields(
    keytype=shape.choice("ecdsa"),
    scheme=shape.choice("ecdsa-sha2-nistp256"),
    keyval=_fields(public=shape.matching(_is_p256, "P-256 key")),
)
_KEY: Final = shape.Shape(_load_key, dict)
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
