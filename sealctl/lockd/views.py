"""What lockd shows of itself to panel and console. Calls `sealctl` and `wire`; changes nothing.

The shapes are those of `sealctl.panel.shapes`, which only reads them.
"""

from sealctl import custody
from sealctl.journal import books
from sealctl.lockd import corrections
from sealctl.lockd import emergency_view as emergencies
from sealctl.lockd.core import Core
from sealctl.rules import OPERATOR, judge_machine, why_not
from sealctl.session.model import Mode, Session
from wire.approval import subject
from wire.approval.subject import Application
from wire.lists.content import ApprovalList, Grant
from wire.refusals import Refused, to_dict

SHOWN = {
    Mode.PHOTOGRAPHING: "chosen",
    Mode.AUTHORISING: "opening",
    Mode.PICTURING: "closing",
    Mode.ENDING: "closing",
}
"""Modes that the screen shows as others; the rest go by their own names."""

View = dict[str, object]


def state(core: Core, rev: int) -> View:
    """The whole of what the screen shows."""
    session, lists, now = core.session, core.lists, core.time.now()
    blocked = _blocked(core)
    grant = _find(lists, session.grant)
    emergency = emergencies.shown(core)
    return {
        "rev": rev,
        "state": "blocked" if blocked else SHOWN.get(session.mode, str(session.mode)),
        "machine": None if lists is None else _machine(core, lists),
        "list": None if lists is None else _list(lists),
        "courier": _courier(core, now.wall),
        "operator": None if session.operator is None else _person(lists, session.operator),
        "grant": emergency if grant is None or lists is None else _grant(core, lists, grant),
        "emergency": None if emergency is None else {"blind": core.crisis.blind},
        "corrections": corrections.brought(core),
        "sheet": emergencies.sheet(core) if grant is None else _sheet(core, grant),
        "photo": _photo(session),
        "refusal": blocked or _refusal(session),
        "remaining_ms": _remaining(core),
        "done": _done(core),
        "clock": {"wall_ms": now.wall, "quality": now.quality},
        "credential": _credential(core),
    }


def people(core: Core) -> list[View]:
    """Who may be enrolled here, who of them may witness it, and by what each is enrolled; behind
    them whoever is enrolled still and no longer acts.
    """
    lists = core.lists
    if lists is None:
        return []
    now_ms, gone = core.time.now().wall, lists.grants.revoked_persons
    acting = [
        person
        for person in lists.roster.persons.values()
        if custody.acts(lists, person, now_ms) and person.id not in gone
    ]
    known = {person.id for person in acting}
    return [
        *(
            {
                **_person(lists, person.id),
                "acts": True,
                "witness": custody.supervises(lists, person, now_ms),
                "methods": list(core.operators.methods(person.id)),
            }
            for person in acting
        ),
        *(
            {
                **_person(lists, person),
                "acts": False,
                "witness": False,
                "methods": list(core.operators.methods(person)),
            }
            for person in sorted(core.operators.enrolled() - known)
        ),
    ]


def operators(core: Core) -> list[View]:
    """Who may log in here: enrolled, on the roster, in office and not revoked."""
    lists = core.lists
    if lists is None:
        return []
    now_ms, enrolled = core.time.now().wall, core.operators.enrolled()
    return [
        {"person": person.id, "name": person.name}
        for person in lists.roster.holders(OPERATOR, now_ms)
        if person.id in enrolled and person.id not in lists.grants.revoked_persons
    ]


def grants(core: Core) -> list[View]:
    """The grants of this machine, those that can be stamped now first."""
    lists = core.lists
    if lists is None:
        return []
    rows = [_grant(core, lists, grant) for grant in lists.grants.grants]
    return sorted(rows, key=lambda row: (row["refusal"] is not None, row["not_after"]))


def items(core: Core) -> list[View]:
    """The list of matters: what may be stamped now, what not, and where to go instead."""
    if core.lists is None:
        return []
    now_ms = core.time.now().wall
    return [
        {
            "id": item.id,
            "zh": item.zh,
            "en": item.en,
            "cls": item.cls,
            "where_zh": item.where_zh,
            "where_en": item.where_en,
            "phone": item.phone,
            "basis": item.basis,
            "impressions_max": item.impressions_max,
        }
        for item in core.lists.catalogue.items.values()
        if item.cls != "allowed" or item.in_force(now_ms)
    ]


