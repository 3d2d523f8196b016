"""What of the menu one person is shown, on one page. Pure; calls only `hub.menu.table`."""

from collections.abc import Set
from dataclasses import dataclass

from hub.menu.table import GROUPS, IN_ROW, Entry
from hub.people.session import ANY


@dataclass(frozen=True)
class Menu:
    """`row` stands in the head, `groups` behind its one button; `here` is where the reader is, and
    `inside` says that it stands behind the button.
    """

    row: tuple[Entry, ...]
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    here: Entry | None
    inside: bool


def menu(offices: Set[str], path: str) -> Menu:
    """For the holder of these offices, on the page of that address."""
    held = offices | {ANY}
    own = [(zh, [one for one in entries if held & set(one.offices)]) for zh, entries in GROUPS]
    every = [one for _, entries in own for one in entries]
    row = tuple(every[:IN_ROW])
    groups = [(zh, tuple(one for one in entries if one not in row)) for zh, entries in own]
    here = max(every, key=lambda one: one.covers(path))
    found = here if here.covers(path) else None
    left = tuple((zh, entries) for zh, entries in groups if entries)
    return Menu(row, left, found, found is not None and found not in row)
