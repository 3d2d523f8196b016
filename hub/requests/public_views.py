"""The public page on which a villager asks for a stamp.

Calls `hub.requests`, `hub.intake`, `hub.blobs.store`, `hub.applications.limits`,
`hub.devices.authority` and `hub.disclosure`. No session, no cookie; what was typed travels
with the form.
"""

from collections.abc import Mapping
from typing import Final

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from hub.applications.limits import limits
from hub.blobs import store
from hub.clock import now_ms
from hub.config import config
from hub.devices import authority
from hub.disclosure import queries
from hub.disclosure.front import place
from hub.disclosure.queries import Village
from hub.intake import render as papers
from hub.intake.reasons import Unfit
from hub.requests import codes, file, rates
from hub.requests.look_views import answered
from wire.lists.content import Item
from wire.refusals import Refused

MOST_BODY: Final = 64 << 20
FIELDS: Final = (*file.LENGTHS, "impressions", "amount", "resolution")
_PAGE: Final = Signer(salt="hub.requests.page")
_DRAWN: Final = Signer(salt="hub.requests.drawn")

Errors = list[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, name: str, item: str) -> HttpResponse:
    """The form, then what was typed to be checked, then the receipt code."""
    where, matter = _asked(name, item)
    most = limits(config()).pages_of(item)
    if request.method != "POST":
        return _form(request, where, matter, {"impressions": "1"}, [], [], most)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BODY:
        return _form(
            request, where, matter, {}, [], [("pages", "文件太大，一次最多 64 MB。")], most
        )
    values = {one: request.POST.get(one, "").strip() for one in FIELDS}
    pages = [page for page in map(_unsigned, request.POST.getlist("page")) if page]
    errors = file.wrong(values, matter)
    more, refused = _uploaded(request, most - len(pages))
    pages += more
    errors += refused
    if matter.same_page and not pages and not refused:
        errors.append(("pages", "请上传要盖章的文件，或拍照上传。"))
    if errors or "back" in request.POST:
        return _form(request, where, matter, values, pages, errors, most)
    return _checked(request, where, matter, values, pages)


@require_safe
def picture(_request: HttpRequest, page: str) -> HttpResponse:
    """A page that was just uploaded, by the signed name that its form carries."""
    name = _unsigned(page)
    data = store.get(bytes.fromhex(name)) if name else None
    if data is None:
        raise Http404
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    reply = HttpResponse(data, content_type=kind)
    reply["Cache-Control"] = "no-store"
    return reply


def _checked(
    request: HttpRequest, where: Village, item: Item, values: Mapping[str, str], pages: list[str]
) -> HttpResponse:
    try:
        drawn = _DRAWN.unsign(request.POST.get("drawn", ""))
    except BadSignature:
        drawn = ""
    if not drawn:
        context: dict[str, object] = {
            "village": where,
            "item": item,
            "typed": values,
            "drawn": _DRAWN.sign(codes.drawn()),
            "pages": _signed(pages),
        }
        return answered(request, "apply_check", context, where=place(where))
    most = limits(config()).requests_per_day
    try:
        code = file.submit(
            where.id, item, values, pages, drawn=drawn, most_per_day=most, now_ms=now_ms()
        )
    except Refused as no:
        errors = [("title", no.detail)]
        return _form(
            request, where, item, values, pages, errors, limits(config()).pages_of(item.id)
        )
    told = {"village": where, "item": item, "typed": values, "code": codes.spoken(code)}
    return answered(request, "receipt", told, where=place(where))


def _uploaded(request: HttpRequest, room: int) -> tuple[list[str], Errors]:
    """Hex hashes of the pages of the files, kept, and what cannot be taken."""
    uploads = request.FILES.getlist("pages")
    found: list[str] = []
    errors: Errors = []
    if len(uploads) > room:
        return [], [("pages", "页数太多，请只上传要盖章的那几页。")]
    for upload in uploads:
        try:
            if not rates.upload(now_ms()):
                raise Unfit("file_busy")
            data = upload.read(papers.MOST_BYTES + 1)
            made = papers.pages(upload.name or "", data, room - len(found))
        except Unfit as no:
            words = no.words()
            errors.append(("pages", f"{words['zh']}{words['next_zh']}{no.detail}"))
            continue
        found += [store.put(page, "page", "public").hex() for page in made]
    return found, errors


def _form(
    request: HttpRequest,
    where: Village,
    item: Item,
    values: Mapping[str, str],
    pages: list[str],
    errors: Errors,
    most: int,
) -> HttpResponse:
    beside: dict[str, list[str]] = {}
    for name, words in errors:
        beside.setdefault(name, []).append(words)
    context = {
        "village": where,
        "item": item,
        "typed": values,
        "pages": _signed(pages),
        "errors": errors,
        "beside": beside,
        "most": most,
    }
    return answered(request, "apply", context, status=400 if errors else 200, where=place(where))


def _asked(name: str, item: str) -> tuple[Village, Item]:
    where = queries.village(name)
    if where is None:
        raise Http404
    matter = queries.asked_for(where, authority.catalogue().items.values(), now_ms()).get(item)
    if matter is None:
        raise Http404
    return where, matter


def _signed(pages: list[str]) -> list[str]:
    return [_PAGE.sign(page) for page in pages]


def _unsigned(text: str) -> str:
    try:
        return _PAGE.unsign(text)
    except BadSignature:
        return ""
