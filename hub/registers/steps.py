"""The form of one step of a resolution: what was typed, what is wrong with it, and the row.

Calls `hub.registers.{five,models,resolutions,typed}` and `hub.people`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction

from hub.people.roster import Staff
from hub.registers import five
from hub.registers.five import COUNTS, DECIDING, STEPS, Held
from hub.registers.models import Step
from hub.registers.resolutions import Standing
from hub.registers.typed import Typed
from wire.refusals import Refused

FIELDS: Final = ("meeting", "day", *COUNTS, "words", "reason")


def closed(found: Standing, step: str) -> bool:
    """Whether nothing can be written of that step any more, not even a correction."""
    dropped = found.state == "dropped"
    return dropped or (found.ending is not None and step in DECIDING and step not in found.steps)


def corrects(found: Standing, step: str) -> bool:
    """Whether what is written now corrects a row, and has to say why."""
    return step in found.steps


def begun(found: Standing, step: str) -> Typed:
    """The form as it is first shown: as the row that it corrects, else empty."""
    row = found.steps.get(step)
    if row is None:
        meetings = STEPS[step][1]
        return Typed({"meeting": meetings[0] if len(meetings) == 1 else ""})
    names = ("meeting", "day", *COUNTS, "words")
    return Typed({name: str(getattr(row, name)) for name in names})


def check(typed: Typed, found: Standing, step: str, today: date) -> Held | None:
    """The step as typed; None where something is wrong, which `typed` then says by field."""
    meeting = typed.one_of("meeting", STEPS[step][1], "请选是什么会议。")
    day = typed.day("day", today)
    counts = {name: typed.count(name) for name in COUNTS}
    typed.text("words", 500, least=0)
    if corrects(found, step):
        typed.text("reason", 200, words="请写明为什么更正。")
    if not typed.pages and "pages" not in typed.wrong:
        typed.wrong["pages"] = "请拍下会议记录（有到会人签名的那一页也要），一起传上来。"
    if day is None or typed.wrong:
        return None
    made = Held(step=step, meeting=meeting, day=day, pages=len(typed.pages), **counts)
    if no := five.wrong_counts(made):
        typed.wrong["came"] = no
    elif no := _out_of_order(made, found):
        typed.wrong["day"] = no
    return None if typed.wrong else made


def keep(typed: Typed, made: Held, found: Standing, staff: Staff, now_ms: int) -> Step:
    """The row; raises Refused where another was quicker."""
    try:
        with transaction.atomic():
            return Step.objects.create(
                resolution=found.row,
                step=made.step,
                meeting=made.meeting,
                day=made.day.isoformat(),
                **{name: getattr(made, name) for name in COUNTS},
                words=typed.values["words"],
                pages=typed.pages,
                reason=typed.values["reason"] if corrects(found, made.step) else "",
                person=staff.person.id,
                at_ms=now_ms,
            )
    except IntegrityError as error:
        raise Refused("bad_request", "这一步已经有人填了 the step is there already") from error


def _out_of_order(made: Held, found: Standing) -> str:
    """That it does not lie between its neighbours; empty where it does."""
    order: Sequence[str] = tuple(STEPS)
    place = order.index(made.step)
    for name in order[:place]:
        before = found.steps.get(name)
        if before is not None and made.day.isoformat() < before.day:
            return f"“{STEPS[name][0]}”在 {before.day}，这一步不能更早。"
    for name in order[place + 1 :]:
        after = found.steps.get(name)
        if after is not None and made.day.isoformat() > after.day:
            return f"“{STEPS[name][0]}”在 {after.day}，这一步不能更晚。"
    return ""
