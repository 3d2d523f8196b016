"""Which villages' pages of stamps may be others than they were, by a few queries.

Calls `hub.disclosure`, `hub.devices.authority`, `hub.ingest`, `hub.days` and `wire`. The mark says
how far the records, the signed head and the cosigned one had come, and what the officers' lists
said, which are read again when another package is in force or another day begins.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from django.db.models import Max, QuerySet

from hub.days import today
from hub.devices import authority
from hub.disclosure import queries
from hub.disclosure.gather import KINDS
from hub.disclosure.numbers import twins
from hub.disclosure.proofs import Heads
from hub.ingest.models import Record
from wire.lists.villages import FormerVillage


@dataclass(frozen=True)
class Mark:
    """`row`: the last record; `size` and `seen`: leaves under the signed and the cosigned head;
    `trusted`: the log's key and the witnesses; `lists`: which package, on which day; `items`: what
    may be stamped, by whom; `places`: by village, its name, machines and seals.
    """

    row: int = 0
    size: int = 0
    seen: int = 0
    trusted: str = ""
    lists: str = ""
    items: str = ""
    places: Mapping[str, str] = field(default_factory=dict)


def changed(mark: str, now_ms: int) -> tuple[str, frozenset[str] | None]:
    """As `hub.site.place.Matter` wants it."""
    before = Mark(**json.loads(mark)) if mark else None
    now = _mark(before or Mark(), now_ms)
    told = json.dumps(asdict(now), sort_keys=True)
    if before is None or told == mark:
        return told, None if before is None else frozenset()
    if now.trusted != before.trusted or now.size < before.size or now.seen < before.seen:
        return told, None
    fresh = Record.objects.filter(id__gt=before.row, id__lte=now.row)
    names = fresh.values_list("entry_hash", "kind").iterator()
    if twins(bytes(name) for name, kind in names if kind == "stamped"):
        return told, None
    found = {*_villages(fresh), *_moved(before, now)}
    if now.items != before.items:
        found |= now.places.keys()
    return told, frozenset(found)


def _mark(before: Mark, now_ms: int) -> Mark:
    heads = Heads()
    lists = f"{authority.in_force()} {today(now_ms)}"
    same = lists == before.lists
    return Mark(
        row=Record.objects.aggregate(last=Max("id"))["last"] or 0,
        size=heads.size,
        seen=heads.seen,
        trusted=_digest(heads.key, _witnesses()),
        lists=lists,
        items=before.items if same else _items(),
        places=before.places if same else _places(),
    )


def _moved(before: Mark, now: Mark) -> Iterator[str]:
    """Villages with leaves that came under a head since then, or that the lists say otherwise."""
    for first, end in ((before.size, now.size), (before.seen, now.seen)):
        yield from _villages(Record.objects.filter(leaf_index__gte=first, leaf_index__lt=end))
    yield from (one for one, said in now.places.items() if before.places.get(one) != said)


def _villages(rows: QuerySet[Record]) -> Iterator[str]:
    """Those whose pages tell of any of these, which are few: of each kind there are many."""
    for village, kind in rows.order_by().values_list("village", "kind").distinct():
        if kind in KINDS:
            yield village


def _witnesses() -> object:
    if authority.current() is None:
        return ()
    policy = authority.policy()
    return policy.witnesses, policy.quorum


def _items() -> str:
    if authority.current() is None:
        return ""
    return _digest(authority.catalogue().items, authority.policy().offices)


def _places() -> Mapping[str, str]:
    there = queries.villages()
    former = queries.former()
    return {one.id: _place(one, former) for one in there}


def _place(where: queries.Village, former: Sequence[FormerVillage]) -> str:
    seals = [(one.device, [(s.id, s.name, s.kind) for s in one.seals]) for one in where.machines]
    return _digest(where.name, where.ended, queries.before(where, former), seals)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
