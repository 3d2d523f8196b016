"""A case as one ZIP file that whoever gets it can check without this hub.

Calls `hub.blobs`, `hub.ingest`, `hub.log`, `hub.records`, `hub.cases` and Django's templates. Under
`bundle/` lies an inspector's bundle that holds the case's entries alone (`sealinspect show`);
beside it a page to read, entries and proofs one by one for others' tools, and all their hashes.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from hub.blobs import store as blobs
from hub.cases import evidence, lists, log
from hub.cases.models import Case
from hub.cases.shown import Shown
from hub.ingest.models import Conflict
from hub.log import store
from hub.records import queries
from hub.records.queries import Row

SUMS: Final = "SHA256SUMS"
MAGIC: Final = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"%PDF": "pdf"}
File = tuple[str, bytes]


@dataclass(frozen=True)
class Piece:
    """One entry in the file."""

    row: Row
    openings: bytes | None

    @property
    def name(self) -> str:
        return f"{self.row.record.device}-{self.row.record.seq}"

    @property
    def leaf(self) -> int | None:
        """Its number in the log; None while it is not in there, and has no proof."""
        return self.row.record.leaf_index

    @property
    def missing(self) -> list[str]:
        """Photos that the hub has not, or no more."""
        return [one.name for one in self.row.photos if not one.held]


def write(case: Case, shown: Shown, to: IO[bytes]) -> bytes:
    """Write it there; the SHA-256 of its list of hashes, which names all of it."""
    sums = {}
    with ZipFile(to, "w", ZIP_DEFLATED) as made:
        for name, data in _files(case, shown):
            made.writestr(name, data)
            sums[name] = sha256(data).hexdigest()
        text = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
        made.writestr(SUMS, text)
    return sha256(text.encode()).digest()


def _files(case: Case, shown: Shown) -> Iterator[File]:
    cases = Case.objects.filter(pk=case.pk)
    pieces = _pieces(evidence.entries(cases))
    pages = sorted(evidence.pages(cases))
    yield from _bundle(pieces)
    yield from _beside(pieces)
    for one in pieces:
        yield f"entries/{one.name}.cose", bytes(one.row.record.envelope)
    yield from _rivals(pieces)
    absent = []
    for name in pages:
        data = blobs.get(name)
        if data is None:
            absent.append(name.hex())
        else:
            yield f"pages/{name.hex()}.{_ending(data)}", data
    told = {"shown": shown, "pieces": pieces, "absent": absent}
    yield "index.html", render_to_string("cases/export.html", told).encode()
    yield "index.css", _style()
    yield "case.json", json.dumps(_plain(shown, pieces), ensure_ascii=False, indent=1).encode()


def _bundle(pieces: list[Piece]) -> Iterator[File]:
    """Log, lists, openings, photos."""
    proved = {one.leaf: one for one in pieces if one.leaf is not None}
    judged = lists.of(one.row.record for one in proved.values())
    leaves = proved.keys() | judged.leaves
    if not leaves:
        return
    size, checkpoint = log.head(leaves)
    yield "bundle/checkpoint", checkpoint
    first = min(leaves)
    scope = {"village": None, "first": first, "end": first + 1}
    yield "bundle/scope.json", json.dumps(scope).encode()
    for path, data in log.files(leaves, size):
        yield f"bundle/{path}", data
    for number, root in enumerate(lists.roots(), start=1):
        yield f"bundle/roots/{number}.json", root
    for listed in judged.bundles:
        yield f"bundle/lists/{sha256(listed).hexdigest()}.cbor", listed
    for leaf, proof in store.proof_files(sorted(leaves)).items():
        name = proved[leaf].name if leaf in proved else f"leaf-{leaf}"
        yield f"proofs/{name}.proof", proof


def _beside(pieces: Iterable[Piece]) -> Iterator[File]:
    """Openings and photos, as a bundle has them."""
    written: set[bytes] = set()
    for one in pieces:
        if one.openings is not None:
            yield f"bundle/openings/{one.row.hash}.cbor", one.openings
        for photo in set(one.row.opened.photos) - written:
            data = blobs.get(photo)
            if data is not None:
                written.add(photo)
                yield f"bundle/photos/{photo.hex()}.jpg", data


def _rivals(pieces: Iterable[Piece]) -> Iterator[File]:
    """Signed entries that contradict one of these."""
    places = {(one.row.record.device, one.row.record.seq) for one in pieces}
    devices, seqs = {device for device, _ in places}, {seq for _, seq in places}
    for one in Conflict.objects.filter(device__in=devices, seq__in=seqs).order_by("pk"):
        if (one.device, one.seq) in places:
            yield f"rivals/{one.device}-{one.seq}-{one.pk}.cose", bytes(one.envelope)


def _pieces(names: Iterable[bytes]) -> list[Piece]:
    """By machine and number."""
    found = {bytes(record.entry_hash): (record, data) for record, data in evidence.records(names)}
    rows = queries.rows([record for record, _ in found.values()])
    rows.sort(key=lambda row: (row.record.device, row.record.seq))
    return [Piece(row, found[bytes(row.record.entry_hash)][1]) for row in rows]


def _plain(shown: Shown, pieces: Iterable[Piece]) -> dict[str, object]:
    """The case for programs."""
    return {
        **shown.plain(),
        "entries": [
            {
                "device": one.row.record.device,
                "seq": one.row.record.seq,
                "sha256": one.row.hash,
                "leaf": one.leaf,
                "photos": [name.hex() for name in one.row.opened.photos],
                "missing": one.missing,
            }
            for one in pieces
        ],
    }


def _ending(data: bytes) -> str:
    return next((end for magic, end in MAGIC.items() if data.startswith(magic)), "bin")


def _style() -> bytes:
    found = finders.find("cases/export.css")
    if not isinstance(found, str):
        raise LookupError("cases/export.css")
    return Path(found).read_bytes()
