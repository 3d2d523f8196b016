"""Which screen belongs to which state of the session, as one table. Pure; calls nothing of ours."""

from dataclasses import dataclass

from sealctl.panel.shapes import RefusalView, State

TEMPLATES = {
    "idle": "idle.html",
    "identified": "grants.html",
    "chosen": "confirm.html",
    "photographed": "photographed.html",
    "opening": "press.html",
    "open": "press.html",
    "closing": "press.html",
    "blocked": "blocked.html",
}
"""The screen at `/` for each state that lockd names."""

EXTRA = {
    "pin": ("idle", "pin.html"),
    "grants": ("identified", "grants.html"),
    "read": ("chosen", "read.html"),
}
"""Screens a person reaches by a link; each makes sense in one state only."""

OF_A_GRANT = frozenset(
    {"confirm.html", "more.html", "photographed.html", "read.html", "blind.html"}
)
"""Screens that make no sense once the list has dropped the chosen grant."""

MOVING = frozenset({"opening", "open", "closing"})
"""States in which the seal is or may be free: nothing may hide the countdown."""


@dataclass
class Seen:
    """The refusal that the person at the screen has already read, so that it is not shown twice."""

    key: tuple[str, str] | None = None

    def read(self, refusal: RefusalView | None) -> None:
        self.key = refusal_key(refusal) if refusal else None

    def forget(self) -> None:
        self.key = None


def choose(state: State, seen: Seen, wanted: str = "") -> str | None:
    """The template to show; `wanted` is a name of EXTRA. None: that screen makes no sense now."""
    now = state["state"]
    if now in MOVING or now == "blocked":
        return None if wanted else TEMPLATES[now]
    refusal = state["refusal"]
    if refusal is not None and refusal_key(refusal) != seen.key:
        return None if wanted else "refusal.html"
    if wanted:
        only, template = EXTRA[wanted]
        return template if now == only and not _at_the_reader(state) else None
    if now == "idle" and (at_reader := _at_the_reader(state)) is not None:
        return at_reader
    if now == "chosen" and _blind(state):
        return "blind.html"
    if state["done"] is not None and now in ("identified", "chosen"):
        return "more.html" if now == "chosen" else "done.html"
    return TEMPLATES.get(now, "blocked.html")


def _blind(state: State) -> bool:
    """Whether an emergency without a camera is under way."""
    emergency = state["emergency"]
    return emergency is not None and emergency["blind"]


def _at_the_reader(state: State) -> str | None:
    """The screen for somebody who holds a card or lays a finger, before anybody has logged in."""
    credential = state["credential"]
    if credential["enrolment"] is not None:
        return "enrolling.html"
    return None if credential["held"] is None else "pin.html"


def refusal_key(refusal: RefusalView) -> tuple[str, str]:
    """What makes two refusals the same one to a reader."""
    return refusal["code"], str(refusal.get("detail") or "")
