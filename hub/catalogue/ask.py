"""What somebody asks before he files: this matter, applicant, amount and day. Who would sign?

Calls `hub.approvals.service`, `hub.devices.authority` and `wire`. Nothing is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hub.approvals import service
from hub.devices import authority
from wire.approval import subject
from wire.approval.subject import Application
from wire.lists.catalogue import DAY_MS, day_ms
from wire.lists.content import ApprovalList, Item
from wire.matters.foresee import Foresight, foresee
from wire.refusals import Refused

NOON_MS: Final = DAY_MS // 2


@dataclass(frozen=True)
class Asked:
    """The form as typed, what is wrong with it by field, and the answer where it could be given."""

    values: Mapping[str, str]
    errors: Mapping[str, str]
    item: Item | None
    foresight: Foresight | None


def answer(values: Mapping[str, str], lists: ApprovalList, now_ms: int) -> Asked:
    """`values`: item, applicant (empty: nobody of the roster), amount, day; each may be empty."""
    item = lists.catalogue.items.get(values["item"])
    if item is None:
        wrong = {"item": "清单上没有这一事项"} if values["item"] else {}
        return Asked(values, wrong, None, None)
    errors: dict[str, str] = {}
    at_ms, amount = now_ms, None
    try:
        at_ms = day_ms(values["day"]) + NOON_MS if values["day"] else now_ms
    except ValueError:
        errors["day"] = "日期写成 2026-03-01"
    try:
        amount = subject.fen(values["amount"]) if values["amount"] else None
    except ValueError:
        errors["amount"] = "金额写成 15300 或 15300.50"
    if item.bands and amount is None and not errors:
        errors["amount"] = "这一事项按金额定由谁批，请填金额"
    if values["applicant"] and values["applicant"] not in lists.roster.persons:
        errors["applicant"] = "名册上没有此人"
    if errors:
        return Asked(values, errors, item, None)
    asked = _application(item, values["applicant"], at_ms, amount, lists)
    return Asked(values, {}, item, foresee(asked, lists))


def lists_of(village: str) -> ApprovalList:
    """As the village's machine has them; raises Refused where it has none."""
    device = next((n for n, one in authority.machines().items() if one.village == village), None)
    if device is None:
        raise Refused("device_suspended", "no machine of this village")
    return service.approval_list(device)


def _application(
    item: Item, applicant: str, at_ms: int, amount: int | None, lists: ApprovalList
) -> Application:
    """The least that could be filed; what else the item demands is told beside the answer."""
    machine = lists.machine
    return Application(
        id=bytes(32),
        village=machine.village,
        device=machine.device,
        machine=machine.kid,
        seal="",
        item=item.id,
        catalogue=lists.catalogue.version,
        applicant=applicant,
        applicant_name="",
        title="",
        purpose="",
        impressions=1,
        seams=0,
        pages=(),
        operators=(),
        created=at_ms,
        not_before=at_ms,
        not_after=at_ms + DAY_MS,
        amount=amount,
        resolution="-",
    )
