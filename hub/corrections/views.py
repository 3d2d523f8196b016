"""Pages of corrections: propose one, look where it stands, go and sign it.

Calls `hub.corrections`, `hub.applications`, `hub.approvals`, `hub.people`, `hub.records` and
`wire`.
"""

import secrets
from collections.abc import Container, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from hub.applications import by_file, signing
from hub.applications.models import Filed
from hub.approvals.models import Subject
from hub.clock import moment, now_ms
from hub.corrections import file, stamps
from hub.corrections.file import Standing
from hub.ingest.models import Record
from hub.people.roster import Staff
from hub.people.session import ANY, REASON, refused, require
from hub.records.notices import fingerprint
from hub.records.read import entry_of
from wire.approval import correction
from wire.record.words import VOID
from wire.refusals import Refused

CHOICES = 20
"""So many of the newest applications are offered as the one in its place."""
FIELDS = ("state", "reason", "replacement")
LONGEST = 200
"""Characters of a reason."""


@require_http_methods(["GET", "POST"])
@require(ANY)
def new(request: HttpRequest, name: str, staff: Staff) -> HttpResponseBase:
    """The form for one stamp, then proposed."""
    record = _visible(name, staff)
    others = {bytes(one.subject.hash).hex(): one for one in _others(record)}
    typed = {field: request.POST.get(field, "").strip() for field in FIELDS}
    wrong = _wrong(typed, others) if request.method == "POST" else {}
    try:
        stamp = stamps.stamp_of(record)
        if request.method == "POST" and not wrong:
            made = file.submit(
                record,
                staff,
                state=typed["state"],
                reason=typed["reason"],
                replacement=bytes.fromhex(typed["replacement"]) or None,
                random_id=secrets.token_bytes(32),
                now_ms=now_ms(),
            )
            return redirect("correction", made.pk)
    except Refused as no:
        return refused(request, no.code, no.detail)
    if wrong:
        request.META[REASON] = "bad_request"
    grant = entry_of(bytes(record.envelope)).body["grant"]
    context = {
        "staff": staff,
        "record": record,
        "stamp": stamp,
        "at": moment(record.wall_ms),
        "states": [(state, words[0]) for state, words in VOID.items()],
        "others": [
            (name, one.title, typed["replacement"] == name or (not wrong and _again(one) == grant))
            for name, one in others.items()
        ],
        "typed": typed,
        "wrong": wrong,
    }
    return render(request, "staff/correction_new.html", context, status=400 if wrong else 200)


@require_GET
@require(ANY)
def detail(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """One correction: what it is of, who signed, what comes next."""
    found = Subject.objects.filter(pk=number, kind=file.KIND).first()
    if found is None:
        raise Http404
    try:
        held = file.standing(found)
    except Refused as no:
        return refused(request, no.code, no.detail)
    _visible(held.correction.entry.hex(), staff)
    roster = held.lists.roster.persons
    names = [roster[one].name for persons in held.waiting.values() for one in persons]
    instead = held.correction.replacement
    item = held.lists.catalogue.items.get(held.correction.item)
    context = {
        "staff": staff,
        "held": held,
        "item": item,
        "words": VOID[held.correction.state],
        "instead": "" if instead is None else fingerprint(instead),
        "waiting": list(dict.fromkeys(names)),
        "signed": [roster[one.person].name for one in held.decisions if one.person in roster],
        "sign_url": _sign_url(held, staff.person.id),
        "by_file": by_file.offers(found, now_ms()),
    }
    return render(request, "staff/correction.html", context)


def _sign_url(held: Standing, person: str) -> str | None:
    """The county's page for the first step that this person may sign by with a passkey."""
    for step, persons in held.waiting.items():
        if person in persons and signing.has_passkey(held.lists, person):
            data = correction.encode(held.correction)
            return signing.address(data, step, person, held.lists, pages=())
    return None


def _visible(name: str, staff: Staff) -> Record:
    """A stamp of the person's own village; inspectors of the township see all."""
    try:
        record = stamps.find(bytes.fromhex(name))
    except (Refused, ValueError) as no:
        raise Http404 from no
    if record.village != staff.village and "township.inspector" not in staff.offices:
        raise Http404
    return record


def _others(record: Record) -> list[Filed]:
    """Applications for that machine that were filed after the stamp, newest first."""
    rows = Filed.objects.filter(device=record.device, created_ms__gt=record.wall_ms)
    return list(rows.select_related("subject", "again").order_by("-id")[:CHOICES])


def _again(one: Filed) -> bytes | None:
    """The application whose place it takes."""
    return None if one.again is None else bytes(one.again.hash)


def _wrong(typed: Mapping[str, str], others: Container[str]) -> dict[str, str]:
    """Field → what is wrong with what was typed."""
    found = {}
    if typed["state"] not in VOID:
        found["state"] = "请选一项：原件收回了，还是丢了。"
    reason = typed["reason"]
    if not 0 < len(reason) <= LONGEST or not reason.isprintable():
        found["reason"] = f"请写明为什么作废，一行，最多 {LONGEST} 字。"
    if typed["replacement"] and typed["replacement"] not in others:
        found["replacement"] = "这份申请不在盖错以后的申请里，请重新选，或者不选。"
    return found
