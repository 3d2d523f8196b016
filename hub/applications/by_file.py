"""Approvals by SM2 keys: what is to be signed goes out as a file, and the answer comes back.

Calls `hub.applications.{deciding,status}`, `hub.blobs.store`, `hub.corrections.file`, `hub.people`
and `wire`. Whoever sees an application may carry the files: somebody who has no passkey cannot log
in. The key's signature says who decided, as a passkey's does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from hub.applications import deciding, status
from hub.approvals.models import Subject
from hub.blobs import store
from hub.clock import now_ms
from hub.corrections import file as corrections
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from wire.approval import by_file
from wire.approval.by_file import SigningRequest
from wire.approval.subject import Application
from wire.errors import WireError
from wire.lists import means
from wire.lists.content import ApprovalList
from wire.refusals import Refused


@dataclass(frozen=True)
class Offer:
    """Somebody who may sign that step with an SM2 key."""

    number: int
    step: str
    person: str
    name: str


def offers(found: Subject, now_ms: int) -> list[Offer]:
    """Each person with the first step that is asked of him, where an SM2 key of his counts now."""
    lists, item, waiting = _standing(found, now_ms)
    matter = lists.catalogue.items.get(item)
    if matter is None or not means.takes_sm2(lists.policy, matter):
        return []
    steps = {person: step for step, persons in reversed(waiting) for person in persons}
    return [Offer(found.pk, steps[one], one, name) for one, name in _keyed(steps, lists, now_ms)]


@require_GET
@require(ANY)
def hand_out(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """The file for the person that the address names."""
    found = _visible(Subject.objects.filter(pk=number).first(), staff)
    try:
        wanted = request.GET.get("person")
        offer = next((one for one in offers(found, now_ms()) if one.person == wanted), None)
        if offer is None:
            raise Refused("approver_not_entitled", "no SM2 key that counts for it")
        data = by_file.encode_request(_asked(found, offer))
    except Refused as no:
        return refused(request, no.code, no.detail)
    except WireError as error:
        return refused(request, "bad_request", f"文件太大，请用通行密钥 too large: {error.detail}")
    response = HttpResponse(data, content_type="application/octet-stream")
    name = f"seal-{number}-{offer.person}.tosign"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@require(ANY)
def take_back(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """The signed file: judged as a passkey's answer is."""
    try:
        answer = by_file.decode_answer(_upload(request))
        found = _visible(deciding.find(answer.subject), staff)
        deciding.take(found, answer.approval, now_ms())
    except WireError as error:
        return refused(request, "bad_request", f"不是签好的文件 not a signed file: {error.detail}")
    except Refused as no:
        return refused(request, no.code, no.detail, status=409)
    return redirect(deciding.page(found))


def _upload(request: HttpRequest) -> bytes:
    given = request.FILES.get("signed")
    if given is None:
        raise Refused("bad_request", "没有选文件 no file")
    return bytes(given.read(by_file.ANSWER_LIMIT + 1))


def _asked(found: Subject, offer: Offer) -> SigningRequest:
    data = bytes(found.data)
    _, signed = by_file.signable(data)
    pages = [store.get(one) for one in signed.pages] if isinstance(signed, Application) else []
    kept = tuple(one for one in pages if one is not None)
    if len(kept) != len(pages):
        raise Refused("bad_request", "文件图片还没有到 the pages have not arrived yet")
    lists, _, _ = _standing(found, now_ms())
    return SigningRequest(data, offer.step, offer.person, lists.roster.version, kept)


def _standing(
    found: Subject, now_ms: int
) -> tuple[ApprovalList, str, Sequence[tuple[str, Sequence[str]]]]:
    """The lists, the item, and who is asked for which steps, in their order; raises Refused."""
    if found.kind == corrections.KIND:
        held = corrections.standing(found)
        return held.lists, held.correction.item, list(held.waiting.items())
    standing = status.standing(found, now_ms)
    asked = [] if standing.step is None else [(standing.step.step, standing.waiting)]
    return standing.lists, standing.application.item, asked


def _keyed(asked: Mapping[str, str], lists: ApprovalList, now_ms: int) -> Iterator[tuple[str, str]]:
    """(id, name) of those with an SM2 key that is valid now, in the roster's order."""
    within, gone = (now_ms, now_ms + 1), lists.grants.revoked_credentials
    for person in lists.roster.persons.values():
        if person.id in asked and means.sm2_keys(person, lists.policy, within, gone):
            yield person.id, person.name


def _visible(found: Subject | None, staff: Staff) -> Subject:
    """One of the person's own village; inspectors of the township see all. Raises Http404."""
    if found is None:
        raise Http404
    try:
        _, signed = by_file.signable(bytes(found.data))
    except WireError as error:
        raise Http404 from error
    if signed.village != staff.village and "township.inspector" not in staff.offices:
        raise Http404
    return found
