"""A disk that fails from the n-th act on: full, read-only, or one that cannot sync.

Calls `tests.faults`. The fault lasts until lockd has ended of it and could not start again, or
until the story is over; then the disk is as good as new, and the rest of the job is asked for.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.faults import verdict
from tests.faults.chain import under_way
from tests.faults.cuts import recording_of
from tests.faults.people import STORIES, grant_of
from tests.faults.recorder import FULL, OK, SYNC_FAILED, WRITE_FAILED, Event
from tests.faults.stage import stage
from tests.faults.verdict import Told
from tests.faults.world import PATIENCE_MS as LATER_MS
from tests.faults.world import EndedError, World, opened

FAILURES: Final[Mapping[str, tuple[int, tuple[str, ...]]]] = {
    "full": (FULL, ("write",)),
    "read-only": (WRITE_FAILED, ("write", "truncate", "sync", "delete")),
    "no sync": (SYNC_FAILED, ("sync",)),
}
"""The answer, and to which acts."""
PATIENCE_MS: Final = 20_000
"""Nobody tries for long while the disk fails."""
KNOWN: Final = frozenset({"journal_full", "journal_broken"})
"""With these codes lockd says why it cannot start."""


def cases(story: str) -> Iterator[tuple[int, str]]:
    """(n, failure): from the n-th act of a story on, counted after the start."""
    played = recording_of(story)
    for number, moment in enumerate(played.moments[played.started :], start=played.started):
        for failure, (_, concerned) in FAILURES.items():
            if moment.act is not None and moment.act.what in concerned:
                yield number, failure


def fail(story: str, number: int, failure: str) -> list[str]:
    """Everything that did not hold after the disk failed from that moment of the story on."""
    code, concerned = FAILURES[failure]
    before = sum(one.act is not None for one in recording_of(story).moments[:number])
    with TemporaryDirectory() as folder, opened(stage(), Path(folder) / "machine") as world:

        def verdict_on(act: Event) -> int:
            return code if world.acts >= before and act.what in concerned else OK

        world.failing = verdict_on
        world.patience_ms = PATIENCE_MS
        with suppress(EndedError):
            STORIES[story](world)
        wrong = _ended_for_a_reason(world)
        if not world.deaths:
            world.die("the story is over")
        world.patience_ms = LATER_MS
        told = Told(world.promised, world.receipts, {})
        wrong += verdict.at_start(world, told)
        wrong += verdict.restarted(world, len(world.promised), starts=len(world.deaths))
        return wrong + verdict.finished(world, told, grant=grant_of(story))


def _ended_for_a_reason(world: World) -> list[str]:
    """lockd ends where an entry of an opening would be missing, and nowhere else."""
    entries = verdict.journal(world.core.journal.connection)[: len(world.promised) or None]
    left = under_way(entries)
    if bool(world.deaths) != left:
        return [f"lockd ended: {world.deaths}; an opening under way: {left}"]
    unknown = set(world.deaths[1:]) - KNOWN
    return [f"it cannot start for {unknown}"] if unknown else []
