"""Declaring an emergency: two people prove themselves, and spend one code each.

Calls `sealctl.{attempts,emergency,journal}`, `sealctl.lockd`, `wire`. On disk before all opens: who
they are, that each knew a code, what they asked for, what had failed, and an alarm. A code is spent
by that entry, also if nothing is stamped then; a code that was typed in vain is not.

The policy's `logins` do not bind the two: each gives his PIN and a code that he keeps on paper,
which is a second factor as a card is, and there are two of them. So it is no log-in either: what
they declared can be stamped, and nothing else be done by it (`Session.declared`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sealctl import emergency
from sealctl.attempts import Attempts
from sealctl.emergency import Emergent, Failed, Plight
from sealctl.journal import plight
from sealctl.lockd import pictures
from sealctl.lockd.core import Core
from sealctl.lockd.supervised import Hand, refuse
from sealctl.lockd.verb import Served
from sealctl.session.model import Mode
from wire.approval import emergency as subjects
from wire.approval.emergency import Emergency
from wire.errors import WireError
from wire.lists.content import ApprovalList, EmergencyCode, Grant
from wire.refusals import Refused


@dataclass(frozen=True)
class Asked:
    """What is to be stamped, as somebody typed it."""

    item: str
    seal: str
    title: str
    reason: str
    impressions: int


@dataclass(frozen=True)
class Named:
    """A person whom the officers named, with both proofs."""

    hand: Hand
    code: str


async def declare(served: Served, asked: Asked, operator: Named, second: Named) -> None:
    """From here on the operator may photograph and stamp; raises Refused, journalled.

    The camera is asked for a picture first: whether it works is not for the two to say.
    """
    core = served.core
    lists = _list(core)
    try:
        _prove(core, lists, operator, second)
        blind = await pictures.take(served) is None
        lists = _list(core)
        verifiers = _verifiers(core, lists, (operator, second))
        grant = _subject(core, lists, asked, operator, second)
        facts = core.facts(operator=operator.hand.person, grant=grant.id)
        look = core.crisis.plight(online=core.contact.online, blind=blind)
        task, failed = emergency.judge(facts, grant, look, asked.impressions)
    except Refused as refused:
        refuse(core, "emergency", refused, operator.hand.person)
        raise
    codes = [subjects.plain(one.code) for one in (operator, second)]
    seq = _record(core, task, codes, verifiers, failed)
    alarm = {"alarm": "emergency_used", "detail": f"emergency {seq}", **core.journal_counters()}
    core.journal.append("alarm", alarm)
    core.declare(grant, operator.hand.person, task.seal.slot, blind=failed.camera)


def choices(core: Core) -> dict[str, object]:
    """What the screen offers: the people with codes, the items, and whether it is time at all."""
    lists = _list(core)
    policy, roster = lists.policy, lists.roster.persons
    look = core.crisis.plight(online=core.contact.online, blind=False)
    people = dict.fromkeys(one.person for one in lists.machine.emergency if _unspent(core, one))
    now_ms = core.time.now().wall
    items = [
        one for one in lists.catalogue.items.values() if one.emergency and one.in_force(now_ms)
    ]
    return {
        "people": [{"person": one, "name": roster[one].name} for one in people if one in roster],
        "matters": [
            {"item": item.id, "zh": item.zh, "seal": seal.id, "seal_name": seal.name}
            for item in items
            for seal in lists.machine.seals
            if seal.kind in item.seals and seal.state == "active"
        ],
        "silence_s": look.silence_ms // 1000,
        "after_s": policy.emergency_after_s,
        "no_contact": _failed_contact(look, lists),
        "left": max(0, policy.emergency_presses - look.silent_presses),
    }


def _prove(core: Core, lists: ApprovalList, operator: Named, second: Named) -> None:
    """Each logs in, then each code is held against the list, wrong ones counted."""
    if core.session.mode is not Mode.IDLE:
        raise Refused("busy")
    if operator.hand.person == second.hand.person:
        raise Refused("same_person")
    now_ms = core.time.now().wall
    for one in (operator, second):
        core.operators.check(one.hand.person, one.hand.pin, lists.policy, now_ms)
        core.journal.append(
            "authenticated", {"method": "pin"}, committed={"operator": one.hand.person}
        )
    _verifiers(core, lists, (operator, second))


def _verifiers(core: Core, lists: ApprovalList, named: Sequence[Named]) -> list[bytes]:
    """What the codes fit, each unspent; raises Refused, counted apart from the PIN's attempts."""
    attempts, now_ms = Attempts(core.journal.connection), core.time.now().wall
    found = []
    for one in named:
        subject = f"codes {one.hand.person}"
        attempts.begin(subject, lists.policy, now_ms)
        verifier = subjects.check_code(one.hand.person, subjects.plain(one.code), lists)
        if plight.spent(core.journal.connection, verifier):
            raise Refused("emergency_code_spent")
        attempts.succeed(subject)
        found.append(verifier)
    return found


def _subject(
    core: Core, lists: ApprovalList, asked: Asked, operator: Named, second: Named
) -> Grant:
    made = Emergency(
        id=core.journal.random(32),
        village=lists.machine.village,
        device=lists.machine.device,
        machine=lists.machine.kid,
        seal=asked.seal,
        item=asked.item,
        catalogue=lists.catalogue.version,
        operator=operator.hand.person,
        second=second.hand.person,
        title=asked.title,
        reason=asked.reason,
        impressions=asked.impressions,
        created=core.time.now().wall,
    )
    try:
        return Grant(subjects.encode(made), ())
    except WireError as error:
        raise Refused("bad_request", error.detail) from error


def _record(
    core: Core, task: Emergent, codes: Sequence[str], verifiers: Sequence[bytes], failed: Failed
) -> int:
    """The entry that spends both codes; its seq."""
    made, grant, lists = task.application, task.grant, task.lists
    body = {
        "grant": grant.id,
        "list": lists.version,
        "list_sha256": lists.sha256,
        "item": made.item,
        "seal": made.seal,
        "impressions": made.impressions,
        "no_contact": failed.contact,
        "no_camera": failed.camera,
        "verifiers": list(verifiers),
    }
    committed: dict[str, str | bytes | None] = {
        "operator": made.operator,
        "operator_code": codes[0],
        "second": made.second,
        "second_code": codes[1],
        "details": grant.subject,
    }
    return core.journal.append("emergency", body, committed=committed).seq


def _list(core: Core) -> ApprovalList:
    if core.lists is None:
        raise Refused(core.listless)
    return core.lists


def _unspent(core: Core, code: EmergencyCode) -> bool:
    return not plight.spent(core.journal.connection, code.verifier)


def _failed_contact(look: Plight, lists: ApprovalList) -> bool:
    try:
        return emergency.judge_plight(look, lists.policy).contact
    except Refused:
        return False
