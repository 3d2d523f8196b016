"""Whether an application is what its item permits: judged alike by machine, hub and inspector.

Calls only its siblings' types, `wire.lists.catalogue` and `wire.refusals`.

The rules, in the order in which they are held:
 * The item is in the catalogue (`unknown_item`), neither forbidden (`item_forbidden`) nor one to
   decide elsewhere first (`item_escalated`), and in force when the application was filed
   (`item_not_in_force`).
 * The figures keep the item's limits (`grant_void`).
 * What the item demands is there (`grant_void`): an amount where it has bands, the resolution, a
   seam impression across so many pages. Whether an amount is true no rule can know: the approvers
   sign it and see the paper.
"""

from wire.approval.subject import Application
from wire.lists.catalogue import DAY_MS, Catalogue, Item
from wire.refusals import Refused


def permitted(application: Application, catalogue: Catalogue) -> Item:
    """The item, where every rule holds; else raises Refused with the code of the first."""
    item = stampable(catalogue, application.item, application.created)
    if application.impressions > item.impressions_max or application.seams > item.seams_max:
        raise Refused("grant_void", "more impressions than the item permits")
    if application.not_after > application.created + item.days_valid * DAY_MS:
        raise Refused("grant_void", "valid for longer than the item permits")
    if item.bands and application.amount is None:
        raise Refused("grant_void", "the item demands an amount")
    if item.needs_resolution(application.amount) and not application.resolution:
        raise Refused("grant_void", "the item demands a resolution")
    if 0 < item.seam_pages <= len(application.pages) and not application.seams:
        raise Refused("grant_void", "the item demands a seam impression across so many pages")
    return item


def stampable(catalogue: Catalogue, name: str, at_ms: int) -> Item:
    """The item of that id, where what was filed then may be stamped at all; else raises Refused."""
    item = catalogue.items.get(name)
    if item is None:
        raise Refused("unknown_item", name)
    if item.cls != "allowed":
        raise Refused("item_forbidden" if item.cls == "forbidden" else "item_escalated", item.id)
    if not item.in_force(at_ms):
        raise Refused("item_not_in_force", f"{item.since or '…'} – {item.until or '…'}")
    return item
