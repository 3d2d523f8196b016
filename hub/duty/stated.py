"""Statements of absence that are signed: made ready, taken back from the county's page, read.

Calls `hub.duty.models`, `hub.approvals.service`, `hub.devices.authority`, `hub.days` and `wire`. A
signature is judged here as the machine judges it, but for what only an application tells.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction

from hub.approvals import service
from hub.days import bounds, today
from hub.devices import authority
from hub.duty.models import Absence, Statement, StatementSignature
from wire.approval import absence, away, proof
from wire.approval.absence import SignedAbsence
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval
from wire.approval.subject import Application, subject_hash
from wire.lists.content import ApprovalList
from wire.refusals import Refused


@dataclass(frozen=True)
class Stated:
    """A signed statement with its row, and whose it is."""

    row: StatementSignature
    signed: SignedAbsence
    person: str
    by: str

    @property
    def absence(self) -> Absence:
        return self.row.statement.absence


def prepare(said: Absence, village: str, now_ms: int) -> Statement | None:
    """What he is to sign who said it; None where machines would not take it from him, or not for
    so long.
    """
    policy, roster = authority.policy(), authority.rosters()[village]
    first, last = (bounds(date.fromisoformat(one)) for one in (said.first, said.last))
    made = absence.Absence(
        id=secrets.token_bytes(32),
        township=policy.township,
        village=village,
        person=said.person,
        first=first[0],
        until=last[1],
    )
    try:
        away.check_period(made, policy)
        away.check_place(made, policy, roster)
    except Refused:
        return None
    if not away.may_say(said.person, said.said_by, policy, roster, now_ms):
        return None
    data = absence.encode(made)
    return Statement.objects.create(absence=said, sha256=subject_hash(data), data=data)


def find(digest: bytes) -> Statement | None:
    """The statement of that hash."""
    found = Statement.objects.filter(sha256=digest).select_related("absence__back")
    return found.first()


def take(found: Statement, given: Approval, now_ms: int) -> None:
    """The signature of who said it, once; raises Refused."""
    data, said = bytes(found.data), found.absence
    made = absence.decode(data)
    lists = lists_of(made.village)
    if (given.step, given.decision) != (absence.STEP, "approve"):
        raise Refused("approval_invalid", "no statement of absence")
    policy, roster = lists.policy, lists.roster
    allowed = away.may_say(made.person, given.person, policy, roster, now_ms)
    if given.person != said.said_by or not allowed:
        raise Refused("not_permitted", "only who said it, while he may")
    if given.roster != roster.version:
        raise Refused("approval_invalid", "signed under another version of the roster")
    away.check_period(made, policy)
    away.check_place(made, policy, roster)
    if hasattr(said, "back") or said.last < today(now_ms).isoformat():
        raise Refused("absence_invalid", "taken back, or over")
    within = (now_ms, now_ms + 1)
    proof.check_key(given, bytes(found.sha256), lists, within, kind=absence.KIND)
    _keep(found, given, now_ms)


def lists_of(village: str) -> ApprovalList:
    """The officers' list as the first machine of that village sees it; raises Refused where it has
    none.
    """
    for device, machine in authority.machines().items():
        if machine.village == village:
            return service.approval_list(device)
    raise Refused("device_suspended", "no machine in that village")


def in_force(now_ms: int) -> list[Stated]:
    """Those of today that nobody took back, the oldest first. One query."""
    day = today(now_ms).isoformat()
    rows = StatementSignature.objects.filter(
        statement__absence__first__lte=day,
        statement__absence__last__gte=day,
        statement__absence__back__isnull=True,
    )
    return read(rows.select_related("statement__absence").order_by("id"))


def after(said: Absence, application: Application) -> bool:
    """Whether it is signed and begins after that was filed, so that it does not count there."""
    statement = getattr(said, "statement", None)
    begins = bounds(date.fromisoformat(said.first))[0]
    return hasattr(statement, "signature") and application.created < begins


def read(rows: Iterable[StatementSignature]) -> list[Stated]:
    """Each row as what it is on a machine's list."""
    return [_read(one) for one in rows]


def _read(row: StatementSignature) -> Stated:
    said = row.statement.absence
    given = Assertion(*(bytes(getattr(row, name)) for name in _KEPT))
    approval = Approval(absence.STEP, said.said_by, "approve", row.roster, given)
    signed = SignedAbsence(bytes(row.statement.data), approval)
    return Stated(row, signed, said.person, said.said_by)


def _keep(found: Statement, given: Approval, now_ms: int) -> None:
    if not isinstance(given.proof, Assertion):
        raise Refused("approval_suite", "by a passkey alone")
    kept = {name: getattr(given.proof, name) for name in _KEPT}
    try:
        with transaction.atomic():
            StatementSignature.objects.create(
                statement=found, roster=given.roster, received_ms=now_ms, **kept
            )
    except IntegrityError as error:
        raise Refused("bad_request", "已经签过 it is signed already") from error


_KEPT: Final = ("credential", "authenticator_data", "client_data", "signature")
