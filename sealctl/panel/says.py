"""What each screen says aloud, as phrase ids in order. Pure; calls only `sealctl.panel`."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sealctl.panel import numerals, words
from sealctl.panel.shapes import GrantView, SheetView, State

Context = Mapping[str, Any]


def say(template: str, state: State | None, context: Context) -> list[str]:
    """Phrase ids for that screen; none for a screen that says nothing."""
    if state is not None and template in _LIVE:
        return _LIVE[template](state, context)
    return _PLAIN[template](context) if template in _PLAIN else []


def job(sheet: SheetView | None, grant: GrantView | None) -> list[str]:
    """“第 38 张，共 60 张”, or how to fan the pages of a seam group; nothing for a single sheet."""
    if sheet is None or (sheet["use"] == "full" and sheet["total"] == 1):
        return []
    seam = sheet["use"] == "seam"
    of, end = ("seam-of", "seams") if seam else ("sheet-of", "sheets")
    total = numerals.clips(sheet["total"])
    said = ["no", *numerals.clips(sheet["next"]), of, *total, end]
    if not seam:
        return said
    pages = words.fan(sheet, grant)
    if pages is None:
        return [*said, "seam-lay"]
    first, last = (numerals.clips(number) for number in pages)
    return [*said, "seam-from", *first, "seam-to", *last, "seam-fan"]


def _refusal(context: Context) -> list[str]:
    refusal = context["refusal"]
    why = [f"refusal-{refusal['code']}"] if refusal else []
    return ["refused", *why, *_phone("phone-town", context["phone"])]


def _blocked(state: State, context: Context) -> list[str]:
    if state["refusal"] is None:
        return ["blocked"]
    why = f"refusal-{state['refusal']['code']}"
    return ["blocked", why, *_phone("phone-town", context["phone"])]


def _phone(phrase: str, number: str) -> list[str]:
    said = numerals.digits(number)
    return [phrase, *said] if said else []


def _photographed(state: State, _: Context) -> list[str]:
    found = words.findings(state["photo"]["findings"] if state["photo"] else [])
    return ["photo-bad" if any(one.level == "bad" for one in found) else "photo-good"]


def _more(state: State, _: Context) -> list[str]:
    seam = state["sheet"] is not None and state["sheet"]["use"] == "seam"
    return ["more-seam" if seam else "more", *job(state["sheet"], state["grant"])]


def _item(context: Context) -> list[str]:
    item = context["item"]
    number = "" if item["cls"] == "allowed" else item["phone"]
    return [f"item-{item['cls']}", *_phone("phone", number)]


def _idle(state: State, context: Context) -> list[str]:
    ways, people = state["credential"]["logins"], context["people"].rows
    by_name = "pin" in ways
    if by_name and not people:
        return ["idle-none"]
    readers = ["idle-card" if by_name else "idle-card-pin"] if "card_pin" in ways else []
    if "fingerprint" in ways:
        readers.append("idle-or-finger" if readers else "idle-finger")
    if not readers:
        return ["idle" if by_name else "idle-no-way"]
    return [*readers, *(["idle-or-name"] if by_name else [])]


def _enrolling(state: State, _: Context) -> list[str]:
    now = state["credential"]["enrolment"]
    return [f"enrolling-{now['step']}"] if now else []


def _enrol_how(context: Context) -> list[str]:
    person = context["person"]
    if not person["acts"]:
        return ["enrol-how-gone"]
    if context["set"]:
        return ["enrol-pin-done", "enrol-how"]
    return ["enrol-how" if "pin" in person["methods"] else "enrol-how-first"]


def _names(context: Context) -> list[str]:
    question = context["question"]
    return [question.phrase if context["people"].rows else question.nobody]


def _pin(context: Context) -> list[str]:
    return [f"refusal-{context['refusal']['code']}"] if context["refusal"] else ["pin"]


def _blind(state: State, _: Context) -> list[str]:
    return ["blind-more" if state["done"] else "blind", *job(state["sheet"], state["grant"])]


def _emergency(context: Context) -> list[str]:
    able = len(context["choices"]["people"]) > 1 and context["matters"].rows
    return ["emergency" if able else "emergency-none"]


def _corrections(context: Context) -> list[str]:
    done = ["correct-done"] if context["done"] else []
    if context["rows"].rows:
        return [*done, "correct-which"]
    return done or ["correct-none"]


def _correction_pin(context: Context) -> list[str]:
    return ["correct-pin" if context["row"]["state"] == "cancelled" else "correct-pin-lost"]


_LIVE: Final[Mapping[str, Callable[[State, Context], list[str]]]] = {
    "blind.html": _blind,
    "blocked.html": _blocked,
    "confirm.html": lambda state, _: ["confirm", *job(state["sheet"], state["grant"])],
    "enrolling.html": _enrolling,
    "idle.html": _idle,
    "more.html": _more,
    "photographed.html": _photographed,
    "press.html": lambda state, _: [state["state"]],
}
_PLAIN: Final[Mapping[str, Callable[[Context], list[str]]]] = {
    "grants.html": lambda context: ["grants" if context["grants"].rows else "grants-none"],
    "pin.html": _pin,
    "refusal.html": _refusal,
    "done.html": lambda _: ["done"],
    "items.html": lambda _: ["items"],
    "item.html": _item,
    "demanded.html": lambda _: ["demanded"],
    "noted.html": lambda context: ["noted", *_phone("phone", context["item"]["phone"])],
    "draft.html": lambda _: ["draft-item"],
    "draft_pages.html": lambda context: ["draft-next" if context["taken"] else "draft-page"],
    "draft_what.html": lambda _: ["draft-what"],
    "draft_sent.html": lambda _: ["draft-sent"],
    "names.html": _names,
    "emergency.html": _emergency,
    "emergency_form.html": lambda _: ["emergency-why"],
    "corrections.html": _corrections,
    "correction_pin.html": _correction_pin,
    "enrol_how.html": _enrol_how,
    "two_pins.html": lambda context: [context["asked"].phrase],
    "unenrol_what.html": lambda _: ["unenrol-what"],
    "unenrolled.html": lambda _: ["unenrolled"],
    "register.html": lambda _: ["register"],
    "read.html": lambda context: [f"read-{context['fact'].name}"],
}
