"""The monthly register (用印登记簿): on the screen, for the printer, and as PDF.

Calls only `sealctl.panel` and `wire.seal_register`. Slips of a refusal and of a stamp stand on
their own screens.
"""

from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sealctl.panel import pdf, prefs
from sealctl.panel.desk import Desk
from sealctl.panel.link import LockdError
from sealctl.panel.render import cut, page, refusal_page
from sealctl.panel.shapes import State
from wire.seal_register import COLUMNS, WIDTHS, Job, Month, lines, month_at, parse

ROWS: Final = (3, 2)
"""Lines of the register on one screen; the second in large type. Paper has them all."""


class Papers:
    """GET handlers over one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def register(self, request: Request) -> Response:
        """One month on the screen; printing gives the sheet with the official columns."""
        state: State | None = None
        try:
            state = await self._desk.state()
            month, jobs = await self._month(request, state)
        except LockdError as error:
            return refusal_page(request, error.refusal, state, status=409 if state else 503)
        size = ROWS[prefs.read(request.cookies).large]
        context: dict[str, Any] = {
            "month": month,
            "lines": lines(jobs),
            "columns": COLUMNS,
            "shown": cut(list(enumerate(jobs, 1)), request.query_params.get("page", ""), size),
            "latest": month_at(state["clock"]["wall_ms"]),
        }
        return page(request, "register.html", state, **context)

    async def pdf(self, request: Request) -> Response:
        """The same sheet as a file, where there is no printer."""
        try:
            state = await self._desk.state()
            month, jobs = await self._month(request, state)
        except LockdError as error:
            return refusal_page(request, error.refusal, None, status=409)
        machine = state["machine"]
        title = f"{machine['village_name'] if machine else ''}用印登记簿　{month.zh}"
        data = await run_in_threadpool(pdf.table, title, COLUMNS, WIDTHS, lines(jobs))
        name = f'attachment; filename="register-{month.key}.pdf"'
        headers = {"Content-Disposition": name}
        return Response(data, media_type="application/pdf", headers=headers)

    async def _month(self, request: Request, state: State) -> tuple[Month, list[Job]]:
        asked = request.query_params.get("month", "")
        month = parse(asked) or month_at(state["clock"]["wall_ms"])
        found = await self._desk.rows("register", Job, from_ms=month.from_ms, to_ms=month.to_ms)
        return month, found
