"""From the township onto a stick: the newest list with its pages, receipts, and the word on photos.

Calls `hub.{applications,blobs,config,cosign,devices,ingest,log}`, `hub.carrier.report`, `stick` and
`wire`.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from hub.blobs import store as blobs
from hub.carrier.report import Report
from hub.clock import now_ms
from hub.cosign.shown import witnessed
from hub.devices.models import ListVersion
from hub.ingest import journal, receipts
from hub.log import store
from stick.files import Source
from wire import carried, messages
from wire.approval import subject
from wire.carried import Held, Item
from wire.lists import bundle as bundles
from wire.lists import content
from wire.lists.content import Grants
from wire.record.entry import Entry
from wire.tlog import proof_file

WITNESS_S: Final = 10.0
POLL_S: Final = 0.05


def sources(
    report: Report, entries: Mapping[bytes, Entry], photos: tuple[bytes, ...], tls: Path
) -> Iterator[Source]:
    """All that belongs into the machine's `down` folder now. `entries` and `photos`: those that it
    brought; `tls`: where the township's server key lies.
    """
    yield from _list(report)
    _await_witness(entries)
    seen = witnessed(now_ms())
    for _, payload in receipts.due(entries, store.Hashes()):
        places = [proof_file.decode(proof).index for _, proof in messages.decode_receipts(payload)]
        report.receipted += len(places)
        report.pending += sum(seen.needed and place >= seen.size for place in places)
        yield _source("receipts", payload)
    if photos:
        yield _source("held", _held(report.device, photos, tls))


def _await_witness(entries: Mapping[bytes, Entry]) -> None:
    """A stick comes seldom: give the county's witnesses a moment to see what it brought."""
    last = max((place for _, _, place in journal.leaves(entries.keys()).values()), default=-1)
    deadline = time.monotonic() + WITNESS_S
    while time.monotonic() < deadline:
        seen = witnessed(now_ms())
        if not seen.needed or seen.stuck or seen.size > last:
            return
        time.sleep(POLL_S)


def _list(report: Report) -> Iterator[Source]:
    """The newest list and the pages that its grants name."""
    newest = ListVersion.objects.filter(device=report.device).order_by("-version").first()
    if newest is None or not newest.bundle:
        report.problem(
            "这台机器还没有清单：请确认 sealhub work 在运行。",
            "There is no list for this machine yet: see that `sealhub work` runs.",
        )
        return
    bundle = bytes(newest.bundle)
    report.list_version = newest.version
    yield _source("list", bundle)
    for page in _pages(bundle, report.device):
        data = blobs.get(page)
        if data is None:
            name = page.hex()[:12]
            report.problem(f"审批页 {name} 缺失。", f"Approved page {name} is missing.")
        else:
            report.pages += 1
            yield _source("page", data)


def _pages(bundle: bytes, device: str) -> list[bytes]:
    file = bundles.decode(bundle).files[bundles.grants_path(device)]
    grants = content.decode(Grants, file).grants
    pages = [page for grant in grants for page in subject.decode(grant.subject).pages]
    return list(dict.fromkeys(pages))


def _held(device: str, photos: tuple[bytes, ...], tls: Path) -> bytes:
    key = load_pem_private_key((tls / "server.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("server.key is not a P-256 key")
    certificate = x509.load_pem_x509_certificate((tls / "server.pem").read_bytes())
    signature = key.sign(carried.to_be_signed(device, photos), ec.ECDSA(hashes.SHA256()))
    der = certificate.public_bytes(Encoding.DER)
    return carried.encode_held(Held(device, photos, der, signature))


def _source(kind: str, data: bytes) -> Source:
    return Source(Item(kind, len(data), hashlib.sha256(data).digest()), lambda: data)
