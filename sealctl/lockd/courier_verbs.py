"""What the courier may ask of lockd: never to open, to sign an entry or to choose.

Calls `sealctl.{journal,lockd}` and `wire`.
"""

from collections.abc import Mapping
from typing import Final

from sealctl.journal import books
from sealctl.lockd import receipts
from sealctl.lockd.commands import COMMANDS
from sealctl.lockd.proofs import COURIER_PROOF
from sealctl.lockd.verb import HASH, MOST_ENTRIES, SEQ, WAIT, Arguments, Served, Verb
from wire import shape
from wire.lists.policy import device_cas


async def _hello(served: Served, _: Arguments) -> object:
    core = served.core
    return {
        "device": core.journal.device,
        "list_version": core.lists.version if core.lists else 0,
        "last": core.journal.last_seq,
        "receipted": core.receipted,
        "answered": max(core.answered, core.receipted),
    }


async def _pull(served: Served, given: Arguments) -> object:
    core = served.core
    after = max(given["after"], core.receipted)
    await served.changes.until(lambda: core.journal.last_seq > after, given["wait_ms"] / 1000)
    rows = books.entries(core.journal.connection, after, min(given["limit"], MOST_ENTRIES))
    entries = [{"seq": row.seq, "envelope": row.envelope, "openings": row.openings} for row in rows]
    return {"entries": entries, "last": core.journal.last_seq}


async def _list(served: Served, given: Arguments) -> object:
    return {"version": served.core.adopt(given["bundle"])}


async def _receipts(served: Served, given: Arguments) -> object:
    core = served.core
    receipted = receipts.take(core, given["receipts"])
    return {"receipted": receipted, "answered": core.answered}


async def _photos(served: Served, _: Arguments) -> object:
    return {"pending": books.photos_to_send(served.core.journal.connection)}


async def _photo_sent(served: Served, given: Arguments) -> object:
    books.photo_sent(served.core.journal.connection, given["sha256"])
    return {}


async def _wanted(served: Served, _: Arguments) -> object:
    return {"pages": served.pages.missing(served.core.lists)}


async def _page(served: Served, given: Arguments) -> object:
    served.pages.keep(served.core.lists, given["data"])
    return {}


async def _hub_cas(served: Served, _: Arguments) -> object:
    """None while no list is followed: nothing is known then, and nothing changes."""
    lists = served.core.lists
    return {"cas": None if lists is None else list(device_cas(lists.policy))}


async def _contact(served: Served, given: Arguments) -> object:
    served.core.reach(online=given["online"])
    return {}


COURIER: Final[Mapping[str, Verb]] = {
    **COURIER_PROOF,
    **COMMANDS,
    "hello": Verb(_hello),
    "pull": Verb(_pull, {"after": SEQ, "limit": shape.integer(1, MOST_ENTRIES), "wait_ms": WAIT}),
    "list": Verb(_list, {"bundle": shape.octets(1, 4 << 20)}),
    "receipts": Verb(_receipts, {"receipts": shape.octets(1, 1 << 20)}),
    "photos": Verb(_photos),
    "photo_sent": Verb(_photo_sent, {"sha256": HASH}),
    "wanted": Verb(_wanted),
    "page": Verb(_page, {"data": shape.octets(1, 7 << 20)}),
    "hub_cas": Verb(_hub_cas),
    "contact": Verb(_contact, {"online": shape.flag()}),
}
