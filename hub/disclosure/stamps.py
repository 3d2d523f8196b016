"""One stamp for whoever holds the paper: found by its hash or its number, with its proof file.

Calls `hub.ingest`, `hub.log.store`, `hub.records` and `wire`. Reads only.
"""

import re
from typing import Final

from hub.ingest.models import Record
from hub.log import store
from hub.log.store import NotLoggedError
from hub.records.read import entry_of
from wire import stamp_code, stamp_proof
from wire.errors import WireError
from wire.stamp_code import PREFIX_BYTES
from wire.stamp_proof import LoggedEntry, StampParts
from wire.tlog import proof_file
from wire.tlog.proof_file import ProofFile

_HASH: Final = re.compile(r"[0-9a-f]{64}")


class NoStampError(LookupError):
    """No stamp of that name or number is known here."""


class TwoStampsError(LookupError):
    """Several stamps have this number: only the whole hash tells them apart."""


def by_hash(name: str) -> Record:
    """The `stamped` record of that hash (hex); raises NoStampError."""
    if not _HASH.fullmatch(name):
        raise NoStampError(name)
    found = Record.objects.filter(kind="stamped", entry_hash=bytes.fromhex(name)).first()
    if found is None:
        raise NoStampError(name)
    return found


def by_number(digits: str, township: int) -> Record:
    """The `stamped` record of that number; raises NoStampError, TwoStampsError."""
    try:
        code = stamp_code.parse(digits)
    except WireError as error:
        raise NoStampError(digits) from error
    if code.township != township:
        raise NoStampError(digits)
    first, last = (code.prefix + fill * (32 - PREFIX_BYTES) for fill in (b"\x00", b"\xff"))
    named = Record.objects.filter(entry_hash__gte=first, entry_hash__lte=last, kind="stamped")
    found = list(named[:2])
    if not found:
        raise NoStampError(digits)
    if len(found) > 1:
        raise TwoStampsError(digits)
    return found[0]


def authorised(stamped: Record) -> Record:
    """The opening that this stamp ended."""
    seq = entry_of(bytes(stamped.envelope)).body["authorised"]
    return Record.objects.get(device=stamped.device, seq=seq)


def proof(stamped: Record) -> bytes:
    """Its proof file; raises NotLoggedError while any part of it is not in the log."""
    parts = _parts(stamped)
    indexes = [_index(one) for one in parts]
    proofs = [proof_file.decode(one) for one in store.proof_files(indexes).values()]
    main, *beside = (_logged(*pair) for pair in zip(parts, proofs, strict=True))
    head = ProofFile(main.index, main.hashes, proofs[0].checkpoint)
    opening, *voids = beside
    return stamp_proof.encode(head, StampParts(main.entry, opening, voids[0] if voids else None))


def in_log(stamped: Record) -> bool:
    """Whether everything that its proof file holds is in the log."""
    return all(one.leaf_index is not None for one in _parts(stamped))


def correction(stamped: Record) -> Record | None:
    """What made it void, if anything did; the first of several."""
    later = Record.objects.filter(device=stamped.device, kind="correction", seq__gt=stamped.seq)
    for record in later.order_by("seq"):
        body = entry_of(bytes(record.envelope)).body
        if (body["stamped"], body["entry"]) == (stamped.seq, bytes(stamped.entry_hash)):
            return record
    return None


def _parts(stamped: Record) -> list[Record]:
    void = correction(stamped)
    return [stamped, authorised(stamped), *([] if void is None else [void])]


def _index(record: Record) -> int:
    if record.leaf_index is None:
        raise NotLoggedError(f"{record.device} {record.seq}")
    return record.leaf_index


def _logged(record: Record, found: ProofFile) -> LoggedEntry:
    return LoggedEntry(bytes(record.envelope), found.index, found.hashes)
