"""An application begun at the panel: its pages photographed here, then one entry `drafted`.

Calls `sealctl.{rules,session}`, `sealctl.lockd` and `wire`. Nothing here opens the lock or permits
anything: the township's hub makes an application of it, and approvers sign that.
"""

from dataclasses import dataclass
from typing import Final

from sealctl.lockd.changes import Changes
from sealctl.lockd.core import IN_FLIGHT, Core
from sealctl.rules import PHOTO_REFUSALS
from sealctl.session import model as m
from wire.approval import draft
from wire.approval.draft import Draft
from wire.approval.matter import stampable
from wire.errors import WireError
from wire.lists.content import Item
from wire.refusals import Refused

PHOTO_S: Final = 25.0
"""Longest wait for a photo of a page."""
KIND: Final = "page"
"""What camerad is asked for."""


@dataclass
class Drafting:
    """The pages that an operator has photographed and not yet sent; another operator's are none."""

    operator: str | None = None
    pages: tuple[bytes, ...] = ()


def pages(core: Core, drafting: Drafting) -> int:
    """How many pages whoever is logged in has photographed."""
    return len(drafting.pages) if drafting.operator == core.session.logged_in else 0


async def photograph(core: Core, drafting: Drafting, changes: Changes) -> None:
    """Take the next page; raises Refused where it cannot be read, journalled.

    Of photos asked for at once only the last is taken; what comes after a log-out is nobody's.
    """
    operator = _operator(core)
    if pages(core, drafting) >= draft.MOST_PAGES:
        raise Refused("bad_request", f"more than {draft.MOST_PAGES} pages")
    core.feed(m.Cancelled())
    photos = core.photos
    job = photos.ask(KIND, core.time.mono_ms(), (), None)
    core.changed()
    await changes.until(lambda: photos.answer[0] == job or photos.replaced(job), PHOTO_S)
    photos.give_up(job)
    if photos.replaced(job):
        raise Refused("busy")
    if core.session.logged_in != operator:
        raise Refused("not_now", "logged out meanwhile")
    answered, photo = photos.answer
    try:
        sha256 = _readable(photo if answered == job else None)
    except Refused as refused:
        core.refuse("draft_page", refused, operator)
        raise
    kept = drafting.pages if drafting.operator == operator else ()
    drafting.operator, drafting.pages = operator, (*kept, sha256)
    core.changed()


def drop(core: Core, drafting: Drafting) -> None:
    """Forget the pages photographed so far."""
    _operator(core)
    drafting.operator, drafting.pages = None, ()
    core.changed()


def send(
    core: Core, drafting: Drafting, *, item: str, applicant: str, purpose: str, impressions: int
) -> None:
    """One entry `drafted` with all that; raises Refused, journalled."""
    operator = _operator(core)
    try:
        found = _item(core, item, impressions)
        if not pages(core, drafting):
            raise Refused("bad_request", "no page was photographed")
        made = Draft(
            item=item,
            seal=_seal(core, found),
            applicant=applicant,
            title=found.zh,
            purpose=purpose,
            impressions=impressions,
            pages=drafting.pages,
        )
        data = _encoded(made)
    except Refused as refused:
        core.refuse("draft", refused, operator)
        raise
    told: dict[str, str | bytes | None] = {"draft": data, "operator": operator}
    core.journal.append("drafted", {"item": item, "pages": len(made.pages)}, committed=told)
    drafting.operator, drafting.pages = None, ()
    core.feed(m.Cancelled())
    core.changed()


def _operator(core: Core) -> str:
    if core.session.mode in IN_FLIGHT:
        raise Refused("busy")
    if core.session.logged_in is None:
        raise Refused("operator_unknown")
    return core.session.logged_in


def _readable(photo: m.Photo | None) -> bytes:
    if photo is None:
        raise Refused("camera_unavailable", "no photo of this page")
    for finding, code in PHOTO_REFUSALS.items():
        if finding in photo.findings:
            raise Refused(code)
    return photo.sha256


def _item(core: Core, item: str, impressions: int) -> Item:
    if core.lists is None:
        raise Refused("unknown_item", item)
    found = stampable(core.lists.catalogue, item, core.time.now().wall)
    if impressions > found.impressions_max:
        raise Refused("bad_request", f"impressions: up to {found.impressions_max}")
    return found


def _seal(core: Core, item: Item) -> str:
    seals = core.lists.machine.seals if core.lists else ()
    usable = (seal.id for seal in seals if seal.kind in item.seals and seal.state == "active")
    seal = next(usable, None)
    if seal is None:
        raise Refused("seal_suspended", "no seal of this machine is for that item")
    return seal


def _encoded(made: Draft) -> bytes:
    try:
        return draft.encode(made)
    except WireError as error:
        raise Refused("bad_request", error.detail) from error
