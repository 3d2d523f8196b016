"""The officers' signatures over the machines' software: which archives may run, until when.

Calls only `wire.lists`. An offer is drafted once from archives, then signed by k officers one after
another; it replaces the one before under the next version.
"""

import json
import lzma
import tarfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from county.authority import AuthorityError
from wire.errors import WireError
from wire.lists import metadata, package, releases
from wire.lists import offer as offers
from wire.lists.metadata import read_releases
from wire.lists.offer import ReleaseOffer
from wire.lists.tufapi import Metadata, Root, Signer, TargetFile, Targets

FACTS: Final = "release.json"
"""The archive's first file: for what it was built."""


class ReleaseError(AuthorityError):
    """It cannot be offered or signed; the text says why."""


def draft_offer(
    archives: Iterable[Path],
    *,
    authority: bytes,
    former: bytes | None,
    least: str,
    expires_ms: int,
) -> bytes:
    """Offer bytes, unsigned. `authority` is the officers' package, whose county roots it carries;
    `former` the offer in force, None for the first; `least` the lowest version it may follow.
    """
    version = 1 if former is None else _read(former)[1].signed.version + 1
    files = [_target(path, least) for path in archives]
    targets = Targets(
        version=version,
        expires=datetime.fromtimestamp(expires_ms // 1000, UTC),
        targets={file.path: file for file in files},
    )
    try:
        roots = package.decode(authority).roots
        made = offers.encode(ReleaseOffer(roots, Metadata(targets).to_bytes()))
        releases.listed(_read(made)[1].signed)
    except WireError as error:
        raise ReleaseError(f"不能起草。 It cannot be drafted: {error.detail}") from error
    return made


def sign_offer(draft: bytes, signer: Signer) -> bytes:
    """The offer with one officer's signature more; ReleaseError for a key that is no officer's."""
    offer, found = _read(draft)
    if signer.public_key.keyid not in _root(offer).roles["targets"].keyids:
        raise ReleaseError("此密钥不属于授权人员。 This key is not an authority officer's.")
    found.sign(signer, append=True)
    return offers.encode(ReleaseOffer(offer.roots, found.to_bytes()))


def missing_signatures(draft: bytes) -> int:
    """How many more officers have to sign."""
    offer, found = _read(draft)
    root = _root(offer)
    return root.get_verification_result("targets", found.signed_bytes, found.signatures).missing


def lines(draft: bytes) -> Sequence[str]:
    """What an officer signs, one line an archive."""
    found = _read(draft)[1].signed
    head = f"releases {found.version}, 有效期至 until {found.expires:%Y-%m-%d}"
    rows = [
        f"  {one.file}  {one.size} bytes  sha256 {one.sha256.hex()}"
        for one in releases.listed(found)
    ]
    return [head, *rows]


def _target(path: Path, least: str) -> TargetFile:
    facts = _facts(path)
    try:
        name = offers.file_name(facts["version"], facts["architecture"], facts["python"])
        custom = {**{key: facts[key] for key in _NAMES}, "least": least}
    except (KeyError, TypeError) as error:
        raise ReleaseError(f"{path}: {FACTS} 不完整。 {FACTS} lacks {error}.") from error
    if path.name != name:
        raise ReleaseError(f"{path}: 应名为 {name}。 It must be called {name}.")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return TargetFile(path.stat().st_size, {"sha256": digest}, name, {"custom": custom})


def _facts(path: Path) -> Any:
    try:
        with tarfile.open(path, "r|xz") as archive:
            first = archive.next()
            file = None if first is None or first.name != FACTS else archive.extractfile(first)
            return None if file is None else json.loads(file.read(1 << 16))
    except (tarfile.TarError, lzma.LZMAError, ValueError, EOFError) as error:
        raise ReleaseError(f"{path}: 不是软件包。 Not a release's archive: {error}") from error


def _read(draft: bytes) -> tuple[ReleaseOffer, Metadata[Targets]]:
    try:
        offer = offers.decode(draft)
        return offer, read_releases(offer.releases)
    except WireError as error:
        raise ReleaseError(f"不是发布文件。 Not an offer of releases: {error.detail}") from error


def _root(offer: ReleaseOffer) -> Root:
    return metadata.read_root(offer.roots[-1]).signed


_NAMES: Final = ("version", "architecture", "python", "journal")
