"""Staff pages of a village's codes: for its walls, and a sheet of cards for households' doors.

Calls `hub.disclosure.queries`, `hub.printed`, `hub.redaction.scan`, `hub.site`, `hub.people` and
`hub.{clock,config}`. A label is a house number; all doors of a village have one code, and nothing
that is typed here is kept.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from hub.clock import now_ms
from hub.config import config
from hub.disclosure import queries
from hub.people.roster import Staff
from hub.people.session import ANY, REASON, require
from hub.printed import code, doors
from hub.redaction import scan
from hub.site.frame import form
from hub.site.settings import settings

MOST: Final = 400
"""So many doors are drawn at once: fifty sheets."""
LONGEST: Final = 20
PDF: Final = "application/pdf"
_SPAN: Final = re.compile(r"(\D*)(\d{1,4})\s*[-—–~～到至]\s*(\d{1,4})(\D*)", re.ASCII)


@dataclass(frozen=True)
class Wrong:
    """A line that is no label."""

    line: int
    why: str


@require_http_methods(["GET", "HEAD", "POST"])
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The village's code, and labels to type; posted: their cards as PDF."""
    given = request.POST if request.method == "POST" else request.GET
    where, names = _chosen(staff, given)
    labels = given.get("labels", "")
    found = list(_lines(labels)) if request.method == "POST" else []
    wrong = [one for one in found if isinstance(one, Wrong)]
    told = "" if request.method != "POST" else _told(wrong, len(found))
    if request.method == "POST" and not told:
        cards = [str(one) for one in found]
        if given.get("as") == "svg":
            return _given(_pictures(where, cards), "application/zip", "doors.zip")
        return _given(doors.doors(where, cards, now_ms()), PDF, "doors.pdf")
    village = str(given.get("village") or next(iter(names)))
    context: dict[str, Any] = {
        "staff": staff,
        "where": where,
        "village": village,
        "others": [(one, name) for one, name in names.items() if one != village],
        "labels": labels,
        "wrong": told,
        "most": MOST,
    }
    if told:
        request.META[REASON] = "bad_request"
    return render(request, "doors/index.html", context, status=400 if told else 200)


@require_safe
@require(ANY)
def wall(request: HttpRequest, staff: Staff) -> HttpResponse:
    """One large code for a wall."""
    where, _ = _chosen(staff, request.GET)
    return _given(doors.village(where, now_ms()), PDF, "wall.pdf")


@require_safe
@require(ANY)
def picture(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The code alone, for any size."""
    where, _ = _chosen(staff, request.GET)
    return HttpResponse(code.svg(where.address), content_type="image/svg+xml")


def _chosen(staff: Staff, given: Mapping[str, Any]) -> tuple[doors.Village, Mapping[str, str]]:
    """The village that is asked for, and all that he may choose; raises Http404."""
    every = {one.id: one.name for one in queries.villages() if one.ended is None}
    own = (staff.village,) if staff.of_village else every
    names = {one: name for one, name in every.items() if one in own}
    village = str(given.get("village") or next(iter(names), ""))
    if village not in names:
        raise Http404
    calls = settings(config()).telephones
    return doors.Village(names[village], form(f"v/{village}/"), calls), names


def _lines(text: str) -> Iterator[str | Wrong]:
    """Each label; 1-48 stands for each number."""
    for number, line in enumerate(text.splitlines(), start=1):
        label = " ".join(line.split())
        if not label:
            continue
        span = _SPAN.fullmatch(label)
        if span is not None:
            before, first, last, after = span.groups()
            for one in range(int(first), min(int(last), int(first) + MOST) + 1):
                yield f"{before}{one}{after}".strip()
        elif len(label) > LONGEST:
            yield Wrong(number, f"最多 {LONGEST} 个字")
        elif scan.findings(label):
            yield Wrong(number, "门牌上不能写电话、证件号码")
        else:
            yield label


def _told(wrong: list[Wrong], count: int) -> str:
    """What is to be done next; empty where all is well."""
    if wrong:
        return "".join(f"第 {one.line} 行：{one.why}。" for one in wrong[:5])
    if not count:
        return "请写门牌，一行一个，或者写 晨光路 1-48 号。"
    return f"一次最多 {MOST} 户，请分几次做。" if count > MOST else ""


def _pictures(where: doors.Village, labels: Sequence[str]) -> bytes:
    """A card each, for whoever prints on plates."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        for number, label in enumerate(labels, start=1):
            pack.writestr(f"door-{number:03d}.svg", doors.svg(where, label))
    return made.getvalue()


def _given(data: bytes, kind: str, name: str) -> HttpResponse:
    reply = HttpResponse(data, content_type=kind)
    reply["Content-Disposition"] = f'inline; filename="{name}"'
    return reply
