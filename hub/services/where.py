"""In which line of a TOML file something stands that is wrong. Pure, calls nothing.

What reads the file tells the place by fields and numbers (`points: 1: phone`); whoever mends it
looks for a line.
"""

import re
from collections.abc import Sequence


def line_of(text: str, place: str) -> int | None:
    """The line of what is named, or of the table that it stands in; None for neither."""
    first, *rest = (one.strip() for one in place.split(":"))
    lines = text.splitlines()
    index = int(rest[0]) if rest and rest[0].isdecimal() else 0
    heads = [at for at, line in enumerate(lines) if re.match(rf"\s*\[+{re.escape(first)}\]+", line)]
    if len(heads) <= index:
        return _key(lines, 0, (first,))
    return _key(lines, heads[index] + 1, rest) or heads[index] + 1


def _key(lines: Sequence[str], since: int, names: Sequence[str]) -> int | None:
    """The line of the first of these keys that stands below, before the next table."""
    for name in names:
        for at in range(since, len(lines)):
            if lines[at].lstrip().startswith("["):
                break
            if re.match(rf'\s*"?{re.escape(name)}"?\s*=', lines[at]):
                return at + 1
    return None
