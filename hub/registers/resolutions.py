"""Resolutions as they stand: newest steps, what is lacking, settled or not; and writing them.

Calls `hub.registers.{five,limits,models}`, `hub.people` and `hub.devices.authority`. Who settles a
decision wrote none of its steps and holds an office that the policy names for watching
(`supervisors`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.db.models import Prefetch

from hub.devices import authority
from hub.people.roster import Staff
from hub.registers import five
from hub.registers.five import DECIDING, Held
from hub.registers.limits import Limits
from hub.registers.models import Ending, Publication, Resolution, Step
from wire.refusals import Refused

OUTCOMES: Final[Mapping[str, str]] = {"passed": "通过", "dropped": "不办了"}
PUBLISHED: Final[Mapping[str, str]] = {"decision": "决议公开", "result": "实施结果公开"}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("还没走完", "pending"),
    "ready": ("四步走完，等定稿", "pending"),
    "passed": ("已定稿", "approved"),
    "doubtful": ("更正以后不够", "returned"),
    "dropped": ("不办了", "expired"),
}
"""State → what it is called, and the colour of its word."""


@dataclass(frozen=True)
class Standing:
    """One resolution with what counts of it; `steps` are the newest by step, `lacks` sentences."""

    row: Resolution
    steps: Mapping[str, Step]
    older: Sequence[Step]
    publications: Sequence[Publication]
    ending: Ending | None
    lacks: Sequence[str]

    @property
    def state(self) -> str:
        if self.ending is None:
            return "open" if self.lacks else "ready"
        if self.ending.outcome == "dropped":
            return "dropped"
        return "doubtful" if self.lacks else "passed"

    @property
    def words(self) -> tuple[str, str]:
        return STATES[self.state]

    @property
    def fingerprint(self) -> str:
        """Of what was settled; empty before."""
        return "" if self.ending is None else _digits(bytes(self.ending.sha256))

    @property
    def named(self) -> str:
        """How an application names it; empty for one that is not settled."""
        return f"决议{self.row.pk}号 {self.fingerprint} {self.row.title}" if self.ending else ""

    @property
    def settled_words(self) -> str:
        return "" if self.ending is None else OUTCOMES[self.ending.outcome]

    def why_not(self) -> str:
        """Why no application can name it; empty where one can."""
        if self.state in ("passed", "ready"):
            return "" if self.state == "passed" else "四步走完了，还没有定稿。"
        return "这件事不办了。" if self.state == "dropped" else "".join(self.lacks)

    def publish_by(self, limits: Limits) -> date | None:
        """The last day to publish the decision; None while there is none, or once it is public."""
        decided = self.steps.get("decision")
        if decided is None or any(one.what == "decision" for one in self.publications):
            return None
        return date.fromisoformat(decided.day) + timedelta(days=limits.publish_days)


def standing(rows: Iterable[Resolution], limits: Limits) -> list[Standing]:
    """Of rows that came by `whole`, in their order."""
    return [_standing(row, limits) for row in rows]


def whole() -> Any:
    """Resolutions with all that belongs to them, in four queries."""
    return Resolution.objects.select_related("ending").prefetch_related(
        Prefetch("steps", Step.objects.order_by("id")),
        Prefetch("publications", Publication.objects.order_by("id")),
    )


def may_settle(found: Standing, staff: Staff) -> str:
    """Why this person may not; empty where he may."""
    if not staff.offices & set(authority.policy().supervisors):
        return "定稿由负责监督的人做（名册里的监督职务）。"
    rows = [*found.steps.values(), *found.older]
    if staff.person.id in {found.row.person, *(one.person for one in rows)}:
        return "填过这份决议的人不能定稿，请另一个人核对。"
    return ""


def settle(number: int, outcome: str, staff: Staff, limits: Limits, now_ms: int) -> Ending:
    """Freeze what is decided; raises Refused."""
    with transaction.atomic():
        row = Resolution.objects.select_for_update().get(pk=number)
        (found,) = standing(whole().filter(pk=row.pk), limits)
        if found.ending is not None:
            raise Refused("bad_request", "已经定稿 settled already")
        if no := may_settle(found, staff):
            raise Refused("bad_request", no)
        if outcome == "passed" and found.lacks:
            raise Refused("bad_request", "".join(found.lacks))
        data = _document(found, outcome)
        return Ending.objects.create(
            resolution=row,
            outcome=outcome,
            data=data,
            sha256=sha256(data).digest(),
            person=staff.person.id,
            at_ms=now_ms,
        )


def held(one: Step) -> Held:
    """A row as its rules see it."""
    counts = {name: int(getattr(one, name)) for name in five.COUNTS}
    day = date.fromisoformat(one.day)
    return Held(step=one.step, meeting=one.meeting, day=day, pages=len(one.pages), **counts)


def _standing(row: Resolution, limits: Limits) -> Standing:
    rows = list(row.steps.all())
    newest = {one.step: one for one in rows}
    found = {name: held(one) for name, one in newest.items()}
    return Standing(
        row,
        newest,
        [one for one in rows if newest[one.step] is not one],
        list(row.publications.all()),
        getattr(row, "ending", None),
        five.lacks(found, limits),
    )


def _document(found: Standing, outcome: str) -> bytes:
    """The exact bytes of what is settled."""
    names = ("step", "meeting", "day", *five.COUNTS, "words", "pages", "person")
    steps = [found.steps[one] for one in DECIDING if one in found.steps]
    made = {
        "v": 1,
        "type": "resolution",
        "number": found.row.pk,
        "village": found.row.village,
        "title": found.row.title,
        "matter": found.row.matter,
        "outcome": outcome,
        "steps": [{name: getattr(one, name) for name in names} for one in steps],
    }
    return json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digits(digest: bytes) -> str:
    text = digest.hex()[:16]
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))
