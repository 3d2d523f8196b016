"""An application filed again, after it came back unstamped or its stamp went wrong: what is another
than before, marked.

Calls `hub.applications.{forms,inbox,models,stamped,status}`, `hub.blobs.store`,
`hub.intake.render` and `wire`.
"""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from hub.applications import stamped, status
from hub.applications.forms import Typed, yuan
from hub.applications.inbox import seen
from hub.applications.models import Filed, MarkedPage
from hub.applications.status import Standing
from hub.approvals.models import Subject
from hub.blobs import store
from hub.clock import now_ms
from hub.intake import render
from hub.intake.reasons import Unfit
from hub.people.roster import Staff
from hub.people.session import ANY, require
from wire.approval import subject
from wire.approval.subject import Application

ENDED: Final = ("returned", "recalled", "expired", "resealed")
FIELDS: Final = {
    "title": "文件名称",
    "purpose": "用途",
    "impressions": "盖几次",
    "seams": "骑缝几次",
    "amount": "金额（元）",
    "resolution": "决议",
}


@dataclass(frozen=True)
class Changed:
    """One field or page, before and now; `page` is the number of a page to look at."""

    what: str
    before: str
    now: str
    page: int | None = None


def former(found: Subject) -> Subject | None:
    """The one that this application takes the place of."""
    return found.filed.again


def changes(found: Subject) -> list[Changed]:
    """What is another than in the former one; empty where there is none, or all is the same."""
    old = former(found)
    if old is None:
        return []
    before, now = _read(old), _read(found)
    lines = [
        Changed(words, _typed(before, name), _typed(now, name))
        for name, words in FIELDS.items()
        if getattr(before, name) != getattr(now, name)
    ]
    pairs = enumerate(zip_longest(before.pages, now.pages), start=1)
    return lines + [_page(number, *pair) for number, pair in pairs if pair[0] != pair[1]]


def named(request: HttpRequest, staff: Staff, item: str) -> Subject | None:
    """The application that a form is to take the place of; raises Http404."""
    name = request.POST.get("again") or request.GET.get("again")
    if not name:
        return None
    rows = Filed.objects.filter(item=item, village=staff.village, applicant=staff.person.id)
    row = rows.filter(subject_id=name).first() if name.isascii() and name.isdigit() else None
    if row is None or not may_repeat(row, status.standing(row.subject, now_ms()), staff):
        raise Http404
    return row.subject


def typed(old: Subject) -> Typed:
    """Its form as it was, with the seal that came after its own. Its pages are brought anew, but
    where nothing else than the seal is another.
    """
    held = status.standing(old, now_ms())
    new = None if held.gone is None else held.gone.new
    pages = held.application.pages if held.state == "resealed" else ()
    return Typed.again(held.application, new.id if new else held.application.seal, pages)


def may_repeat(row: Filed, held: Standing, staff: Staff) -> bool:
    """Whoever filed it, once it came back; or once it was stamped, to take a void one's place."""
    own = row.applicant == staff.person.id
    return own and (held.state in ENDED or bool(stamped.of(row)))


@require_GET
@require(ANY)
def picture(_request: HttpRequest, number: int, page: int, staff: Staff) -> HttpResponse:
    """The page of that number with what differs marked."""
    found = seen(number, staff)
    old = former(found)
    if old is None:
        raise Http404
    pairs = list(zip(_read(old).pages, _read(found).pages, strict=False))
    if not 1 <= page <= len(pairs):
        raise Http404
    try:
        data = _marked(*pairs[page - 1])
    except Unfit as no:
        raise Http404 from no
    reply = HttpResponse(data, content_type="image/png")
    reply["Cache-Control"] = "private, max-age=3600"
    return reply


def _marked(old: bytes, new: bytes) -> bytes:
    """Kept once it was made; raises Unfit."""
    kept = MarkedPage.objects.filter(old=old, new=new).first()
    found = None if kept is None else store.get(bytes(kept.picture))
    if found is not None:
        return found
    before, after = store.get(old), store.get(new)
    if before is None or after is None:
        raise Unfit("file_damaged")
    made = render.difference(before, after)
    name = store.put(made, "difference", "hub")
    MarkedPage.objects.update_or_create(old=old, new=new, defaults={"picture": name})
    return made


def _page(number: int, before: bytes | None, now: bytes | None) -> Changed:
    there, here = ("没有这一页" if one is None else "" for one in (before, now))
    both = before is not None and now is not None
    return Changed(f"第 {number} 页", there, here, number if both else None)


def _typed(application: Application, name: str) -> str:
    value = getattr(application, name)
    return (yuan(value) if name == "amount" else str(value)) or "没有"


def _read(found: Subject) -> Application:
    return subject.decode(bytes(found.data))
