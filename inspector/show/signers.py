"""Who signed what, by which key, and who is away by whose word, in Chinese and English. Pure.

Calls `wire` and `inspector.report.span`.
"""

from inspector.report.span import clock
from wire.approval import absence
from wire.approval.absence import SignedAbsence
from wire.approval.decision import Approval
from wire.approval.sm2 import Sm2Signature
from wire.errors import WireError
from wire.lists.content import ApprovalList


def away(lists: ApprovalList, said: SignedAbsence) -> str:
    """A statement of absence in a line."""
    by = f"{named(lists, said.approval.person)} 说 says so，{key(said.approval)}"
    try:
        found = absence.decode(said.subject)
    except WireError:
        return f"读不懂 unreadable，{by}"
    return f"{named(lists, found.person)}，{clock(found.first)} 至 {clock(found.until)}，{by}"


def key(one: Approval) -> str:
    """By what it is proved."""
    if isinstance(one.proof, Sm2Signature):
        return f"国密密钥 SM2 {one.proof.key.hex()}"
    return f"通行密钥 {one.proof.credential.hex()}"


def named(lists: ApprovalList | None, person: str) -> str:
    """His name and id; the id alone where the roster does not know him."""
    found = None if lists is None else lists.roster.persons.get(person)
    return person if found is None else f"{found.name}（{person}）"