def _credential(core: Core) -> View:
    """How people are known here. `logins`: ways that the policy allows and the parts permit now;
    `parts`: readers of persons that the machine has; `silent`: of all readers, those that do not
    answer; `held`: whose card waits for its PIN; `enrolment`: one under way.
    """
    lists, desk = core.lists, core.desk
    works = {"pin": True, "card_pin": desk.cards.works, "fingerprint": desk.finger.works}
    held, now = desk.login.held, desk.enrolments.now
    enrolment = None
    if now is not None:
        enrolment = {**_person(lists, now.person), "method": now.method, "step": now.step}
    return {
        "logins": [] if lists is None else [one for one in lists.policy.logins if works[one]],
        "parts": [name for name in desk.fitted() if name != "scanner"],
        "silent": desk.silent(),
        "held": None if held is None else _person(lists, held.person),
        "enrolment": enrolment,
    }


def _blocked(core: Core) -> View | None:
    """What stops the machine whoever stands before it, as a refusal."""
    if core.session.late:
        return dict(to_dict("hardware_fault", "the lock does not close"))
    if core.session.mode is not Mode.IDLE:
        return None
    try:
        judge_machine(core.facts())
    except Refused as refused:
        if refused.code != "operator_unknown":
            return dict(to_dict(refused.code, refused.detail))
    return None


def _refusal(session: Session) -> View | None:
    return None if session.refusal is None else dict(to_dict(*session.refusal))


def _machine(core: Core, lists: ApprovalList) -> View:
    machine = lists.machine
    slots = core.body.slots if core.body else {}
    return {
        "device": machine.device,
        "village": machine.village,
        "village_name": machine.village_name,
        "seals": [
            {
                "id": seal.id,
                "kind": seal.kind,
                "name": seal.name,
                "present": slots.get(seal.slot) == seal.rfid,
                "state": seal.state,
            }
            for seal in machine.seals
        ],
    }


def _list(lists: ApprovalList) -> View:
    return {"version": lists.version, "expires_ms": lists.expires_ms}


def _courier(core: Core, now_ms: int) -> View:
    connection = core.journal.connection
    waiting = core.journal.last_seq - core.receipted
    oldest = books.wall_at(connection, core.receipted + 1) if waiting else now_ms
    return {
        "unreceipted": waiting,
        "pending": max(0, core.answered - core.receipted),
        "oldest_s": max(0, now_ms - oldest) // 1000,
        "online": core.contact.online,
        "since_ms": core.contact.since_ms,
    }


def _person(lists: ApprovalList | None, person: str) -> View:
    known = lists.roster.persons.get(person) if lists else None
    return {"person": person, "name": known.name if known else person}


def _find(lists: ApprovalList | None, grant: bytes | None) -> Grant | None:
    if lists is None or grant is None:
        return None
    return next((one for one in lists.grants.grants if one.id == grant), None)


def _grant(core: Core, lists: ApprovalList, grant: Grant) -> View:
    application = subject.decode(grant.subject)
    item = lists.catalogue.items.get(application.item)
    seal = lists.machine.seal(application.seal)
    return {
        "id": grant.id,
        "title": application.title,
        "purpose": application.purpose,
        "applicant_name": application.applicant_name,
        "item": application.item,
        "item_zh": item.zh if item else application.item,
        "basis": item.basis if item else "",
        "seal": application.seal,
        "seal_name": seal.name if seal else application.seal,
        "impressions": application.impressions,
        "presses": application.presses,
        "used": books.spent(core.journal.connection, grant.id),
        "pages": len(application.pages),
        "not_after": application.not_after,
        "approvers": [{"step": one.step, **_person(lists, one.person)} for one in grant.approvals],
        "refusal": _why_not(core, grant.id),
    }


def _why_not(core: Core, grant: bytes) -> str | None:
    """Before anybody has logged in, that nobody has is no reason of the grant's."""
    code = why_not(core.facts(), grant)
    return None if code == "operator_unknown" and core.session.operator is None else code


def _sheet(core: Core, grant: Grant) -> View:
    application: Application = subject.decode(grant.subject)
    used = books.spent(core.journal.connection, grant.id)
    number = min(used + 1, application.presses)
    use, full = application.use(number), application.impressions
    if use == "seam":
        return {"use": use, "next": number - full, "total": application.seams}
    return {"use": use, "next": number, "total": full}


def _photo(session: Session) -> View | None:
    if session.photo is None:
        return None
    return {"sha256": session.photo.sha256, "findings": list(session.photo.findings)}


def _remaining(core: Core) -> int | None:
    session = core.session
    if session.mode is not Mode.OPEN:
        return None
    return max(0, session.permitted.bound_ms - (core.time.mono_ms() - session.since))


def _done(core: Core) -> View | None:
    done = core.session.done
    if done is None or core.session.mode is Mode.ENDING:
        return None
    return {"seq": done, "receipted": core.receipted > done, "answered": core.answered > done}
