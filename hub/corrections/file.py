"""From what somebody typed to the exact bytes of a correction, and where each one stands.

Calls `hub.approvals`, `hub.corrections.stamps` and `wire`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hub.approvals import service
from hub.approvals.models import Subject
from hub.corrections import stamps
from hub.ingest.models import Record
from hub.people.roster import Staff
from wire.approval import chain, correction
from wire.approval.correction import Correction, Stamp
from wire.approval.decision import Approval
from wire.errors import WireError
from wire.lists.content import ApprovalList, SignedCorrection
from wire.refusals import Refused

KIND: Final = correction.KIND
RECENT: Final = 50


@dataclass(frozen=True)
class Standing:
    """`state`: pending, approved, returned, written, or overtaken where the machine wrote another
    of the same stamp; `waiting` are who may sign, by step.
    """

    correction: Correction
    stamp: Stamp
    lists: ApprovalList
    decisions: tuple[Approval, ...]
    state: str
    waiting: Mapping[str, tuple[str, ...]]


def submit(
    record: Record,
    staff: Staff,
    *,
    state: str,
    reason: str,
    replacement: bytes | None,
    random_id: bytes,
    now_ms: int,
) -> Subject:
    """Propose it; raises Refused. `random_id`: 32 random bytes."""
    lists = service.approval_list(record.device)
    stamp = stamps.stamp_of(record)
    if record.seq in stamps.corrected(record.device):
        raise Refused("correction_done")
    made = Correction(
        id=random_id,
        village=lists.machine.village,
        device=record.device,
        machine=lists.machine.kid,
        item=stamp.item,
        stamped=stamp.seq,
        entry=stamp.entry,
        state=state,
        reason=reason,
        replacement=replacement,
        created=now_ms,
    )
    try:
        data = correction.encode(made)
    except WireError as error:
        raise Refused("bad_request", error.detail) from error
    if not any(_waiting(made, stamp, lists, staff.person.id).values()):
        raise Refused("approvals_missing", "nobody may approve this")
    return service.freeze(
        KIND, data, proposer=staff.person.id, excluded={stamp.operator}, now_ms=now_ms
    )


def standing(found: Subject) -> Standing:
    """Read it off the decisions and the records; raises Refused where its stamp is not recorded."""
    made = correction.decode(bytes(found.data))
    lists = service.approval_list(made.device)
    stamp = stamps.stamp_of(stamps.find(made.entry))
    given = tuple(service.decisions(found))
    written = stamps.corrected(made.device).get(made.stamped)
    if written is not None:
        state = "written" if written == bytes(found.hash) else "overtaken"
    elif any(one.decision == "return" for one in given):
        state = "returned"
    else:
        state = "approved" if given else "pending"
    open_to = _waiting(made, stamp, lists, found.proposer) if state == "pending" else {}
    return Standing(made, stamp, lists, given, state, open_to)


def take(found: Subject, given: Approval, now_ms: int) -> None:
    """One decision, which is enough; raises Refused."""
    held = standing(found)
    if held.state != "pending":
        raise Refused("grant_void", f"it is {held.state}")
    service.submit(
        found,
        given,
        entitled=held.waiting.get(given.step, ()),
        lists=held.lists,
        now_ms=now_ms,
    )


def signed(device: str) -> tuple[SignedCorrection, ...]:
    """Those of a machine that hold and that it has not written yet: judged as it will judge."""
    done, found = set(stamps.corrected(device)), []
    for row, made in _proposed(device):
        data, given = bytes(row.data), service.decisions(row)
        if made.stamped in done or not given:
            continue
        try:
            stamp = stamps.stamp_of(stamps.find(made.entry))
            correction.judge(data, given[0], stamp, service.approval_list(device))
        except Refused:
            continue
        found.append(SignedCorrection(data, given[0]))
        done.add(made.stamped)
    return tuple(found)


def of_device(device: str) -> list[tuple[int, Correction]]:
    """(subject's number, correction) of every one proposed for a machine, newest first."""
    return [(row.pk, made) for row, made in reversed(list(_proposed(device)))]


def waiting_for(person: str, village: str) -> list[tuple[int, Correction]]:
    """(subject's number, correction) of those in a village that this person may sign now, among
    the RECENT newest.
    """
    found = []
    for row in Subject.objects.filter(kind=KIND).order_by("-id")[:RECENT]:
        try:
            held = standing(row)
        except (Refused, WireError):
            continue
        signers = {one for persons in held.waiting.values() for one in persons}
        if held.correction.village == village and person in signers:
            found.append((row.pk, held.correction))
    return found


def _proposed(device: str) -> Iterator[tuple[Subject, Correction]]:
    """Oldest first; a row that cannot be read is none of ours, and stops nothing."""
    for row in Subject.objects.filter(kind=KIND).order_by("id"):
        try:
            made = correction.decode(bytes(row.data))
        except WireError:
            continue
        if made.device == device:
            yield row, made


def _waiting(
    made: Correction, stamp: Stamp, lists: ApprovalList, proposer: str
) -> dict[str, tuple[str, ...]]:
    """Who may sign, by step; nobody approves what he proposed."""
    item, within = lists.catalogue.items.get(made.item), correction.within(made)
    if item is None:
        return {}
    return {
        step: tuple(
            one
            for one in correction.entitled(made, step, stamp.operator, lists)
            if one != proposer and chain.able(lists.roster.persons[one], lists, item, within)
        )
        for step in correction.steps(made, lists)
    }
