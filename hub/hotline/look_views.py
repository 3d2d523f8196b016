"""By the receipt code: how far a report has come, what was answered; to say more, and to judge.

Calls `hub.hotline` and `hub.config`. That there is no such code and that it is wrong is the same
answer, at the same price.
"""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from hub.clock import moment, now_ms
from hub.config import config
from hub.hotline import cards, codes, county, file, uploads
from hub.hotline.limits import limits
from hub.hotline.models import Act, Case, Message, Original
from hub.hotline.routing import routes
from hub.hotline.shown import page
from hub.hotline.views import MOST_BODY
from wire.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """How far it has come."""
    if request.method != "POST":
        return page(request, "look", {})
    name = _name(request)
    sealed = None if name is None else county.find(name)
    if sealed is not None:
        context = {"report": sealed, "reference": county.spoken(sealed)}
        return page(request, "look_county", context, upward=True)
    found = None if name is None else file.find(name)
    return _unknown(request) if found is None else _told(request, found)


@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """The reporter adds something to it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BODY:
        return page(request, "too_big", {}, status=413)
    found = _found(request)
    if found is None:
        return _unknown(request)
    words = request.POST.get("words", "")
    if sentence := file.wrong_words(words):
        return _told(request, found, words, [sentence])
    most = limits(config()).files_max
    taken, wrong = uploads.take(request.FILES.getlist("files"), most, now_ms())
    if wrong:
        return _told(request, found, words, wrong)
    file.say(found, words, taken, now_ms())
    return _told(request, found)


@require_POST
def rate(request: HttpRequest) -> HttpResponse:
    """Whether the reporter is content with the answer."""
    found = _found(request)
    if found is None:
        return _unknown(request)
    try:
        file.rate(found, request.POST.get("verdict", ""), now_ms())
    except Refused:
        return _told(request, found, "", ["现在不用评价。"])
    return _told(request, found)


def _found(request: HttpRequest) -> Case | None:
    name = _name(request)
    return None if name is None else file.find(name)


def _name(request: HttpRequest) -> bytes | None:
    """One slow hash of what was typed, whether there is such a report or not; None, too, for what
    cannot be a code and while all together look too often.
    """
    return codes.typed(request.POST.get("code", "")[:40], codes.REPORT, now_ms())


def _unknown(request: HttpRequest) -> HttpResponse:
    typed = request.POST.get("code", "")[:40]
    return page(request, "look", {"typed": typed, "wrong": True}, status=404)


def _told(
    request: HttpRequest, case: Case, words: str = "", errors: list[str] | None = None
) -> HttpResponse:
    acts = file.acts(case)
    kinds = Prefetch("originals", Original.objects.only("kind", "message"))
    said = case.messages.prefetch_related(kinds).order_by("pk")
    state = cards.state(file.done(case))
    lines = [(one.made_ms, _message(one)) for one in said] + [
        (one.made_ms, _answer(one)) for one in acts if one.what == "answered"
    ]
    context = {
        "case": case,
        "concern": routes()[case.concern].zh,
        "typed": request.POST.get("code", "")[:40],
        "state": cards.STATES[state],
        "may_rate": "rated" in cards.MAY[state],
        "second": any(one.what == "rated" for one in acts),
        "unheard": state == "ended" and not acts[-1].days,
        "made": moment(case.made_ms),
        "lines": [line for _, line in sorted(lines, key=lambda pair: pair[0])],
        "words": words,
        "errors": errors or [],
    }
    return page(request, "look", context, status=400 if errors else 200)


def _message(one: Message) -> dict[str, object]:
    kinds = [file.kind for file in one.originals.all()]
    return {
        "own": not one.person,
        "words": one.words,
        "at": moment(one.made_ms),
        "photos": kinds.count("picture"),
        "voices": kinds.count("voice"),
    }


def _answer(one: Act) -> dict[str, object]:
    return {"own": False, "words": one.words, "at": moment(one.made_ms), "answer": True}
