"""The acceptance sheet, gathered and signed by the one process that knows and holds the key.

Calls `sealctl.{custody,journal}`, `sealctl.lockd` and `wire`; writes nothing. A test stamp is a
stamp like any other, by a grant of the list: there is no way to stamp for a test.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Final

from sealctl import custody
from sealctl.journal import books, lately
from sealctl.lockd.core import IN_FLIGHT, Core
from sealctl.lockd.verb import Arguments, Served, Verb
from sealctl.rules import OPERATOR
from wire import acceptance, shape
from wire.acceptance import Acceptance, AcceptedPerson, AcceptedSeal, Citation
from wire.lists.content import ApprovalList
from wire.refusals import Refused


async def _accept(served: Served, given: Arguments) -> object:
    core = served.core
    if core.lists is None:
        raise Refused("list_missing")
    if core.session.mode in IN_FLIGHT:
        raise Refused("busy")
    payload = acceptance.encode(_sheet(core, core.lists, given))
    return {"sheet": core.journal.attest(payload)}


def _sheet(core: Core, lists: ApprovalList, given: Arguments) -> Acceptance:
    now, journal, machine = core.time.now(), core.journal, lists.machine
    return Acceptance(
        device=journal.device,
        village=machine.village,
        village_name=machine.village_name,
        state=machine.state,
        made_ms=now.wall,
        quality=now.quality,
        version=version("sealctl"),
        list_version=lists.version,
        list_sha256=lists.sha256,
        list_expires_ms=lists.expires_ms,
        boot=_cited(core, core.boot),
        boot_receipted=core.boot <= core.receipted,
        last=_cited(core, journal.last_seq),
        unreceipted=journal.last_seq - core.receipted,
        seals=tuple(_seals(core, lists)),
        people=tuple(_people(core, lists, now.wall)),
        serial=given["serial"],
        certificate=given["certificate"],
        findings=given["findings"],
    )


def _seals(core: Core, lists: ApprovalList) -> Iterator[AcceptedSeal]:
    """Those of the list that are not worn out, each with its newest stamp."""
    stamps, slots = _stamps(core), core.body.slots if core.body else {}
    worn = books.worn(core.journal.connection)
    for seal in lists.machine.seals:
        if seal.state == "retired" or seal.id in worn:
            continue
        opened, ended = stamps.get(seal.id, (None, None))
        photo = None if ended is None else ended.values.get("after")
        yield AcceptedSeal(
            seal=seal.id,
            name=seal.name,
            slot=seal.slot,
            state=seal.state,
            present=slots.get(seal.slot) == seal.rfid,
            stamp=None if ended is None else Citation(ended.entry.seq, ended.hash),
            item="" if opened is None else opened.entry.body["item"],
            findings=() if ended is None else tuple(ended.entry.body["findings"]),
            photo=photo if isinstance(photo, bytes) else None,
        )


def _stamps(core: Core) -> Mapping[str, tuple[lately.Told, lately.Told]]:
    """Seal → its newest opening that became a stamp, and that stamp."""
    ends: dict[int, lately.Told] = {}
    found: dict[str, tuple[lately.Told, lately.Told]] = {}
    for told in lately.newest(core.journal.connection, "authorised", "stamped"):
        if told.entry.kind == "stamped":
            ends[told.entry.body["authorised"]] = told
        elif told.entry.seq in ends:
            found.setdefault(told.entry.body["seal"], (told, ends[told.entry.seq]))
    return found


def _people(core: Core, lists: ApprovalList, now_ms: int) -> Iterator[AcceptedPerson]:
    """Everyone in office who may act here, enrolled or not yet."""
    enrolled: dict[object, Citation] = {}
    for told in lately.newest(core.journal.connection, "enrolled"):
        enrolled.setdefault(told.values.get("operator"), Citation(told.entry.seq, told.hash))
    for person in lists.roster.persons.values():
        if custody.acts(lists, person, now_ms) and person.id not in lists.grants.revoked_persons:
            methods = core.operators.methods(person.id)
            yield AcceptedPerson(
                person=person.id,
                name=person.name,
                operates=person.holds(OPERATOR, now_ms),
                supervises=custody.supervises(lists, person, now_ms),
                methods=methods,
                enrolled=enrolled.get(person.id) if methods else None,
            )


def _cited(core: Core, seq: int) -> Citation:
    found = books.hash_at(core.journal.connection, seq)
    if found is None:
        raise Refused("not_now", f"no entry {seq}")
    return Citation(seq, found)


_LEVELS: Final = shape.table(shape.ID, shape.choice("good", "warn", "bad"), 64)
ACCEPTANCE: Final[Mapping[str, Verb]] = {
    "accept": Verb(
        _accept,
        {
            "serial": shape.text(64, least=0),
            "certificate": shape.maybe(shape.octets(32)),
            "findings": _LEVELS,
        },
    )
}
