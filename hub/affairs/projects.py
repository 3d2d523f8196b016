"""A project's stages as what was published of it tells: planned, done, late, put off. Pure.

Calls `hub.affairs.{items,standing}` and `wire.release`. A project's table has a column `stage`;
with the columns `planned` and `done` (days) its stages have a deadline, and a badge that nobody
sets.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from hub.affairs.items import DONE, PLANNED, ROLES, STAGE
from hub.affairs.standing import state_of
from wire.release import Cell, Column, Release

NEVER: Final = date.max
STATES: Final[Mapping[str, str]] = {
    "done": "按时完成",
    "done_late": "晚完成",
    "late": "逾期未完成",
    "waiting": "还没到日子",
    "finished": "已完成",
    "open": "没有写计划日期",
    "gone": "后来没有再写",
}
BAD: Final = ("late", "done_late", "gone")


@dataclass(frozen=True)
class Stage:
    """`first` is the day planned when the stage was first told of; one of STATES."""

    name: str
    planned: date | None
    first: date | None
    done: date | None
    state: str

    @property
    def called(self) -> str:
        return STATES[self.state]

    @property
    def bad(self) -> bool:
        return self.state in BAD

    @property
    def moved(self) -> bool:
        """Whether its day was put off, or brought forward."""
        return self.first is not None and self.first != self.planned


@dataclass(frozen=True)
class Project:
    """`event` is its number, `called` what it is called."""

    event: int
    village: str
    item: str
    called: str
    stages: tuple[Stage, ...]

    @property
    def told(self) -> tuple[Stage, ...]:
        """Those that stand in the newest report."""
        return tuple(one for one in self.stages if one.state != "gone")

    @property
    def ready(self) -> int:
        """How many are done."""
        return sum(one.done is not None for one in self.told)

    @property
    def finished(self) -> bool:
        """Whether all are done; a project that tells no plan is never late."""
        open_ones = (one for one in self.told if one.done is None and one.planned is not None)
        return next(open_ones, None) is None

    @property
    def late(self) -> bool:
        return any(one.state == "late" for one in self.stages)

    @property
    def next(self) -> Stage | None:
        """The stage that is to be done next."""
        left = [one for one in self.told if one.done is None and one.planned is not None]
        return min(left, key=lambda one: one.planned or NEVER, default=None)

    @property
    def next_by(self) -> date:
        return NEVER if self.next is None or self.next.planned is None else self.next.planned

    @property
    def ends(self) -> date | None:
        """The day on which all is planned to be done."""
        return max((one.planned for one in self.told if one.planned is not None), default=None)


def stages(told: Sequence[Release], today: date) -> tuple[Stage, ...]:
    """Those of what was published of one project, the oldest first; then those that the newest
    does not name any more.
    """
    first: dict[str, date | None] = {}
    for one in told:
        for name, row in _rows(one):
            first.setdefault(name, _day(row.get(PLANNED)))
    newest = list(_rows(told[-1])) if told else []
    found = [_stage(name, row, first[name], today) for name, row in newest]
    left = [name for name in first if name not in {name for name, _ in newest}]
    return (*found, *(Stage(name, None, first[name], None, "gone") for name in left))


def rows_again(made: Release, columns: Sequence[Column]) -> tuple[tuple[Cell, ...], ...]:
    """What the last report tells, in these columns, for the next one to go on with."""
    at = {(one.key, one.type): place for place, one in enumerate(made.columns)}
    places = [at.get((one.key, one.type)) for one in columns]
    return tuple(
        tuple(None if place is None else row[place] for place in places) for row in made.rows
    )


def _rows(made: Release) -> Iterable[tuple[str, Mapping[str, Cell]]]:
    """(stage, its cells by the column's key)."""
    known = [(at, one) for at, one in enumerate(made.columns) if ROLES.get(one.key) == one.type]
    for row in made.rows:
        cells = {one.key: row[at] for at, one in known}
        if cells.get(STAGE):
            yield str(cells[STAGE]), cells


def _stage(name: str, row: Mapping[str, Cell], first: date | None, today: date) -> Stage:
    """What will be done is not done."""
    planned, done = _day(row.get(PLANNED)), _day(row.get(DONE))
    if done is not None and done > today:
        done = None
    if planned is not None:
        state = state_of(planned, done, today)
    else:
        state = "finished" if done is not None else "open"
    return Stage(name, planned, first, done, state)


def _day(cell: Cell) -> date | None:
    return date.fromisoformat(cell) if isinstance(cell, str) else None
