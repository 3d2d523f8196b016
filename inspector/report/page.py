"""The report as one HTML file that needs nothing else and verifies what it shows in the browser.

Calls Jinja and `inspector`. Everything is escaped; a content security policy lets only the page's
own script and style run, by their hashes. Written as it is made: memory does not grow with rows.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from inspector.report.chapters import CHAPTERS
from inspector.report.cover import LIMITS, Cover
from inspector.report.evidence import Evidence
from inspector.report.figures import PATTERNS_NOTE
from inspector.report.listings import STAMPS
from inspector.report.table import Content, Row, Table

_STATIC: Final = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Shown:
    """A table with its rows, as far as the report shows them; `total` is how many there are."""

    table: Table
    rows: Iterator[Row]
    total: int
    limit: int


def write(path: Path, cover: Cover, content: Content | None, evidence: Evidence | None) -> None:
    """The page; without content only its cover."""
    script, style = _static("verify.js"), _static("report.css")
    shown = () if content is None else tuple(_chapters(content, evidence))
    stream = (
        _environment()
        .get_template("report.html")
        .stream(
            cover=cover,
            limits=LIMITS,
            chapters=shown,
            note=PATTERNS_NOTE,
            evidence=evidence,
            script=Markup(script),  # noqa: S704
            style=Markup(style),  # noqa: S704
            policy=_policy(script, style),
        )
    )
    stream.enable_buffering(64)
    with path.open("wb") as file:
        stream.dump(file, encoding="utf-8")


def _chapters(content: Content, evidence: Evidence | None) -> Iterator[tuple[str, list[Shown]]]:
    for title, tables in CHAPTERS:
        yield title, [_shown(content, table, evidence) for table in tables]


def _shown(content: Content, table: Table, evidence: Evidence | None) -> Shown:
    found: Iterator[Row] = islice(content.rows(table), content.limit)
    if evidence is not None and table is STAMPS:
        found = evidence.following(found)
    return Shown(table, found, content.count(table), content.limit)


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("inspector.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _static(name: str) -> str:
    return (_STATIC / name).read_text("utf-8")


def _policy(script: str, style: str) -> str:
    """Of the page's content security policy."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
