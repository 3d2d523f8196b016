"""One `authorised` judged again: grant, approvals, operator, time and number, by the list it names.

Calls `wire.approval`, `wire.lists` and `inspector`. The rules are the machine's own; a stamp that
breaks one was not permitted by the software that the county gave.
"""

from typing import Final

from inspector.findings import NotVerifiedError
from wire.approval import chain, subject
from wire.approval.subject import Application
from wire.lists.content import ApprovalList, Grant, Item
from wire.record.entry import Entry
from wire.refusals import Refused

OPERATOR: Final = "village.operator"
OFFICERS: Final = ("village.secretary", "village.director")
FORBIDDING: Final = frozenset({"no_page", "blank", "unsharp", "page_mismatch"})
"""Findings of the photo before that forbid a stamp."""
DECIDED_MS: Final = 1_000
"""So long at most between the rules' look at the clock and the entry's."""

Rules = tuple[tuple[bool, str], ...]


def judge(entry: Entry, operator: str | None, sheet: int, lists: ApprovalList, where: str) -> None:
    """Raises NotVerifiedError('grant'); `sheet` is the number that this opening must have, the
    operator is None where his name was erased: then nobody judges him.
    """
    grant = _grant(entry, lists, where)
    application = subject.decode(grant.subject)
    try:
        chain.judge(application, grant.subject, grant.approvals, lists, grant.absences)
    except Refused as refused:
        raise NotVerifiedError("grant", where, f"{refused.code} {refused.detail}") from refused
    item = lists.catalogue.items[application.item]
    rules = (
        *_of_matter(entry, application, item, lists),
        *(() if operator is None else _of_operator(entry, operator, grant, item, lists)),
        *_of_time(entry, application, lists),
        (sheet <= application.presses, "more openings than were granted"),
        (entry.body["sheet"] == sheet, "sheets out of order"),
        (entry.body["use"] == application.use(sheet), "a sheet for a seam, or a seam for a sheet"),
    )
    for holds, words in rules:
        if not holds:
            raise NotVerifiedError("grant", where, words)


def _grant(entry: Entry, lists: ApprovalList, where: str) -> Grant:
    name = entry.body["grant"]
    found = next((one for one in lists.grants.grants if one.id == name), None)
    if found is None:
        raise NotVerifiedError("grant", where, "not on the list that the entry names")
    if name in lists.grants.revoked_grants:
        raise NotVerifiedError("grant", where, "revoked by the list that the entry names")
    return found


def _of_matter(entry: Entry, application: Application, item: Item, lists: ApprovalList) -> Rules:
    body, seal = entry.body, lists.machine.seal(application.seal)
    seen, seam = set(body["findings"]), body["use"] == "seam"
    return (
        (body["item"] == application.item, "another item than was granted"),
        (body["seal"] == application.seal, "another seal than was granted"),
        (seal is not None and seal.kind in item.seals, "a seal that the item does not take"),
        (seal is not None and seal.state == "active", "the seal was suspended"),
        (lists.machine.state == "active", "the machine was suspended"),
        (body["before"] is not None, "without a photo before"),
        (not seen & FORBIDDING, "the photo before forbade it"),
        (
            not item.same_page or seam or "page_match" in seen,
            "not seen to be the approved page",
        ),
    )


def _of_operator(
    entry: Entry, operator: str, grant: Grant, item: Item, lists: ApprovalList
) -> Rules:
    application, wall = subject.decode(grant.subject), entry.time.wall
    person = lists.roster.persons.get(operator)
    officer = person is not None and any(person.holds(office, wall) for office in OFFICERS)
    return (
        (operator in application.operators, "an operator who was not named"),
        (operator not in {one.person for one in grant.approvals}, "the operator approved it"),
        (
            operator != application.applicant or item.applicant_may_operate,
            "the applicant stamped it",
        ),
        (person is not None and person.holds(OPERATOR, wall), "an operator not in office"),
        (operator not in lists.grants.revoked_persons, "the operator was revoked"),
        (not officer or lists.policy.officers_operate, "secretary and director do not operate"),
    )


def _of_time(entry: Entry, application: Application, lists: ApprovalList) -> Rules:
    """A clock of quality `floor` may be late, never early: it can prove an end, not a beginning."""
    wall, certain = entry.time.wall, entry.time.quality != "floor"
    decided = wall - DECIDED_MS
    return (
        (decided < lists.expires_ms, "the list had expired"),
        (not certain or application.not_before <= wall, "before the grant's time"),
        (decided < application.not_after, "after the grant's time"),
    )
