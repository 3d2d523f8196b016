"""The tables of refusals for the operators' guide, made from the tables the programs speak from.

Calls only `wire.refusals` and `wire.provisioning`. `python -m docs.examples.refusals FILE` puts
them into FILE.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wire.provisioning.reasons import REASONS
from wire.refusals import REFUSALS, Refusal

_TABLES: Final[Mapping[str, Mapping[str, Refusal]]] = {
    "refusals": REFUSALS,
    "provisioning": REASONS,
}


def table(known: Mapping[str, Refusal]) -> str:
    """Markdown, a row a code, in the order of the program's own table."""
    rows = ["| code | what people read | what they are told to do |", "|---|---|---|"]
    rows += [
        f"| `{one.code}` | {one.zh}<br>{one.en} | {one.next_zh}<br>{one.next_en} |"
        for one in known.values()
    ]
    return "\n".join(rows)


def embed(document: str) -> str:
    """The document with the tables as they should be, each between its two comments."""
    for name, known in _TABLES.items():
        place = re.compile(rf"<!-- {name} -->\n.*?<!-- end -->\n", re.DOTALL)
        made = f"<!-- {name} -->\n{table(known)}\n<!-- end -->\n"
        document = made.join(place.split(document))
    return document


def main(arguments: list[str]) -> int:
    """Exit status 0."""
    path = Path(arguments[0])
    path.write_text(embed(path.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
