"""Walks a folder of what is published, and reports every leak of personal data in it.

Calls `hub.redaction.{papers,scan}`, Pillow and poppler; for a sample of pictures `hub.reading`. It
knows nothing of how pages are made: it reads files as whoever downloads them does. Names are told
to it by whoever made the people up: a name is looked for in every file that may not show it.
"""

import csv
import html.parser
import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image

from hub.reading import start
from hub.redaction import papers, scan

EXIF: Final = "exif"
METADATA: Final = "metadata"
NAME: Final = "name"
UNREADABLE: Final = "unreadable"
PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp")
_ASSETS: Final = (".css", ".js", ".woff2", ".ttf", ".mp3", ".ogg", ".opus", ".sig")
_PLAIN: Final = (".txt", ".md")
_DRAWN: Final = frozenset({"d", "points", "viewbox", "transform"})
"""Attributes of drawings whose numbers are places on paper."""
_WORTHLESS: Final = frozenset({"dpi", "gamma", "jfif", "jfif_version", "jfif_density", "srgb"})
_UNITS: Final = frozenset({"jfif_unit", "progressive", "progression", "transparency", "mcu"})
_HEX: Final = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{32,}(?![0-9A-Za-z])")
"""A hash; digits alone are none."""


@dataclass(frozen=True)
class Leak:
    """`what` is a kind of `papers.KINDS`, or one of the words above; `told` is masked."""

    path: str
    what: str
    told: str


@dataclass(frozen=True)
class Expected:
    """`names`: by name the files (`path` fits) that may show it whole, none for "nowhere";
    `telephones` are offices', `codes` digits that machines drew. Every so many pictures
    (`sample`) one is read; 0 reads none.
    """

    names: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)
    telephones: frozenset[str] = frozenset()
    sample: int = 0
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Crawled:
    """So many files, pictures among them, and what leaked."""

    files: int
    pictures: int
    leaks: tuple[Leak, ...]


def crawl(root: Path, expected: Expected) -> Crawled:
    """Every file below that folder. A file of a kind that it cannot read is a leak as well."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    pictures = [path for path in files if path.suffix.lower() in PICTURES]
    found = [leak for path in files for leak in _in_file(path, root, expected)]
    sample = pictures[:: expected.sample] if expected.sample else []
    found += _printed(sample, root, expected)
    return Crawled(len(files), len(pictures), tuple(found))


def texts(path: Path) -> Iterator[str]:
    """The texts of a file, those that stand apart apart; raises ValueError for an unknown kind."""
    kind = path.suffix.lower()
    if kind in _ASSETS or kind in PICTURES:
        return
    if kind == ".pdf":
        yield from _of_pdf(path)
        return
    text = path.read_bytes().decode("utf-8-sig")
    if kind in (".html", ".htm", ".svg", ".xml"):
        yield from _of_html(text)
    elif kind in (".json", ".geojson"):
        yield from _of_json(json.loads(text))
    elif kind == ".csv":
        yield from (cell for row in csv.reader(io.StringIO(text)) for cell in row)
    elif kind in _PLAIN:
        yield text
    else:
        raise ValueError(f"{kind}: nobody reads it")


def _in_file(path: Path, root: Path, expected: Expected) -> Iterator[Leak]:
    name = path.relative_to(root).as_posix()
    try:
        parts = [name, *texts(path)]
        if path.suffix.lower() in PICTURES:
            yield from (Leak(name, what, told) for what, told in _carried(path))
    except (ValueError, OSError, subprocess.CalledProcessError) as error:
        yield Leak(name, UNREADABLE, str(error)[:80])
        return
    yield from _in_texts(name, parts, expected)


def _in_texts(name: str, parts: Sequence[str], expected: Expected) -> Iterator[Leak]:
    for part in parts:
        plain = _HEX.sub("", part)
        for one in scan.findings(plain, expected.telephones):
            digits = re.sub("[^0-9]", "", plain[one.start : one.end])
            if not any(digits in code for code in expected.codes):
                yield Leak(name, one.kind, one.masked)
    yield from _named(name, "\n".join(parts), expected)


def _named(name: str, text: str, expected: Expected) -> Iterator[Leak]:
    for person, may in expected.names.items():
        if person in text and not may(name):
            yield Leak(name, NAME, person[0])


def _printed(paths: Sequence[Path], root: Path, expected: Expected) -> Iterator[Leak]:
    pages = start.texts([path.read_bytes() for path in paths]) if paths else []
    for path, page in zip(paths, pages, strict=True):
        name = path.relative_to(root).as_posix()
        for one in papers.findings(page, expected.telephones):
            yield Leak(name, one.kind, one.masked)
        lines = [] if page is None else [line.text for line in page.lines]
        yield from _named(name, "".join(lines), expected)


def _carried(path: Path) -> Iterator[tuple[str, str]]:
    """What a picture carries beside its pixels."""
    with Image.open(path) as image:
        if len(image.getexif()):
            yield EXIF, ", ".join(str(tag) for tag in image.getexif())
        for key in sorted(map(str, image.info)):
            if key.lower() not in _WORTHLESS | _UNITS | {"exif"}:
                yield METADATA, key


class _Text(html.parser.HTMLParser):
    """Texts between tags, and attributes' values: what looks like a tag of text joins nothing."""

    INLINE: Final = frozenset(
        {"a", "b", "i", "em", "strong", "span", "small", "mark", "time", "wbr", "abbr", "code"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._now: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if value and name not in _DRAWN]
        self._end(tag)

    def handle_endtag(self, tag: str) -> None:
        self._end(tag)

    def handle_data(self, data: str) -> None:
        self._now.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)

    def close(self) -> None:
        super().close()
        self._end("")

    def _end(self, tag: str) -> None:
        if tag not in self.INLINE:
            text = "".join(self._now)
            if text.strip():
                self.found.append(text)
            self._now = []


def _of_html(text: str) -> Iterator[str]:
    parser = _Text()
    parser.feed(text)
    parser.close()
    yield from parser.found


def _of_json(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from _of_json(one)
    elif isinstance(value, list):
        for one in value:
            yield from _of_json(one)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _of_pdf(path: Path) -> Iterator[str]:
    """Its text and what it says of itself, by poppler; a PDF carries pictures' EXIF as they are."""
    for command in (["pdftotext", "-layout", str(path), "-"], ["pdfinfo", str(path)]):
        done = subprocess.run(command, capture_output=True, check=True)
        yield from re.split(r"\n| {3,}", done.stdout.decode("utf-8", "replace"))
    data = path.read_bytes()
    if b"Exif\x00\x00" in data:
        raise ValueError("a picture in it carries EXIF")
