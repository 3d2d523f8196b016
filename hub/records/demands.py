"""Who demanded papers that villages do not stamp, for the township to answer.

Calls `hub.devices.authority` and `hub.records.queries`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hub.devices import authority
from hub.records.queries import Row

KIND = "demanded"
SEALED = "（未开示）"


@dataclass(frozen=True)
class Demand:
    """One demand: the entry, the paper, where to go instead, and who wanted it."""

    row: Row
    demander: str
    item_zh: str
    where_zh: str
    village: str


def demands(rows: Sequence[Row]) -> list[Demand]:
    """The rows of that kind as the township reads them."""
    items, machines = authority.catalogue().items, authority.machines()
    made = []
    for row in rows:
        item = items.get(row.entry.body["item"])
        machine = machines.get(row.record.device)
        made.append(
            Demand(
                row,
                _demander(row),
                item.zh if item else row.entry.body["item"],
                item.where_zh if item else "",
                machine.village_name if machine else row.record.village,
            )
        )
    return made


def counted(made: Sequence[Demand]) -> list[tuple[str, int]]:
    """(demander, how often) of these demands, the most frequent first."""
    return Counter(one.demander for one in made).most_common()


def _demander(row: Row) -> str:
    value = row.opened.values.get("demander")
    return value if isinstance(value, str) else SEALED
