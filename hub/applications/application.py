"""The page of one application: what is asked, who decided, what comes next, and its forms.

Calls `hub.applications`, `hub.corrections.file`, `hub.people`, `hub.registers` and `hub.clock`.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.applications import (
    acts,
    again,
    by_file,
    inbox,
    pressed,
    signing,
    stamped,
    status,
    story,
)
from hub.applications.forms import told, yuan
from hub.applications.models import Filed
from hub.clock import moment, now_ms
from hub.corrections import file as corrections
from hub.people.roster import Staff
from hub.people.session import REASON, refused
from hub.registers import shown
from wire.lists.content import Person
from wire.refusals import Refused


def page(
    request: HttpRequest, number: int, staff: Staff, *, form: str = "", no: Refused | None = None
) -> HttpResponse:
    """`no`: what is wrong with what was typed into that form of it."""
    row = inbox.seen(number, staff).filed
    try:
        found = status.standing(row.subject, now_ms())
    except Refused as gone:
        return refused(request, gone.code, gone.detail)
    mine, made = staff.person.id in found.waiting, _stamps(row)
    done = found.state == "approved" and len(made) >= found.application.presses
    policy, roster = found.lists.policy, found.lists.roster.persons
    decided = {one.step: one for one in found.decisions}
    item = found.lists.catalogue.items.get(found.application.item)
    steps = [
        {
            "office": policy.offices.get(step.office, (step.office, step.office))[0],
            "decision": decided.get(step.step),
            "name": _name(decided[step.step].person, roster) if step.step in decided else "",
            "next": found.step == step and found.state == "pending",
        }
        for step in (item.chain_for(found.application.amount) if item else ())
    ]
    context = {
        "staff": staff,
        "found": found,
        "item": item,
        "amount": yuan(found.application.amount),
        "seal": found.lists.machine.seal(found.application.seal),
        "steps": steps,
        "waiting": [roster[one].name for one in found.waiting],
        "operators": [_name(one, roster) for one in found.application.operators],
        "sign_url": signing.sign_url(found, staff.person.id) if mine else None,
        "by_file": by_file.offers(row.subject, now_ms()),
        "pictures": [signing.picture_path(one) for one in found.application.pages],
        "stamps": made,
        "state": "stamped" if done else found.state,
        "may_escalate": acts.may_escalate(found, staff),
        "may_archive": acts.may_archive(found, len(made), staff),
        "number": number,
        "resolution": shown.named(found.application.resolution, row.village),
        "since": moment(found.since_ms),
        "cover": story.covered(found, now_ms()),
        "stood_in": story.stood_in(found),
        "may_explain": acts.may_explain(row.subject, found, staff.person.id),
        "may_withdraw": acts.may_withdraw(found, staff.person.id),
        "former": again.former(row.subject),
        "changes": again.changes(row.subject),
        "may_repeat": again.may_repeat(row, found, staff),
        "story": story.of(row.subject, found),
        "pressed": pressed.of(row.subject, staff),
        "typed": request.POST.get("words", ""),
        "wrong": {} if no is None else {form: [told(no.code, no.detail.partition(": ")[2])]},
    }
    if no is not None:
        request.META[REASON] = no.code
    return render(request, "staff/application.html", context, status=200 if no is None else 400)


def _stamps(row: Filed) -> list[dict[str, Any]]:
    """Its stamps, each with the correction that was proposed for it last, if one was."""
    proposed = {
        made.stamped: number for number, made in reversed(corrections.of_device(row.device))
    }
    return [
        {
            "hash": bytes(one.entry_hash).hex(),
            "at": moment(one.wall_ms),
            "correction": proposed.get(one.seq),
        }
        for one in stamped.of(row)
    ]


def _name(person: str, roster: Mapping[str, Person]) -> str:
    """The name of that id, or the id of somebody who is on the roster no more."""
    return roster[person].name if person in roster else person
