"""What two or three named people do together at the machine, each with a PIN, each in the journal.

Calls `sealctl.{custody,journal}`, `sealctl.lockd.{core,enrolment}` and `wire`. Nothing here opens
the lock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sealctl import custody
from sealctl.journal import books
from sealctl.lockd.core import Core
from sealctl.lockd.enrolment import ACTIONS
from sealctl.session.model import Mode
from wire.lists.content import ApprovalList, Seal
from wire.refusals import Refused


@dataclass(frozen=True)
class Hand:
    """A person who acts, and the PIN that proves it."""

    person: str
    pin: str


def enrol(core: Core, person: str, pin: str, witness: Hand, *, first: bool = True) -> None:
    """Set a person's PIN under a witness; raises Refused, journalled. Card and finger stay.

    The witness proves himself, except where no supervisor has a PIN at this machine yet: that first
    enrolment is only named, its entry says so (`proved`), and it needs `first`.
    """

    def act(lists: ApprovalList, now_ms: int) -> None:
        custody.judge_actor(lists, person, now_ms)
        custody.judge_witness(lists, witness.person, (person,), now_ms)
        proved = _supervisors_enrolled(core, lists, now_ms)
        if not (proved or first):
            raise Refused("witness_unfit", "the first PIN is set at the console")
        if proved:
            core.operators.check(witness.person, witness.pin, lists.policy, now_ms)
        core.journal.append(
            "enrolled",
            {"method": "pin", "proved": proved},
            committed={"operator": person, "witness": witness.person},
            also=lambda: core.operators.enrol(person, pin),
        )

    _supervised(core, "enrol", person, act)


def begin_enrolment(core: Core, method: str, person: Hand, witness: Hand) -> None:
    """Wait for a person's card or finger (`method`: card, fingerprint); raises Refused, journalled.

    Both prove themselves by their PINs: so nobody adds a card or finger of his own to another's
    name. What becomes of it is seen in `core.desk.enrolments`.
    """
    desk = core.desk
    fitted = {"card": desk.cards.fitted, "fingerprint": desk.finger.fitted}
    begin = {"card": desk.enrolments.begin_card, "fingerprint": desk.enrolments.begin_finger}

    def act(lists: ApprovalList, now_ms: int) -> None:
        if not fitted[method]:
            raise Refused("login_not_allowed", f"no part for {method} at this machine")
        _prove(core, lists, now_ms, [person], witness)
        begin[method](person.person, witness.person)

    _supervised(core, ACTIONS[method], person.person, act)


def unenrol(core: Core, person: str, what: str, actor: Hand, witness: Hand) -> None:
    """Take back a person's card, fingerprint or all; he need neither be there nor in office."""

    def act(lists: ApprovalList, now_ms: int) -> None:
        _prove(core, lists, now_ms, [actor], witness)
        core.journal.append(
            "unenrolled",
            {"method": what},
            committed={"operator": person, "actor": actor.person, "witness": witness.person},
            also=lambda: core.operators.remove(person, what),
        )

    _supervised(core, "unenrol", actor.person, act)


def maintain(core: Core, state: str, actor: Hand, witness: Hand, reason: str) -> None:
    """Begin or end maintenance: nothing is stamped, and an open case is no alarm meanwhile."""

    def act(lists: ApprovalList, now_ms: int) -> None:
        if (state == "begin") == books.maintenance(core.journal.connection):
            raise Refused("not_now", f"maintenance {state}")
        _prove(core, lists, now_ms, [actor], witness)
        core.journal.append(
            "maintenance",
            {"state": state, "reason": reason, **core.journal_counters()},
            committed={"operator": actor.person, "witness": witness.person},
        )

    _supervised(core, "maintenance", actor.person, act)


def move_seal(
    core: Core,
    kind: str,
    seal: str,
    actor: Hand,
    witness: Hand,
    reason: str,
    *,
    specimen: bytes | None = None,
) -> None:
    """Take a seal out (`seal_out`), put it back or a worn one's successor in (`seal_in`), during
    maintenance only; raises Refused, journalled.

    `seal_in` wants the seal's own tag in its own slot: a successor stands in the list with its tag
    before it can be put in. `specimen`: SHA-256 of the photo of a successor's first impression.
    """

    def act(lists: ApprovalList, now_ms: int) -> None:
        found = custody.seal_of(lists, seal)
        if not books.maintenance(core.journal.connection):
            raise Refused("not_now", "seals are moved during maintenance")
        replaces = _replaced(core, found) if kind == "seal_in" else None
        _prove(core, lists, now_ms, [actor], witness)
        body = {"seal": seal, "slot": found.slot, "reason": reason}
        people = {"operator": actor.person, "witness": witness.person}
        if replaces is None:
            core.journal.append(kind, body, committed={**people})
        else:
            photo = {"specimen": specimen}
            body["replaces"] = replaces
            core.journal.append("seal_replaced", body, committed={**people, **photo})

    _supervised(core, kind, actor.person, act)


def _replaced(core: Core, found: Seal) -> str | None:
    """The worn seal that this one replaces by coming in; raises Refused."""
    connection = core.journal.connection
    present = core.body.slots.get(found.slot) if core.body is not None else None
    return custody.judge_return(found, present, books.out(connection), books.worn(connection))


def hand_over(core: Core, seal: str, giver: Hand, receiver: Hand, witness: Hand) -> None:
    """A seal passes from one keeper to another (移交人, 接交人, 监交人)."""

    def act(lists: ApprovalList, now_ms: int) -> None:
        custody.seal_of(lists, seal)
        if giver.person == receiver.person:
            raise Refused("same_person", "giver and receiver")
        _prove(core, lists, now_ms, [giver, receiver], witness)
        names = {"giver": giver.person, "receiver": receiver.person, "witness": witness.person}
        core.journal.append("handover", {"seal": seal}, committed=dict(names))

    _supervised(core, "handover", giver.person, act)


def _supervised(
    core: Core, action: str, person: str, act: Callable[[ApprovalList, int], None]
) -> None:
    """Do it while nobody is at the panel; a refusal is journalled as the panel's are."""
    lists = core.lists
    if lists is None:
        raise Refused(core.listless)
    if core.session.mode is not Mode.IDLE or core.desk.enrolments.under_way:
        raise Refused("busy")
    try:
        act(lists, core.time.now().wall)
    except Refused as refused:
        core.refuse(action, refused, person if person in lists.roster.persons else None)
        raise
    core.changed()


def refuse(core: Core, action: str, refused: Refused, person: str) -> None:
    """Journal a no; that somebody else is at work is only told, for the lock may be moving."""
    if refused.code != "busy":
        known = core.lists is not None and person in core.lists.roster.persons
        core.refuse(action, refused, person if known else None)


def _prove(
    core: Core, lists: ApprovalList, now_ms: int, actors: Sequence[Hand], witness: Hand
) -> None:
    for actor in actors:
        custody.judge_actor(lists, actor.person, now_ms)
    people = [actor.person for actor in actors]
    custody.judge_witness(lists, witness.person, people, now_ms)
    for hand in (*actors, witness):
        core.operators.check(hand.person, hand.pin, lists.policy, now_ms)


def _supervisors_enrolled(core: Core, lists: ApprovalList, now_ms: int) -> bool:
    known = lists.roster.persons
    return any(
        person in known and custody.supervises(lists, known[person], now_ms)
        for person in core.operators.enrolled()
    )
