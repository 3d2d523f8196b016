"""Photographed papers of a form: drawn anew, kept by hash, kept through a wrong answer.

Calls `hub.intake`, `hub.blobs` and `hub.people`. A name that a browser sends back counts only for a
paper that this person brought.
"""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse

from hub.blobs import store
from hub.blobs.models import Blob
from hub.intake import render
from hub.intake.reasons import Unfit
from hub.people.roster import Staff

MOST: Final = 20
KIND: Final = "signed"
PNG: Final = b"\x89PNG"


def taken(request: HttpRequest, staff: Staff) -> tuple[list[str], str]:
    """Hex hashes of the pages, those sent back and those uploaded now; and what is wrong."""
    found = _again(request.POST.getlist("page"), staff.person.id)
    wrong = ""
    for upload in request.FILES.getlist("pages"):
        try:
            if len(found) >= MOST:
                raise Unfit("file_too_long", f"最多 {MOST} 页")
            data = upload.read(render.MOST_BYTES + 1)
            made = render.pages(upload.name or "", data, MOST - len(found))
        except Unfit as no:
            words = no.words()
            wrong = "".join(words[one] for one in ("zh", "next_zh", "detail"))
            continue
        found += [store.put(page, KIND, staff.person.id).hex() for page in made]
    return list(dict.fromkeys(found)), wrong


def photo(name: str) -> HttpResponse:
    """The picture of that hash (hex); raises Http404."""
    data = store.get(bytes.fromhex(name))
    if data is None:
        raise Http404
    kind = "image/png" if data.startswith(PNG) else "image/jpeg"
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type=kind, headers=headers)


def _again(names: list[str], person: str) -> list[str]:
    try:
        wanted = [bytes.fromhex(one) for one in names[:MOST]]
    except ValueError:
        return []
    own = Blob.objects.filter(sha256__in=wanted, kind=KIND, source=person)
    known = {bytes(one) for one in own.values_list("sha256", flat=True)}
    return [one.hex() for one in wanted if one in known]
