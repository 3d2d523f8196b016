"""Corrections (作废) that the list brings: shown, judged, and written into the journal once.

Calls `sealctl.{custody,journal}`, `sealctl.lockd` and `wire`. An approver has signed; what is left
for the machine is the photo of the cancelled original, taken here, or that it is lost. Nothing here
opens the lock, and nothing is undone.
"""

from sealctl import custody
from sealctl.journal import books
from sealctl.lockd import pictures
from sealctl.lockd.core import Core
from sealctl.lockd.supervised import Hand, refuse
from sealctl.lockd.verb import Served
from sealctl.session.model import Mode
from wire.approval import correction as subjects
from wire.approval.correction import Correction, Stamp
from wire.errors import WireError
from wire.lists.content import ApprovalList, SignedCorrection
from wire.record import commitment
from wire.record.entry import Entry
from wire.refusals import Refused


def waiting(core: Core) -> list[dict[str, object]]:
    """Those of the list that hold and are not in the journal yet."""
    lists, found = core.lists, []
    if lists is None:
        return []
    for signed in lists.grants.corrections:
        try:
            made = judge(core, signed, lists)
        except Refused:
            continue
        item = lists.catalogue.items[made.item]
        found.append(
            {
                "id": signed.id,
                "stamped": made.stamped,
                "state": made.state,
                "reason": made.reason,
                "item_zh": item.zh,
                "wall_ms": books.wall_at(core.journal.connection, made.stamped),
            }
        )
    return found


def brought(core: Core) -> int:
    """How many the list has and the journal has not; whether they hold is judged later."""
    listed = () if core.lists is None else core.lists.grants.corrections
    return sum(not _done(core, one) for one in listed)


async def correct(served: Served, name: bytes, hand: Hand) -> None:
    """Photograph the cancelled original, or take it as lost, and write it; raises Refused."""
    core = served.core
    if core.lists is None:
        raise Refused(core.listless)
    if core.session.mode is not Mode.IDLE:
        raise Refused("busy")
    try:
        _prove(core, core.lists, hand)
        made = judge(core, _find(core.lists, name), core.lists)
        photo = await pictures.take(served) if made.state == "cancelled" else None
        if photo is None and made.state == "cancelled":
            raise Refused("camera_unavailable")
        lists = core.lists
        made = judge(core, _find(lists, name), lists)
    except Refused as refused:
        refuse(core, "correct", refused, hand.person)
        raise
    body = {
        "stamped": made.stamped,
        "entry": made.entry,
        "subject": name,
        "list": lists.version,
        "list_sha256": lists.sha256,
        "state": made.state,
        "replacement": made.replacement,
    }
    picture = None if photo is None else photo.sha256
    core.journal.append("correction", body, committed={"operator": hand.person, "picture": picture})
    core.changed()


def judge(core: Core, signed: SignedCorrection, lists: ApprovalList) -> Correction:
    """The correction, where it holds here and is new; raises Refused."""
    try:
        if _done(core, signed):
            raise Refused("correction_done")
        stamp = _stamp(core, subjects.decode(signed.subject).stamped)
        return subjects.judge(signed.subject, signed.approval, stamp, lists)
    except WireError as error:
        raise Refused("correction_unknown", error.detail) from error


def _done(core: Core, signed: SignedCorrection) -> bool:
    """Whether its stamp was corrected already; one that cannot be read never is."""
    try:
        stamped = subjects.decode(signed.subject).stamped
    except WireError:
        return False
    return books.read_note(core.journal.connection, f"corrected {stamped}") is not None


def _stamp(core: Core, seq: int) -> Stamp:
    """What the journal says of that stamp; raises WireError where it says nothing whole."""
    connection, key = core.journal.connection, core.journal.key
    stamped = books.entry_at(connection, seq, key)
    if stamped.kind != "stamped":
        raise WireError("chain", f"entry {seq} is no stamp")
    authorised = books.entry_at(connection, stamped.body["authorised"], key)
    found = books.hash_at(connection, seq)
    if found is None:
        raise WireError("chain", f"entry {seq} is missing")
    return Stamp(seq, found, authorised.body["item"], _operator(core, authorised))


def _operator(core: Core, authorised: Entry) -> str:
    rows = books.entries(core.journal.connection, authorised.seq - 1, 1)
    if not rows or rows[0].openings is None:
        raise WireError("commitment", "who operated is not told any more")
    held = {one.field: one.value for one in commitment.decode(rows[0].openings).openings}
    operator = held.get("operator")
    if not isinstance(operator, str):
        raise WireError("commitment", "who operated is not told")
    return operator


def _find(lists: ApprovalList, name: bytes) -> SignedCorrection:
    for one in lists.grants.corrections:
        if one.id == name:
            return one
    raise Refused("correction_unknown")


def _prove(core: Core, lists: ApprovalList, hand: Hand) -> None:
    now_ms = core.time.now().wall
    custody.judge_actor(lists, hand.person, now_ms)
    core.operators.check(hand.person, hand.pin, lists.policy, now_ms)
