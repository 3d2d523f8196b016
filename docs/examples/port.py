"""The table of the port for the inspectors' guide, made of the hub's own table of routes.

Calls `hub.api`. `python -m docs.examples.port FILE` puts it into FILE.
"""

import os
import re
import sys
from pathlib import Path
from typing import Final

import django

_PLACE: Final = re.compile(r"<!-- port -->\n.*?<!-- end -->\n", re.DOTALL)


def table() -> str:
    """Markdown, a row a route."""
    from hub.api.table import ROOT, ROUTES  # once Django is set up

    rows = ["| `GET` | may | what | narrowed by |", "|---|---|---|---|"]
    for one in ROUTES:
        asked = " ".join(f"`{param.name}`" for param in one.params)
        may = "–" if one.may is None else f"`{one.may}`"
        rows.append(f"| `/{ROOT}{one.path}` | {may} | {one.zh} {one.en} | {asked or '–'} |")
    return "\n".join(rows)


def embed(document: str) -> str:
    """The document with the table as it should be, between its two comments."""
    made = f"<!-- port -->\n{table()}\n<!-- end -->\n"
    return made.join(_PLACE.split(document))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    file = Path(sys.argv[1])
    file.write_text(embed(file.read_text("utf-8")), "utf-8")
