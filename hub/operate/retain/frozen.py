"""What may not be erased, however old it is: whoever holds entries fast says so here.

Calls the holders by their names, so that this depends on no matter. Each takes hashes of entries
and gives back those that it holds. One that fails stops the run: nothing is erased that somebody
could not be asked about.
"""

from collections.abc import Callable, Collection
from typing import Final

from django.utils.module_loading import import_string

Holder = Callable[[Collection[bytes]], Collection[bytes]]

HOLDERS: Final[tuple[str, ...]] = (
    "hub.ingest.journal.disputed",
    "hub.records.reviews.unreviewed",
    "hub.alarms.held.held",
    "hub.cases.frozen.held",
)


def frozen(entries: Collection[bytes], holders: Collection[str] = HOLDERS) -> set[bytes]:
    """Those of the entries that somebody holds fast."""
    held: set[bytes] = set()
    if entries:
        for name in holders:
            holder: Holder = import_string(name)
            held |= set(holder(entries))
    return held
