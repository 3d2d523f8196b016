"""A use of the seal outside the machine (机外用印), entered afterwards from the paper register.

Calls `sealctl.{custody,journal}`, `sealctl.lockd` and `wire`. While a machine is dead its seal is
taken out before two named people, with a key kept outside the village; each use then stands on a
numbered line of a paper register. Later the same two enter each line here, once, with a photo of
the register or of the paper, and it is disclosed like any stamp. Nothing here opens the lock.
"""

from dataclasses import dataclass

from sealctl import custody
from sealctl.journal import books
from sealctl.lockd import pictures
from sealctl.lockd.core import Core
from sealctl.lockd.supervised import Hand, refuse
from sealctl.lockd.verb import Served
from sealctl.session.model import Mode
from wire.lists.content import ApprovalList
from wire.refusals import Refused


@dataclass(frozen=True)
class Line:
    """One line of the register; `used_ms` is when the seal was used, ms since 1970 UTC."""

    seal: str
    register: str
    used_ms: int
    impressions: int
    matter: str


async def enter(served: Served, line: Line, operator: Hand, witness: Hand) -> None:
    """Write one line into the journal; raises Refused, journalled."""
    core = served.core
    lists = core.lists
    if lists is None:
        raise Refused(core.listless)
    if core.session.mode is not Mode.IDLE:
        raise Refused("busy")
    try:
        _judge(core, lists, line)
        _prove(core, lists, operator, witness)
        photo = await pictures.take(served)
        if photo is None:
            raise Refused("camera_unavailable")
        _judge(core, lists, line)
    except Refused as refused:
        refuse(core, "outside_use", refused, operator.person)
        raise
    body = {
        "seal": line.seal,
        "register": line.register,
        "used": line.used_ms,
        "impressions": line.impressions,
    }
    committed: dict[str, str | bytes | None] = {
        "matter": line.matter,
        "operator": operator.person,
        "witness": witness.person,
        "picture": photo.sha256,
    }
    core.journal.append("outside_use", body, committed=committed)
    core.changed()


def _judge(core: Core, lists: ApprovalList, line: Line) -> None:
    custody.seal_of(lists, line.seal)
    if line.used_ms > core.time.now().wall:
        raise Refused("bad_request", "used: a time to come")
    if books.read_note(core.journal.connection, f"register {line.register}") is not None:
        raise Refused("bad_request", f"register: line {line.register} was entered before")


def _prove(core: Core, lists: ApprovalList, operator: Hand, witness: Hand) -> None:
    now_ms = core.time.now().wall
    custody.judge_actor(lists, operator.person, now_ms)
    custody.judge_witness(lists, witness.person, (operator.person,), now_ms)
    for hand in (operator, witness):
        core.operators.check(hand.person, hand.pin, lists.policy, now_ms)
