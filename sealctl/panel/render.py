"""Turns a template and lockd's state into one page. Calls nothing of ours but the panel's words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sealctl.panel import prefs, says, words
from sealctl.panel.shapes import RefusalView, State
from wire.refusals import REFUSALS

HERE = Path(__file__).parent
T = TypeVar("T")

TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals.update(steps=words.STEPS, fan=words.fan)
TEMPLATES.filters.update(
    moment=words.moment,
    clock=words.clock,
    date=words.date,
    mark=words.seal_mark,
    sync=words.sync,
    findings=words.findings,
    why=lambda code: REFUSALS[code].zh if code in REFUSALS else code,
)


@dataclass(frozen=True)
class Sheet(Generic[T]):
    """One screenful of a long list; `number` counts from 1."""

    number: int
    last: int
    rows: Sequence[T]


def cut(rows: Sequence[T], asked: str, size: int) -> Sheet[T]:
    """The asked screenful of `rows`; a number that does not exist becomes the nearest that does."""
    last = max(1, math.ceil(len(rows) / size))
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    number = min(max(wanted, 1), last)
    return Sheet(number, last, rows[(number - 1) * size : number * size])


def page(
    request: Request, template: str, state: State | None, *, status: int = 200, **context: object
) -> HTMLResponse:
    """A screen with its header; `state` is None when lockd does not answer."""
    context = {**context, "phone": request.app.state.phone}
    text = TEMPLATES.get_template(template).render(
        state=state,
        prefs=prefs.read(request.cookies),
        here=_here(request),
        say=says.say(template, state, context),
        **context,
    )
    return HTMLResponse(text, status_code=status)


def refusal_page(
    request: Request,
    refusal: RefusalView,
    state: State | None,
    *,
    status: int,
    lost: bool = False,
    again: str = "",
) -> HTMLResponse:
    """The screen that says why not, and what to do next.

    `lost`: the chosen grant is gone; `again`: where to go on once it was read.
    """
    return page(
        request, "refusal.html", state, status=status, refusal=refusal, lost=lost, again=again
    )


def _here(request: Request) -> str:
    """Where a switch of the header leads back to."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
