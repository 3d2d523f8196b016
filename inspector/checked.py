"""One entry held by itself, and the way of what a worker found to the process that holds the order.

Calls `wire.{record,sig}` and `inspector.{findings,ledger}`. Both run the same Python, so that its
own marshal serves, which takes a third of pickle's time.
"""

import marshal
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from inspector.findings import NotVerifiedError
from inspector.ledger import Logged
from wire.record.entry import Entry, Time
from wire.sig import PublicKey


class Checked(NamedTuple):
    """One entry by itself: signed by `key`, its openings and photos there.

    `values` are those of the kinds `inspector.heavy.TOLD`. `problem` is what else does not hold: in
    an `authorised` it may be that it rests on no grant but on an emergency. `where` names it.
    `erased` has, for each thing that is missing rightly, the leaf that names it.
    """

    leaf: int
    hash: bytes
    key: PublicKey
    entry: Entry
    values: Mapping[str, str | bytes]
    problem: NotVerifiedError | None
    where: str
    erased: tuple[int, ...] = ()


Found = Checked | Logged


def pack(found: Iterable[Found], error: NotVerifiedError | None) -> bytes:
    """What a worker found, and what ended it."""
    rows = [_list_row(one) if isinstance(one, Logged) else _entry_row(one) for one in found]
    return marshal.dumps((rows, _words(error)))


def unpack(data: bytes) -> tuple[list[Found], NotVerifiedError | None]:
    """The same; only for what a worker of this verification has packed."""
    rows, words = marshal.loads(data)  # noqa: S302  # as trusted as the worker itself
    keys: dict[tuple[str, bytes], PublicKey] = {}
    found: list[Found] = [
        _list(row, keys) if len(row) == _LIST_FIELDS else _entry(row, keys) for row in rows
    ]
    return found, _problem(words)


_LIST_FIELDS: Final = 6


def _list_row(one: Logged) -> tuple[Any, ...]:
    return one.device, one.version, one.sha256, one.leaf, *_key_row(one.key)


def _list(row: tuple[Any, ...], keys: dict[tuple[str, bytes], PublicKey]) -> Logged:
    device, version, sha256, leaf, alg, public = row
    return Logged(device, version, sha256, leaf, None if alg is None else _key(alg, public, keys))


def _entry_row(one: Checked) -> tuple[Any, ...]:
    entry, time = one.entry, one.entry.time
    what = (entry.device, entry.seq, entry.prev, entry.boot, entry.kind, entry.body, entry.seen)
    when = (time.wall, time.quality, time.mono)
    beside = (one.values, _words(one.problem), one.where, one.erased)
    return one.leaf, one.hash, *_key_row(one.key), *what, *when, *beside


def _entry(row: tuple[Any, ...], keys: dict[tuple[str, bytes], PublicKey]) -> Checked:
    leaf, name, alg, public, device, seq, prev, boot, kind, body, seen, *rest = row
    wall, quality, mono, values, words, where, erased = rest
    entry = Entry(device, seq, prev, boot, Time(wall, quality, mono), kind, body, seen)
    problem = _problem(words)
    return Checked(leaf, name, _key(alg, public, keys), entry, values, problem, where, erased)


def _key_row(key: PublicKey | None) -> tuple[str | None, bytes | None]:
    return (None, None) if key is None else (key.alg, key.public)


def _key(alg: str, public: bytes, keys: dict[tuple[str, bytes], PublicKey]) -> PublicKey:
    """One for each, so that its id is computed once."""
    known = keys.get((alg, public))
    if known is None:
        known = keys[alg, public] = PublicKey(alg, public)
    return known


def _words(error: NotVerifiedError | None) -> tuple[str, str, str] | None:
    return None if error is None else (error.code, error.where, error.detail)


def _problem(words: tuple[str, str, str] | None) -> NotVerifiedError | None:
    return None if words is None else NotVerifiedError(*words)
