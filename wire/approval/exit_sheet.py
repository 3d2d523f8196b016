"""An exit sheet (移交清单): what a leaver hands over, signed by three people. It opens no lock.

Calls only `wire.shape`, its siblings of `wire.approval`, `wire.lists` and `wire.refusals`. Judged
alike by the hub and by whoever is given the sheet and its signatures.

The rules of a signature, in the order in which they are held:
 * It is for one of the three parts, by the person whom the sheet names for it, of the village whose
   roster it is judged by (`approver_not_entitled`).
 * It is a passkey's (`approval_suite`) of that person on that roster, neither of them revoked, and
   agrees, over the challenge of this sheet under a version of the roster that is known
   (`approval_invalid`). Who does not agree, does not sign.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.approval import decision, proof
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval
from wire.approval.subject import subject_hash
from wire.lists.content import Policy, Roster
from wire.refusals import Refused
from wire.shape import ShapeError

KIND: Final = "exit_sheet"
CODE: Final = "subject"
LIMIT: Final = 32 * 1024
ROLES: Final[Mapping[str, str]] = {"gives": "移交人", "takes": "接交人", "watches": "监交人"}
PARTS: Final = ("seals", "papers", "card", "codes", "advances", "matters")
STATES: Final = ("handed", "none", "missing")
MOST: Final = 600
"""Characters of what is written of one part."""


@dataclass(frozen=True)
class Party:
    """One of the three people, and the village whose roster has his passkeys."""

    village: str
    id: str
    name: str


@dataclass(frozen=True)
class SheetLine:
    """One part: whether it was handed over, and what was written of it, line by line."""

    part: str
    state: str
    text: tuple[str, ...]


@dataclass(frozen=True)
class ExitSheet:
    """`on` is when the leaver's term ends, `made` when the sheet was frozen, both ms since 1970
    UTC; `roster` is the version by which he leaves.
    """

    village: str
    village_name: str
    on: int
    made: int
    roster: int
    gives: Party
    takes: Party
    watches: Party
    lines: tuple[SheetLine, ...]

    @property
    def parties(self) -> Mapping[str, Party]:
        """By what each does."""
        return {role: getattr(self, role) for role in ROLES}


def encode(sheet: ExitSheet) -> bytes:
    """Deterministic CBOR {v, type, …}; raises WireError('subject') for what would not be read."""
    return shape.encode(_EXIT_SHEET, sheet, CODE)


def decode(data: bytes) -> ExitSheet:
    """Strict inverse of encode; raises WireError('subject' or 'cbor')."""
    return shape.decode(_EXIT_SHEET, data, CODE, limit=LIMIT)


def judge(
    data: bytes,
    given: Approval,
    roster: Roster,
    policy: Policy,
    *,
    persons: Collection[str] = (),
    credentials: Collection[bytes] = (),
) -> ExitSheet:
    """The sheet, where every rule holds; `persons` and `credentials` are the revoked ones.

    Raises Refused, WireError for bytes that are no sheet.
    """
    found = decode(data)
    party = found.parties.get(given.step)
    if party is None or (party.village, party.id) != (roster.village, given.person):
        raise Refused("approver_not_entitled", f"to sign as {given.step}")
    if not isinstance(given.proof, Assertion):
        raise Refused("approval_suite", "a passkey signs, or a hand on paper")
    person = roster.persons.get(party.id)
    if person is None or party.id in persons:
        raise Refused("approval_invalid", "by nobody whom this roster lets sign")
    if given.decision != "approve" or given.roster > roster.version:
        raise Refused("approval_invalid", "of another decision, or under a roster of later")
    challenge = decision.challenge_of(KIND, subject_hash(data), given)
    proof.check_passkey(given.proof, challenge, person, policy, credentials)
    return found


def _check(sheet: ExitSheet) -> None:
    if len({party.id for party in sheet.parties.values()}) != len(ROLES):
        raise ShapeError("three different people expected")
    if tuple(line.part for line in sheet.lines) != PARTS:
        raise ShapeError("lines: every part once, in order, expected")


def _check_line(line: SheetLine) -> None:
    if sum(map(len, line.text)) > MOST:
        raise ShapeError(f"text: at most {MOST} characters expected")


_PARTY: Final = shape.record(Party, {"village": shape.ID, "id": shape.ID, "name": shape.text(64)})
_LINE: Final = shape.record(
    SheetLine,
    {
        "part": shape.choice(*PARTS),
        "state": shape.choice(*STATES),
        "text": shape.array(shape.text(MOST, least=0), MOST),
    },
    check=_check_line,
)
_EXIT_SHEET: Final = shape.record(
    ExitSheet,
    {
        "village": shape.ID,
        "village_name": shape.text(100),
        "on": shape.integer(0),
        "made": shape.integer(0),
        "roster": shape.integer(1),
        **dict.fromkeys(ROLES, _PARTY),
        "lines": shape.array(_LINE, len(PARTS)),
    },
    fixed={"v": 1, "type": KIND},
    check=_check,
)
