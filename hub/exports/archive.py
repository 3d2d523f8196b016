"""An export as a tar archive, piece by piece: what went out is hashed and not kept.

Calls `hub.exports` and `hub.clock`. Memory holds one photo or one page of records at a time.
"""

import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from typing import IO, Final

from hub.clock import now_ms
from hub.exports import bundle, tables
from hub.exports.models import BulkExport
from hub.exports.running import Hold
from hub.exports.scope import Wanted, scope

PIECE: Final = 1 << 16
ABOUT: Final = (
    "records.csv 和 records.json 是乡镇平台的说法；bundle/ 是核验包，请用 sealinspect 核验。 "
    "The tables are the township's word; verify bundle/ with sealinspect and the county's policy."
)


def take(wanted: Wanted, *, person: str, by: str = "") -> Iterator[bytes]:
    """The archive; that it is taken (`by` a token of that name) is kept before its first byte, its
    hash after the last. Raises Refused('export_running').
    """
    hold = Hold(f"token {by}" if by else person, now_ms())
    row = BulkExport.objects.create(person=person, token=by, begun_ms=now_ms(), **wanted.plain())
    return _hashed(row, _files(wanted, row), hold)


def _hashed(row: BulkExport, pieces: Iterator[bytes], hold: Hold) -> Iterator[bytes]:
    digest = sha256()
    try:
        for piece in pieces:
            digest.update(piece)
            yield piece
            hold.goes_on(now_ms())
        BulkExport.objects.filter(pk=row.pk).update(sha256=digest.digest())
    finally:
        hold.end()


def _files(wanted: Wanted, row: BulkExport) -> Iterator[bytes]:
    at_s, found = row.begun_ms // 1000, scope(wanted)
    for path, data in () if found is None else bundle.files(found):
        yield from _file(f"bundle/{path}", io.BytesIO(data), at_s)
    for name, write in tables.WRITERS.items():
        with tempfile.TemporaryFile() as file:
            write(wanted, file)
            yield from _file(name, file, at_s)
    told = {
        "export": row.pk,
        "begun_ms": row.begun_ms,
        **wanted.plain(),
        "bundle": found is not None,
        "about": ABOUT,
    }
    data = json.dumps(told, ensure_ascii=False, indent=1).encode()
    yield from _file("export.json", io.BytesIO(data), at_s)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _file(name: str, file: IO[bytes], at_s: int) -> Iterator[bytes]:
    member = tarfile.TarInfo(name)
    member.size, member.mtime = file.seek(0, io.SEEK_END), at_s
    file.seek(0)
    yield member.tobuf(tarfile.PAX_FORMAT)
    while piece := file.read(PIECE):
        yield piece
    yield bytes(-member.size % tarfile.BLOCKSIZE)
