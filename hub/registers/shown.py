"""A resolution's steps for the eye: on its own page, and beside an application that names it.

Calls `hub.clock`, `hub.config`, `hub.people.roster` and `hub.registers`.
"""

from collections.abc import Mapping
from typing import Any

from hub.clock import moment
from hub.config import config
from hub.people import roster
from hub.registers import five, naming
from hub.registers import steps as forms
from hub.registers.limits import Limits, limits
from hub.registers.models import Step
from hub.registers.resolutions import Standing


def named(name: str, village: str) -> dict[str, Any] | None:
    """The resolution of the register that an application of that village names, with its steps."""
    found = naming.named(name, village)
    if found is None:
        return None
    return {"found": found, "steps": steps(found, roster.names(), limits(config()))}


def steps(found: Standing, names: Mapping[str, str], rules: Limits) -> list[dict[str, Any]]:
    """The five steps for the eye, with the rows that were corrected."""
    made = []
    for name, (zh, _) in five.STEPS.items():
        row = found.steps.get(name)
        older = [_row(one, names) for one in found.older if one.step == name]
        made.append(
            {
                "name": name,
                "zh": zh,
                "row": None if row is None else _row(row, names),
                "older": older,
                "open": not forms.closed(found, name),
                "need": "" if row is None else _need(row.meeting, rules),
            }
        )
    return made


def _row(row: Step, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "meeting": five.MEETINGS[row.meeting],
        "counts": [(zh, getattr(row, name)) for name, zh in five.COUNTS.items()],
        "who": names.get(row.person, row.person),
        "at": moment(row.at_ms),
    }


def _need(meeting: str, rules: Limits) -> str:
    need = rules.of(meeting)
    came = f"{need.came.zh}到会" if need.came else ""
    agreed = f"到会的{need.agreed.zh}同意" if need.agreed else ""
    return "，".join(one for one in (came, agreed) if one)
