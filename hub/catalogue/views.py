"""Pages of the list of matters: who would have to sign, two versions side by side, its files.

Calls `hub.catalogue`, `hub.people.session`, `hub.devices.authority` and `wire.matters`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.catalogue import ask
from hub.catalogue.versions import Version
from hub.catalogue.versions import versions as all_versions
from hub.clock import now_ms
from hub.devices import authority
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from wire.lists.content import ApprovalList, Item, Person
from wire.matters import difference, files, words
from wire.matters.foresee import REASONS, Asked
from wire.matters.words import CLASSES
from wire.refusals import Refused, to_dict

FIELDS: Final = ("item", "applicant", "amount", "day")
INSPECTOR: Final = "township.inspector"


@require_safe
@require(ANY)
def who(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Who would have to sign this? Of the reader's own village; inspectors choose one."""
    villages = ask.villages()
    chosen = request.GET.get("village", "") if INSPECTOR in staff.offices else ""
    try:
        lists = ask.lists_of(chosen if chosen in villages else _home(staff, villages))
    except Refused as no:
        return refused(request, no.code, no.detail)
    values = {name: request.GET.get(name, "").strip() for name in FIELDS}
    reply = ask.Reply(values, {})
    if chosen and chosen not in villages:
        reply = ask.Reply(values, {"village": "没有这个村，请另选"})
    elif "item" in request.GET:
        reply = ask.answer(values, lists, now_ms())
    context = {
        "staff": staff,
        "villages": villages if INSPECTOR in staff.offices else {},
        "village": lists.machine.village,
        "values": values,
        "errors": {name: [{"zh": said}] for name, said in reply.errors.items()},
        "groups": _groups(lists),
        "persons": _persons(lists),
        **_answer(reply, lists),
    }
    return render(request, "catalogue/who.html", context, status=400 if reply.errors else 200)


@require_safe
@require(ANY)
def versions(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Two lists of matters side by side, the newest and the one before unless others are asked."""
    known = all_versions()
    new = _chosen(known, request.GET.get("new", ""), 0)
    old = _chosen(known, request.GET.get("old", ""), 1)
    context = {
        "staff": staff,
        "known": known,
        "old": old,
        "new": new,
        "changes": list(_changes(old, new)) if old and new else [],
    }
    return render(request, "catalogue/versions.html", context)


@require_safe
@require(ANY)
def as_csv(_request: HttpRequest, **_: Staff) -> HttpResponse:
    """The list in force, for a spreadsheet."""
    return _file(files.to_csv(authority.catalogue()), "csv", "text/csv; charset=utf-8")


@require_safe
@require(ANY)
def as_json(_request: HttpRequest, **_: Staff) -> HttpResponse:
    """The list in force, for other programs."""
    return _file(files.to_json(authority.catalogue()), "json", "application/json")


def _home(staff: Staff, villages: Mapping[str, str]) -> str:
    """The village that is asked about where none is chosen; an inspector may be of none."""
    if staff.village in villages or INSPECTOR not in staff.offices:
        return staff.village
    return next(iter(villages), staff.village)


def _groups(lists: ApprovalList) -> list[tuple[str, list[Item]]]:
    """The matters by class, each with its heading."""
    items = lists.catalogue.items.values()
    return [(said, [one for one in items if one.cls == cls]) for cls, (said, _) in CLASSES.items()]


def _persons(lists: ApprovalList) -> list[Person]:
    """Whoever's application takes another way than a villager's: officers, and their kin."""
    roster = lists.roster
    return [one for one in roster.persons.values() if one.offices or roster.kin(one.id)]


def _answer(reply: ask.Reply, lists: ApprovalList) -> dict[str, Any]:
    found, item = reply.foresight, reply.item
    if found is None or item is None:
        return {"found": None}
    no = found.refused
    return {
        "found": found,
        "item": item,
        "refusal": None if no is None else to_dict(no.code, no.detail),
        "steps": [_step(one, lists) for one in found.asked],
        "lacking": None if found.lacking is None else _step(found.lacking, lists),
        "resolution": item.needs_resolution(reply.amount),
    }


def _step(asked: Asked, lists: ApprovalList) -> dict[str, Any]:
    offices = lists.policy.offices
    return {
        "office": words.office(asked.step.office, offices),
        "acting": words.office(asked.office, offices) if asked.office else "",
        "substitute": asked.office not in ("", asked.step.office),
        "signers": [one.name for one in asked.signers],
        "passed": [
            {
                "office": words.office(one.office, offices),
                "name": one.person.name if one.person else "",
                "reason": REASONS[one.reason][0],
            }
            for one in asked.passed
        ],
    }


def _chosen(known: Sequence[Version], number: str, otherwise: int) -> Version | None:
    for one in known:
        if str(one.catalogue.version) == number:
            return one
    return known[otherwise] if otherwise < len(known) else None


def _changes(old: Version, new: Version) -> Iterator[dict[str, Any]]:
    for one in difference.changes(old.catalogue, new.catalogue, {**old.offices, **new.offices}):
        label = words.ITEM[one.field][0] if one.field else "整个事项"
        yield {"name": one.name, "label": label, "before": one.before, "after": one.after}


def _file(data: bytes, form: str, kind: str) -> HttpResponse:
    version = authority.catalogue().version
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="matters-{version}.{form}"'
    return answer
