"""Pages of a long list by key, not by number: as quick at the end as at the start, and a row that
arrives meanwhile moves nothing. Calls only Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

Key = tuple[int, int]


@dataclass(frozen=True)
class Cut:
    """The ids of one page in its order, and the keys of the pages before and after; empty where
    there is none.
    """

    ids: list[int]
    before: str
    after: str


def cut(
    query: QuerySet[Any], by: str, asked: Mapping[str, str], size: int, *, pk: str = "pk"
) -> Cut:
    """The page that `asked` (`after=KEY` or `before=KEY`, else the first) wants, of rows ordered by
    that field (falling with a `-` before it) and, where it is the same, by `pk`.
    """
    field, falls = by.removeprefix("-"), by.startswith("-")
    back = _key(asked.get("before", ""))
    key = back or _key(asked.get("after", ""))
    down = falls is (back is None)
    if key is not None:
        query = query.filter(_beyond(field, pk, key, down=down))
    order = [f"{'-' if down else ''}{name}" for name in dict.fromkeys((field, pk))]
    found: list[Key] = list(query.order_by(*order).values_list(field, pk)[: size + 1])
    rest, rows = len(found) > size, found[:size]
    if back is not None:
        rows.reverse()
    has_before, has_after = (rest, True) if back is not None else (key is not None, rest)
    return Cut(
        [row[1] for row in rows],
        _text(rows[0]) if rows and has_before else "",
        _text(rows[-1]) if rows and has_after else "",
    )


def _beyond(field: str, pk: str, key: Key, *, down: bool) -> Q:
    than = "lt" if down else "gt"
    value, number = key
    later = Q(**{f"{field}__{than}": value}) | Q(**{f"{pk}__{than}": number})
    return Q(**{f"{field}__{than}e": value}) & later


def _key(text: str) -> Key | None:
    value, _, number = text.partition(".")
    limit = 18
    if not (value.isdecimal() and number.isdecimal() and max(len(value), len(number)) <= limit):
        return None
    return int(value), int(number)


def _text(key: Key) -> str:
    return f"{key[0]}.{key[1]}"
