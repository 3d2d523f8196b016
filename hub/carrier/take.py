"""From a stick into the township: entries and openings to ingest, photos to the blob store.

Calls `hub.{blobs,ingest}`, `hub.carrier.report`, `stick` and `wire`. A stick proves nothing by
lying in a machine's name: entries are held against that machine's key here, to tell the operator,
and again by ingest, which alone orders them. A photo is taken only where a stored opening of that
machine names it.
"""

import shutil
import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from hub.blobs import store
from hub.carrier.report import Report
from hub.devices import authority
from hub.ingest import judge, spool
from hub.ingest.models import Openings, Record
from stick.files import Found
from wire import messages
from wire.approval import draft
from wire.carried import Item
from wire.errors import WireError
from wire.lists.content import Machine
from wire.record import commitment, kinds
from wire.record.commitment import Opening
from wire.record.entry import Entry

RESERVE_BYTES: Final = 256 << 20
"""Room that stays free on the hub's disk."""
WAIT_S: Final = 60.0
POLL_S: Final = 0.05
JPEG: Final = b"\xff\xd8\xff"
_CHUNK: Final = 1000


def entries(
    found: Found, state: Path, machines: Mapping[str, Machine], report: Report
) -> dict[bytes, Entry]:
    """Hand the stick's entries and openings to ingest and wait until it has answered for them.

    Given are the machine's own entries (hash → entry), whether ingest took them or not.
    """
    items = list(_items(found, "entries", "openings"))
    if sum(item.size for item in items) + RESERVE_BYTES > shutil.disk_usage(state).free:
        report.problem("镇平台的磁盘快满了，没有收。", "The hub's disk is too full: not taken.")
        return {}
    sorting, handed, number = _Sorting(machines, report), list[Path](), time.time_ns()
    for item in items:
        payload = sorting.payload(found, item)
        if payload is not None:
            what = {"entries": "entry", "openings": "opening"}[item.kind]
            handed.append(spool.put(state, report.device, what, payload, number + len(handed)))
    report.entries = len(sorting.signed)
    _await(handed, report)
    return sorting.signed


def photos(found: Found, report: Report) -> tuple[bytes, ...]:
    """Keep the stick's photos; those of them that the township has now."""
    items = list(_items(found, "photo"))
    if not items:
        return ()
    named = bound(report.device)
    has = []
    for item in items:
        if item.sha256 not in named:
            report.problem(
                f"照片 {item.sha256.hex()[:12]} 不属于这台机器的任何记录，没有收下。",
                f"Photo {item.sha256.hex()[:12]} belongs to no entry of this machine: not taken.",
            )
        elif _kept(found, item, report):
            has.append(item.sha256)
    report.photos = len(has)
    return tuple(has)


def bound(device: str) -> frozenset[bytes]:
    """The photos that stored openings of a machine's entries name."""
    rows = Record.objects.filter(device=device).order_by("seq")
    names = [bytes(name) for name in rows.values_list("entry_hash", flat=True)]
    found: set[bytes] = set()
    for first in range(0, len(names), _CHUNK):
        some = Openings.objects.filter(entry_hash__in=names[first : first + _CHUNK])
        for data in some.values_list("data", flat=True):
            for one in commitment.decode(bytes(data)).openings:
                found |= set(_named(one))
    return frozenset(found)


def _named(opening: Opening) -> tuple[bytes, ...]:
    """The photos that an opening names: itself, or the pages of the draft that it holds."""
    if not isinstance(opening.value, bytes):
        return ()
    if opening.field in kinds.PHOTOS:
        return (opening.value,)
    if opening.field not in kinds.DOCUMENTS:
        return ()
    try:
        return draft.decode(opening.value).pages
    except WireError:
        return ()


def _items(found: Found, *wanted: str) -> Iterator[Item]:
    manifest = found.manifest
    for kind in wanted:
        yield from (item for item in (manifest.items if manifest else ()) if item.kind == kind)


class _Sorting:
    """Tells what is the machine's own from what only lies in its folder."""

    def __init__(self, machines: Mapping[str, Machine], report: Report) -> None:
        self._machines = machines
        self._report = report
        self.signed: dict[bytes, Entry] = {}

    def payload(self, found: Found, item: Item) -> bytes | None:
        """A message for ingest of what is the machine's; None where nothing is left."""
        data = found.data(item)
        if data is None:
            _damaged(item, self._report)
            return None
        try:
            if item.kind == "entries":
                good = [one for one in messages.decode_entries(data) if self._verified(one)]
                return messages.encode_entries(good) if good else None
            mine = [one for one in messages.decode_openings(data) if self._mine(one)]
            return messages.encode_openings(mine) if mine else None
        except WireError as error:
            self._report.problem(
                f"U盘上的记录不能读：{error}。", f"Records that cannot be read: {error}"
            )
            return None

    def _verified(self, data: bytes) -> bool:
        try:
            one = judge.verify(data, self._report.device, self._machines, authority.record_keys())
        except WireError as error:
            name = sha256(data).hexdigest()[:12]
            self._report.problem(
                f"记录 {name} 不是这台机器签名的，没有收下：{error}。",
                f"Entry {name} was not signed by this machine: not taken: {error}",
            )
            return False
        self.signed[one.hash] = one.entry
        return True

    def _mine(self, data: bytes) -> bool:
        try:
            held = commitment.decode(data)
            if held.device != self._report.device:
                raise WireError(commitment.CODE, f"of {held.device}")
        except WireError as error:
            self._report.problem(f"公开值没有收下：{error}。", f"Openings not taken: {error}")
            return False
        return True


def _await(handed: list[Path], report: Report) -> None:
    deadline = time.monotonic() + WAIT_S
    while any(path.exists() for path in handed):
        if time.monotonic() >= deadline:
            report.problem(
                "接收进程还没有处理完：请确认 sealhub ingest 在运行，再运行一次本命令。",
                "Ingest has not taken them yet: see that `sealhub ingest` runs, then repeat this.",
            )
            return
        time.sleep(POLL_S)


def _kept(found: Found, item: Item, report: Report) -> bool:
    if store.get(item.sha256) is not None:
        return True
    data = found.data(item)
    if data is None:
        _damaged(item, report)
        return False
    if not data.startswith(JPEG):
        report.problem("照片不是 JPEG。", "A photo that is no JPEG: not taken.")
        return False
    store.put(data, "photo", report.device)
    return True


def _damaged(item: Item, report: Report) -> None:
    name = _NAMES[item.kind]
    report.problem(
        f"U盘上的{name}缺失或损坏，请在机器上再运行 sealctl carry。",
        f"{item.kind}: missing or damaged on the stick; run `sealctl carry` at the machine again.",
    )


_NAMES: Final[Mapping[str, str]] = {"entries": "记录", "openings": "公开值", "photo": "照片"}
