"""Stamping in an emergency (应急用印): the subject that two named people make at the machine.

Judged alike by machine and inspector.

Calls only `wire.shape`, `wire.lists`, `wire.approval.matter` and `wire.refusals`. Nobody signs the
subject: two people whom the officers named each give a one-time code in its place. It is the only
other thing than a granted application for which a lock opens, and its SHA-256 stands in
`authorised` as a grant's does.

The rules, in the order in which they are held:
 * The subject is of the machine of the list (`grant_unknown`).
 * Its item may be stamped (`wire.approval.matter`), the officers permit
   that in an emergency (`item_not_emergency`), and the item's limit is kept (`grant_void`).
 * The item takes the seal (`seal_mismatch`), and the seal is in use (`seal_suspended`).
 * Two different people (`same_person`) of the roster, neither revoked (`operator_unknown`);
   secretary and director do not operate unless the policy lets them (`operator_not_named`).
 * Each code is that person's on the list: another person's or machine's fits no verifier
   (`emergency_code_wrong`).
"""

from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.approval.matter import stampable
from wire.lists.catalogue import Item
from wire.lists.content import ApprovalList
from wire.lists.machines import code_verifier
from wire.refusals import Refused

CODE: Final = "subject"
LIMIT: Final = 4096
OFFICERS: Final = ("village.secretary", "village.director")
_TYPED: Final = str.maketrans({"-": None, " ": None, "0": "O", "1": "I", "8": "B"})


@dataclass(frozen=True)
class Emergency:
    """What two people ask of the machine at once; `created` is ms since 1970 UTC.

    `operator` lays the paper and pulls the lever, `second` stands by. `machine` is the kid of the
    machine's record key, `catalogue` the version of the item list.
    """

    id: bytes
    village: str
    device: str
    machine: bytes
    seal: str
    item: str
    catalogue: int
    operator: str
    second: str
    title: str
    reason: str
    impressions: int
    created: int

    @property
    def presses(self) -> int:
        """How often the seal may go down in all."""
        return self.impressions

    @property
    def pages(self) -> tuple[bytes, ...]:
        """No page was approved."""
        return ()

    def use(self, _number: int) -> str:
        """Seams are no emergency."""
        return "full"


def encode(emergency: Emergency) -> bytes:
    """Deterministic CBOR {v, type, …}; raises WireError('subject') for what would not be read."""
    return shape.encode(_EMERGENCY, emergency, CODE)


def decode(data: bytes) -> Emergency:
    """Strict inverse of encode; raises WireError('subject' or 'cbor')."""
    return shape.decode(_EMERGENCY, data, CODE, limit=LIMIT)


def judge(emergency: Emergency, lists: ApprovalList) -> Item:
    """The item, where every rule but that of the codes holds; else raises Refused."""
    machine = lists.machine
    here = (machine.village, machine.device, machine.kid)
    if (emergency.village, emergency.device, emergency.machine) != here:
        raise Refused("grant_unknown", "for another machine")
    item = _permitted_item(emergency, lists)
    _check_seal(emergency, item, lists)
    _check_people(emergency, lists)
    return item


def check_code(person: str, code: str, lists: ApprovalList) -> bytes:
    """The verifier that this code of that person fits; raises Refused('emergency_code_wrong')."""
    verifier = code_verifier(lists.machine.device, person, code)
    if (person, verifier) not in {(one.person, one.verifier) for one in lists.machine.emergency}:
        raise Refused("emergency_code_wrong")
    return verifier


def plain(typed: str) -> str:
    """A code as it was made, from what somebody typed: ABCD-efgh 2345-6723 → ABCDEFGH23456723."""
    return typed.upper().translate(_TYPED)


def _permitted_item(emergency: Emergency, lists: ApprovalList) -> Item:
    item = stampable(lists.catalogue, emergency.item, emergency.created)
    if not item.emergency:
        raise Refused("item_not_emergency", item.id)
    if emergency.impressions > item.impressions_max:
        raise Refused("grant_void", "more impressions than the item permits")
    return item


def _check_seal(emergency: Emergency, item: Item, lists: ApprovalList) -> None:
    seal = lists.machine.seal(emergency.seal)
    if seal is None or seal.kind not in item.seals:
        raise Refused("seal_mismatch")
    if seal.state != "active":
        raise Refused("seal_suspended")


def _check_people(emergency: Emergency, lists: ApprovalList) -> None:
    if emergency.operator == emergency.second:
        raise Refused("same_person")
    for name in (emergency.operator, emergency.second):
        if name not in lists.roster.persons or name in lists.grants.revoked_persons:
            raise Refused("operator_unknown", "not on the roster, or revoked")
    operator = lists.roster.persons[emergency.operator]
    officer = any(operator.holds(office, emergency.created) for office in OFFICERS)
    if officer and not lists.policy.officers_operate:
        raise Refused("operator_not_named", "secretary and director do not operate")


_EMERGENCY: Final = shape.record(
    Emergency,
    {
        "id": shape.octets(32),
        "village": shape.ID,
        "device": shape.DEVICE,
        "machine": shape.octets(16),
        "seal": shape.ID,
        "item": shape.ID,
        "catalogue": shape.integer(1),
        "operator": shape.ID,
        "second": shape.ID,
        "title": shape.text(200),
        "reason": shape.text(200),
        "impressions": shape.integer(1, 1000),
        "created": shape.integer(0),
    },
    fixed={"v": 1, "type": "emergency"},
)
