"""Staff pages of households' cards: who has one, and the cards to be printed.

Calls `hub.relief`, `hub.people`, `hub.config`.
"""

from collections.abc import Sequence
from typing import Final

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from hub.clock import moment, now_ms
from hub.config import config
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.relief import cards, places, taken
from hub.relief.models import Household
from hub.relief.views import private

MOST: Final = 200
"""So many cards are made at once."""


@require_http_methods(["GET", "HEAD", "POST"])
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """A village's households; posted: cards for those that have none."""
    if not taken.may(staff, config()):
        return refused(request, "not_permitted", status=403)
    given = request.POST if request.method == "POST" else request.GET
    context = places.chosen(staff, given, config())
    rows = Household.objects.filter(village=context["village"]).order_by("number")
    if request.method == "POST" and (without := list(rows.filter(code__isnull=True)[:MOST])):
        return _printed(request, staff, without)
    context["households"] = [
        (one, None if one.made_ms is None else moment(one.made_ms)) for one in rows
    ]
    context["without"] = sum(one.code is None for one, _ in context["households"])
    return private(render(request, "relief/cards.html", context))


@require_POST
@require(ANY)
def anew(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """A new code for one household; the one before finds nothing any more."""
    if not taken.may(staff, config()):
        return refused(request, "not_permitted", status=403)
    found = Household.objects.filter(pk=number).first()
    if found is None or found.village not in places.seen(staff, config()):
        raise Http404
    return _printed(request, staff, [found])


def _printed(request: HttpRequest, staff: Staff, households: Sequence[Household]) -> HttpResponse:
    made = cards.make(households, staff, config(), now_ms())
    address = f"{config().origins.public}/relief/"
    context = {
        "staff": staff,
        "village": households[0].village,
        "village_name": places.seen(staff, config())[households[0].village],
        "address": address,
        "cards": [(one, _drawn(f"{address}#{one.code}")) for one in made],
    }
    return private(render(request, "relief/printed.html", context))


def _drawn(address: str) -> str:
    """What stands behind # is sent to no server."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(scale=4, border=4, svgclass="qr", lineclass=None, omitsize=False)
