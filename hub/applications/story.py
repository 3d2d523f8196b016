"""What happened to an application, in order, and who is away of those who are asked, in words.

Calls `hub.applications.{cover,models,status}`, `hub.duty.{plan,stated}` and `hub.clock`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from hub.applications import cover
from hub.applications.models import ARCHIVE, ESCALATE, REASON, REMIND, WITHDRAW
from hub.applications.status import Standing
from hub.approvals.models import Subject
from hub.clock import moment
from hub.duty import plan, stated

WORDS: Final = {
    "filed": "提交申请",
    "approve": "签名同意",
    "return": "退回",
    WITHDRAW: "撤回申请",
    REMIND: "催办",
    REASON: "退回原因",
    ESCALATE: "报上级",
    ARCHIVE: "归档",
}


@dataclass(frozen=True)
class Told:
    """One line: when, who, what, and his words if there are any."""

    at: datetime
    who: str
    what: str
    words: str


def of(found: Subject, standing: Standing) -> list[Told]:
    """The oldest first."""
    persons = standing.lists.roster.persons
    application = standing.application

    def name(person: str) -> str:
        return persons[person].name if person in persons else person

    lines = [(application.created, application.applicant_name, WORDS["filed"], "")]
    lines += [
        (one.received_ms, name(one.person), WORDS[one.decision], "")
        for one in found.approvals.all()
    ]
    lines += [
        (one.at_ms, name(one.person), WORDS[one.kind], one.words)
        for one in found.acts.all()
        if one.kind in WORDS
    ]
    return [Told(moment(at), *rest) for at, *rest in sorted(lines, key=lambda line: line[0])]


def covered(standing: Standing, now_ms: int) -> dict[str, Any] | None:
    """Who is away, who is here, and who would have to be named; None where all are here.
    `early`: it was filed before somebody went, so that his signed statement counts not for it.
    """
    if standing.state != "pending" or standing.step is None:
        return None
    gone = plan.absent(now_ms)
    found = cover.of(standing, gone, now_ms)
    if not found.away and not found.stuck:
        return None
    roster, step = standing.lists.roster.persons, standing.step
    return {
        "office": standing.lists.policy.offices.get(step.office, (step.office,))[0],
        "away": [(roster[one].name, date.fromisoformat(gone[one].last)) for one in found.away],
        "here": [roster[one].name for one in found.here],
        "could": [roster[one].name for one in found.could],
        "early": any(stated.after(gone[one], standing.application) for one in found.away),
    }


def stood_in(standing: Standing) -> list[dict[str, Any]]:
    """On whose absence it leans, by whose word, and whether a substitute has signed or is asked."""
    roster = standing.lists.roster.persons

    def name(person: str) -> str:
        return roster[person].name if person in roster else person

    return [
        {
            "person": name(one.person),
            "first": date.fromisoformat(one.absence.first),
            "last": date.fromisoformat(one.absence.last),
            "by": "" if one.by == one.person else name(one.by),
            "asked": one in standing.more,
        }
        for one in (*standing.held, *standing.more)
    ]
