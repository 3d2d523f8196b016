"""What each role may ask of lockd: verbs, the shape of their arguments, and nothing besides.

Calls `sealctl.lockd` and `wire`. One table per role; what is not in it does not exist for it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sealctl.journal import books
from sealctl.lockd import doctor, receipts, views
from sealctl.lockd.changes import Changes
from sealctl.lockd.core import Contact, Core
from sealctl.lockd.pages import Pages
from sealctl.session import model as m
from sealctl.session.model import Mode
from wire import shape
from wire.refusals import Refused

MOST_ENTRIES: Final = 256
PHOTO_S: Final = 25.0
"""Longest wait for a photo; the session itself gives up earlier."""


@dataclass(frozen=True)
class Served:
    """What verbs work on."""

    core: Core
    changes: Changes
    pages: Pages


Arguments = dict[str, Any]
Call = Callable[[Served, Arguments], Awaitable[object]]


@dataclass(frozen=True)
class Verb:
    """`arguments`: shape by name; all are required and no other is taken."""

    call: Call
    arguments: Mapping[str, shape.Shape[Any]] = field(default_factory=dict)


async def _state(served: Served, _: Arguments) -> object:
    return views.state(served.core, served.changes.rev)


async def _watch(served: Served, given: Arguments) -> object:
    changes = served.changes
    await changes.until(lambda: changes.rev != given["rev"], given["timeout_ms"] / 1000)
    return views.state(served.core, changes.rev)


async def _operators(served: Served, _: Arguments) -> object:
    return views.operators(served.core)


async def _grants(served: Served, _: Arguments) -> object:
    return views.grants(served.core)


async def _items(served: Served, _: Arguments) -> object:
    return views.items(served.core)


async def _login(served: Served, given: Arguments) -> object:
    served.core.login(given["person"], given["pin"])
    return {}


async def _logout(served: Served, _: Arguments) -> object:
    served.core.feed(m.LoggedOut())
    return {}


async def _choose(served: Served, given: Arguments) -> object:
    served.core.choose(given["grant"])
    return {}


async def _cancel(served: Served, _: Arguments) -> object:
    served.core.feed(m.Cancelled())
    return {}


async def _photograph(served: Served, _: Arguments) -> object:
    core = served.core
    core.feed(m.PhotoAsked())
    await served.changes.until(lambda: core.session.mode is not Mode.PHOTOGRAPHING, PHOTO_S)
    if core.session.refusal is not None:
        raise Refused(*core.session.refusal)
    return {}


async def _stamp(served: Served, _: Arguments) -> object:
    served.core.stamp()
    return {}


async def _hello(served: Served, _: Arguments) -> object:
    core = served.core
    return {
        "device": core.journal.device,
        "list_version": core.lists.version if core.lists else 0,
        "last": core.journal.last_seq,
        "receipted": core.receipted,
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
    return {"receipted": receipts.take(served.core, given["receipts"])}


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


async def _contact(served: Served, given: Arguments) -> object:
    core = served.core
    if core.contact.online != given["online"] or core.contact.since_ms is None:
        core.contact = Contact(given["online"], core.time.now().wall)
        served.changes.bump()
    return {}


async def _next(served: Served, given: Arguments) -> object:
    photos = served.core.photos
    await served.changes.until(
        lambda: photos.job is not None and photos.taken != photos.job.id, given["wait_ms"] / 1000
    )
    job = photos.next()
    if job is None:
        return {"job": None}
    return {
        "job": {
            "id": job.id,
            "kind": job.kind,
            "after_mono_ms": job.after_mono_ms,
            "pages": list(job.pages),
            "before": job.before,
        }
    }


async def _done(served: Served, given: Arguments) -> object:
    core = served.core
    event = core.photos.done(given["id"], given["sha256"], given["findings"], given["mono_ms"])
    if event is not None and core.session.mode in (Mode.PHOTOGRAPHING, Mode.PICTURING):
        core.feed(event)
    return {}


async def _failed(served: Served, given: Arguments) -> object:
    core = served.core
    event = core.photos.failed(given["id"], given["code"])
    if event is not None and core.session.mode in (Mode.PHOTOGRAPHING, Mode.PICTURING):
        core.feed(event)
    return {}


async def _journal(served: Served, given: Arguments) -> object:
    connection = served.core.journal.connection
    rows = books.entries(connection, given["after"], min(given["limit"], MOST_ENTRIES))
    return [
        {
            "seq": row.seq,
            "envelope": row.envelope,
            "openings": row.openings,
            "receipted": books.receipt(connection, row.seq) is not None,
        }
        for row in rows
    ]


async def _doctor(served: Served, _: Arguments) -> object:
    return doctor.examine(served.core)


async def _enrol(served: Served, given: Arguments) -> object:
    served.core.operators.enrol(given["person"], given["pin"])
    served.core.journal.append(
        "enrolled", {"method": "pin"}, committed={"operator": given["person"]}
    )
    served.changes.bump()
    return {}


_WAIT: Final = shape.integer(0, 60_000)
_HASH: Final = shape.octets(32)
_SEQ: Final = shape.integer(0)
_PIN: Final = {"person": shape.ID, "pin": shape.text(32)}

PANEL: Final[Mapping[str, Verb]] = {
    "state": Verb(_state),
    "watch": Verb(_watch, {"rev": shape.integer(0), "timeout_ms": _WAIT}),
    "operators": Verb(_operators),
    "grants": Verb(_grants),
    "items": Verb(_items),
    "login": Verb(_login, _PIN),
    "logout": Verb(_logout),
    "choose": Verb(_choose, {"grant": _HASH}),
    "cancel": Verb(_cancel),
    "photograph": Verb(_photograph),
    "stamp": Verb(_stamp),
}

COURIER: Final[Mapping[str, Verb]] = {
    "hello": Verb(_hello),
    "pull": Verb(_pull, {"after": _SEQ, "limit": shape.integer(1, MOST_ENTRIES), "wait_ms": _WAIT}),
    "list": Verb(_list, {"bundle": shape.octets(1, 4 << 20)}),
    "receipts": Verb(_receipts, {"receipts": shape.octets(1, 1 << 20)}),
    "photos": Verb(_photos),
    "photo_sent": Verb(_photo_sent, {"sha256": _HASH}),
    "wanted": Verb(_wanted),
    "page": Verb(_page, {"data": shape.octets(1, 7 << 20)}),
    "contact": Verb(_contact, {"online": shape.flag()}),
}

CAMERA: Final[Mapping[str, Verb]] = {
    "next": Verb(_next, {"wait_ms": _WAIT}),
    "done": Verb(
        _done,
        {
            "id": shape.integer(1),
            "sha256": _HASH,
            "findings": shape.array(shape.text(64), 16),
            "mono_ms": shape.integer(0),
            "width": shape.integer(1, 100_000),
            "height": shape.integer(1, 100_000),
        },
    ),
    "failed": Verb(_failed, {"id": shape.integer(1), "code": shape.choice("camera_unavailable")}),
}

CONSOLE: Final[Mapping[str, Verb]] = {
    **PANEL,
    "journal": Verb(_journal, {"after": _SEQ, "limit": shape.integer(1, MOST_ENTRIES)}),
    "list": COURIER["list"],
    "receipts": COURIER["receipts"],
    "doctor": Verb(_doctor),
    "enrol": Verb(_enrol, _PIN),
}

ROLES: Final[Mapping[str, Mapping[str, Verb]]] = {
    "panel": PANEL,
    "courier": COURIER,
    "camera": CAMERA,
    "console": CONSOLE,
}
