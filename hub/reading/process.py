"""`sealhub read`: compares the text of each authorised stamp's photo with the approved pages'.

Calls `hub.reading`, `hub.blobs.store`, `hub.devices.models`, `hub.ingest.models` and
`hub.records.read`. It reads once all is here, and only adds rows of its own: no stamp waits for it,
ingest does not know it.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hub.blobs import store
from hub.devices.models import ListVersion
from hub.ingest.models import Openings, Record
from hub.reading import start
from hub.reading.engine import EngineMissingError
from hub.reading.models import Reading
from hub.reading.start import Found
from hub.records.read import entry_of, opened
from wire.approval import subject
from wire.errors import WireError
from wire.lists import bundle as bundles
from wire.lists import content
from wire.lists.content import Grants
from wire.record.entry import Entry

log = logging.getLogger(__name__)

POLL_S: Final = 5.0
LOOKED_AT: Final = 500
"""Newest entries without a reading that are looked at in one round."""
MOST_PAGES: Final = 20
"""An application of more pages is compared with its first ones."""

Reader = Callable[[bytes, Sequence[bytes]], Found]


class NoEngineError(Exception):
    """Nothing can be read here; the text says what to install."""


@dataclass(frozen=True)
class Job:
    """A photo and the pages that were approved for it, all here."""

    entry_hash: bytes
    photo: bytes
    pages: tuple[bytes, ...]


def run(now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`. Raises NoEngineError."""
    print("read: ready", flush=True)
    while not stopping.wait(POLL_S):
        step(now_ms, stopping)


def step(now_ms: Callable[[], int], stopping: threading.Event, reader: Reader = start.read) -> None:
    """Read what waits, the newest first. Raises NoEngineError."""
    for job in waiting():
        if stopping.is_set():
            return
        _read(job, now_ms, reader)


def waiting() -> Iterator[Job]:
    """Authorised entries that can be read now."""
    done = Reading.objects.values("entry_hash")
    records = Record.objects.filter(kind="authorised").exclude(entry_hash__in=done)
    for record in records.order_by("-id")[:LOOKED_AT]:
        job = _job(record)
        if job is not None:
            yield job


def _job(record: Record) -> Job | None:
    """None while the photo, its opening or a page is still under way."""
    name, entry = bytes(record.entry_hash), entry_of(bytes(record.envelope))
    openings = Openings.objects.filter(entry_hash=name).first()
    photo = opened(entry, name, None if openings is None else bytes(openings.data)).before
    pages = _pages(entry)
    if photo is None or pages is None:
        return None
    if any(store.get(one) is None for one in (photo, *pages)):
        return None
    return Job(name, photo, pages)


def _pages(entry: Entry) -> tuple[bytes, ...] | None:
    """Hashes of the approved pages, by the list that the entry names; None without that list."""
    found = ListVersion.objects.filter(device=entry.device, version=entry.body["list"]).first()
    if found is None:
        return None
    try:
        files = bundles.decode(bytes(found.bundle)).files
        listed = content.decode(Grants, files[bundles.grants_path(entry.device)])
    except (WireError, KeyError):
        return None
    for grant in listed.grants:
        if grant.id == entry.body["grant"]:
            return tuple(subject.decode(grant.subject).pages[:MOST_PAGES])
    return None


def _read(job: Job, now_ms: Callable[[], int], reader: Reader) -> None:
    found = Found("no_page")
    if job.pages:
        try:
            found = reader(_bytes(job.photo), [_bytes(one) for one in job.pages])
        except EngineMissingError as error:
            raise NoEngineError(
                "没有装文字识别,照片的文字不会比对。请安装 requirements/ocr.txt。 "
                "No text recognition is installed, the text of photos is not compared: "
                f"install requirements/ocr.txt. ({error})"
            ) from error
    Reading.objects.get_or_create(
        entry_hash=job.entry_hash,
        defaults={
            "photo": job.photo,
            "page": None if found.page is None else job.pages[found.page],
            "word": found.word,
            "differences": [list(pair) for pair in found.differences],
            "read_ms": now_ms(),
        },
    )
    log.info("%s: %s", job.entry_hash.hex(), found.word)


def _bytes(name: bytes) -> bytes:
    return store.get(name) or b""
