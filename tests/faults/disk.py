"""What a disk may hold after the power went, made of what was written and synced before. Pure.

Calls only `tests.faults.recorder` for the type of an event. What a sync covered is there. Of what
was written since, anything may be: all of it, nothing, whole writes in any order, or single sectors
of the last one. The name of a new file is there from its first sync on, a deletion from the next
sync of any file on.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from tests.faults.recorder import Event

SECTOR: Final = 512
Files = Mapping[str, bytes]


class Loss(StrEnum):
    """What becomes of writes that no sync has covered."""

    KEPT = "kept"
    LOST = "lost"
    TORN = "torn"
    REORDERED = "reordered"


def after_cut(base: Files, events: Sequence[Event], loss: Loss, rng: random.Random) -> Files:
    """The files after a cut behind the last of these events; `base` was on the disk before."""
    safe, loose = _split(base, events)
    for event in _survivors(loose, loss, rng):
        _apply(safe, event)
    return {name: bytes(data) for name, data in safe.items()}


def _split(base: Files, events: Sequence[Event]) -> tuple[dict[str, bytearray], list[Event]]:
    """The files as far as syncs vouch for them, and the events since then, in order."""
    safe = {name: bytearray(data) for name, data in base.items()}
    loose: list[Event] = []
    for event in events:
        if event.what != "sync":
            loose.append(event)
            continue
        for one in loose:
            if one.name == event.name or one.what == "delete":
                _apply(safe, one)
        loose = [one for one in loose if one.name != event.name and one.what != "delete"]
    return safe, loose


def _survivors(loose: Sequence[Event], loss: Loss, rng: random.Random) -> Iterable[Event]:
    if loss is Loss.LOST or not loose:
        return ()
    if loss is Loss.KEPT:
        return loose
    if loss is Loss.REORDERED:
        return [one for one in loose if rng.random() < 0.5]
    return [*loose[:-1], *_sectors(loose[-1], rng)]


def _sectors(event: Event, rng: random.Random) -> Iterable[Event]:
    """Some of the sectors that a write touches; any other act happens or does not."""
    if event.what != "write":
        return [event] if rng.random() < 0.5 else []
    found, start = [], 0
    while start < len(event.data):
        end = min(len(event.data), start + SECTOR - (event.offset + start) % SECTOR)
        if rng.random() < 0.5:
            found.append(Event("write", event.name, event.offset + start, event.data[start:end]))
        start = end
    return found


def _apply(files: dict[str, bytearray], event: Event) -> None:
    if event.what == "delete":
        files.pop(event.name, None)
        return
    file = files.setdefault(event.name, bytearray())
    if event.what == "truncate":
        del file[event.offset :]
    elif event.what == "write":
        file.extend(bytes(max(0, event.offset - len(file))))
        file[event.offset : event.offset + len(event.data)] = event.data
