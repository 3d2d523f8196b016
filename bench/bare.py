"""What no verification of a bundle can leave out: its own signatures, and its photos hashed.

Calls `wire` and `inspector.bundle`, and the libraries that verify. `collect` takes them out of a
bundle once and keeps them beside it, `seconds` verifies them and does nothing else.
"""

import marshal
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl.bindings import crypto_sign_open

from inspector.bundle import Bundle
from wire import cbor
from wire.approval.assertion import Assertion
from wire.lists import parts
from wire.lists.content import Grant, Roster
from wire.lists.leaf import decode_list_leaf
from wire.lists.tufapi import Metadata, Root, Targets
from wire.record import commitment, envelope
from wire.record.kinds import PHOTOS
from wire.sig import PublicKey
from wire.tlog import tiles
from wire.tlog.checkpoint import decode as checkpoint
from wire.tlog.note import parse

Signed = tuple[str, bytes, bytes, bytes]
"""What it is (`ed25519`, `es256`, `photo`), key, signature, and message or the photo's name."""
TILES: Final = 16
_PART: Final = 1 << 16


def collect(bundle: Path, keys: dict[str, PublicKey]) -> Path:
    """A folder with everything that is to be verified, some tiles a file; `keys` by device."""
    folder = bundle.with_name(f"{bundle.name}-bare")
    if not (folder / "whole").exists():
        folder.mkdir(exist_ok=True)
        size = checkpoint(parse((bundle / "checkpoint").read_bytes()).text).size
        jobs = [(bundle, keys, first, size, folder) for first in range(0, size, _LEAVES)]
        with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            list(pool.map(_collect, jobs))
        (folder / "whole").touch()
    return folder


def seconds(bundle: Path, folder: Path, *, nacl: bool) -> float:
    """Everything verified in as many processes as there are cores, which run already."""
    processes = len(os.sched_getaffinity(0))
    files = sorted(folder.glob("*.marshal"))
    check = _by_nacl if nacl else _by_cryptography
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(_verify, [(bundle, files[0], check)] * processes))
        began = perf_counter()
        list(pool.map(_verify, [(bundle, path, check) for path in files]))
        return perf_counter() - began


_LEAVES: Final = TILES * tiles.WIDTH


def _collect(job: tuple[Path, dict[str, PublicKey], int, int, Path]) -> None:
    folder, keys, first, size, out = job
    found: list[Signed] = []
    seen: dict[str, frozenset[bytes]] = {}
    bundle = Bundle(folder)
    for _, leaf in bundle.leaves(size, first, first + _LEAVES):
        if leaf.startswith(b"\xd2"):
            found += _of_entry(leaf, bundle, keys)
        else:
            found += _of_list(leaf, bundle, seen)
    (out / f"{first:08d}.marshal").write_bytes(marshal.dumps(found))


def _of_entry(leaf: bytes, bundle: Bundle, keys: dict[str, PublicKey]) -> Iterator[Signed]:
    signed = envelope.parse(leaf)
    entry = cbor.decode(signed.payload)
    message = envelope.to_be_signed(signed.alg, signed.kid, signed.payload)
    yield "ed25519", keys[entry["device"]].public, signed.signature, message
    if PHOTOS & entry["body"].keys():
        beside = commitment.decode(bundle.opening(envelope.entry_hash(leaf)))
        for one in beside.openings:
            if one.field in PHOTOS and isinstance(one.value, bytes):
                yield "photo", b"", b"", one.value


def _of_list(leaf: bytes, bundle: Bundle, seen: dict[str, frozenset[bytes]]) -> Iterator[Signed]:
    """Of the approvals those that the list before did not have."""
    named = decode_list_leaf(leaf)
    held = parts.verified(bundle.list_bundle(named.sha256), bundle.roots()[0], named.device)
    root, role = held.root.signed, held.targets.signed
    yield from _of_part(held.timestamp, root)
    yield from _of_part(held.snapshot, root)
    yield from _of_part(held.role, role)
    known = seen.get(named.device)
    grants = held.files.grants.grants
    for one in grants if known is not None else grants[-1:]:
        if known is None or one.id not in known:
            yield from _of_grant(one, held.files.roster)
    seen[named.device] = frozenset(one.id for one in grants)


def _of_part(part: Metadata[Any], delegator: Root | Targets) -> Iterator[Signed]:
    for keyid, one in part.signatures.items():
        public = bytes.fromhex(delegator.get_key(keyid).keyval["public"])
        yield "ed25519", public, bytes.fromhex(one.signature), part.signed_bytes


def _of_grant(grant: Grant, roster: Roster) -> Iterator[Signed]:
    for approval in grant.approvals:
        proof = approval.proof
        assert isinstance(proof, Assertion)
        keys = roster.persons[approval.person].passkeys
        public = next(key.public_key for key in keys if key.credential == proof.credential)
        message = proof.authenticator_data + sha256(proof.client_data).digest()
        yield "es256", public, proof.signature, message


def _verify(job: tuple[Path, Path, Callable[[bytes, bytes, bytes], object]]) -> None:
    """One file; raises where something does not hold."""
    bundle, path, ed25519 = job
    for kind, public, signature, message in marshal.loads(path.read_bytes()):  # noqa: S302
        if kind == "ed25519":
            ed25519(public, signature, message)
        elif kind == "es256":
            _es256(public).verify(signature, message, _ECDSA)
        else:
            _photo(bundle / f"photos/{message.hex()}.jpg")


def _by_cryptography(public: bytes, signature: bytes, message: bytes) -> None:
    _ed25519(public).verify(signature, message)


def _by_nacl(public: bytes, signature: bytes, message: bytes) -> None:
    crypto_sign_open(signature + message, public)


@lru_cache(maxsize=1024)
def _ed25519(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


@lru_cache(maxsize=1024)
def _es256(public: bytes) -> ec.EllipticCurvePublicKey:
    """Of a passkey's COSE_Key."""
    key = cbor.decode(public)
    point = b"\x04" + key[-2] + key[-3]
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


_ECDSA: Final = ec.ECDSA(hashes.SHA256())


def _photo(path: Path) -> None:
    digest = sha256()
    handle = os.open(path, os.O_RDONLY)
    while part := os.read(handle, _PART):
        digest.update(part)
    os.close(handle)
    digest.digest()
