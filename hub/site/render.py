"""Fills the templates of the public site, which lie in `hub/templates/site`.

Calls `hub.site.files`. Jinja2, because a thousand villages' pages of a year are made in one go.
Every template is given `here`, its own path, and `to(path)`, the way to another file of the site.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import jinja2

from hub.site.files import PAGE, File, link

FOLDER: Final = Path(__file__).parent.parent / "templates" / "site"
ZONE: Final = ZoneInfo("Asia/Shanghai")


def html(path: str, template: str, **context: Any) -> File:
    """The page at that path."""
    made = _templates.get_template(template).render(here=path, to=_to(path), **context)
    return File(path, made.encode())


def yuan(fen: int) -> str:
    """1234567 fen as 12,345.67."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def day(ms: int) -> str:
    """2026年11月7日, in China."""
    return date_of(_at(ms))


def date_of(on: date) -> str:
    """2026年11月7日."""
    return f"{on.year}年{on.month}月{on.day}日"


def minute(ms: int) -> str:
    """2026年11月7日 8:05, in China."""
    at = _at(ms)
    return f"{day(ms)} {at.hour}:{at.minute:02d}"


def iso(ms: int) -> str:
    """The same moment for machines."""
    return _at(ms).isoformat(timespec="minutes")


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, ZONE)


def _to(path: str) -> Callable[[str], str]:
    """A link from there; to a folder's page by its name, which works without a server, too."""
    return partial(_link, path)


def _link(source: str, target: str) -> str:
    path, mark, fragment = target.partition("#")
    whole = path + PAGE if not path or path.endswith("/") else path
    return link(source, whole + mark + fragment)


_templates: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"yuan": yuan, "day": day, "date": date_of, "minute": minute, "iso": iso}
