"""The table of refusals for the operators' guide, made from the table the machine speaks from.

Calls only `wire.refusals`. `python -m docs.examples.refusals FILE` puts it into FILE.
"""

import re
import sys
from pathlib import Path
from typing import Final

from wire.refusals import REFUSALS

_PLACE: Final = re.compile(r"<!-- refusals -->\n.*?<!-- end -->\n", re.DOTALL)


def table() -> str:
    """Markdown, a row a code, in the order of the machine's own table."""
    rows = ["| code | what people read | what they are told to do |", "|---|---|---|"]
    rows += [
        f"| `{one.code}` | {one.zh}<br>{one.en} | {one.next_zh}<br>{one.next_en} |"
        for one in REFUSALS.values()
    ]
    return "\n".join(rows)


def embed(document: str) -> str:
    """The document with the table as it should be, between its two comments."""
    return _PLACE.sub(lambda _: f"<!-- refusals -->\n{table()}\n<!-- end -->\n", document)


def main(arguments: list[str]) -> int:
    """Exit status 0."""
    path = Path(arguments[0])
    path.write_text(embed(path.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
