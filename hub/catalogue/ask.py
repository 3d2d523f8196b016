"""What somebody asks before he files: this matter, applicant, amount and day. Who would sign?

Calls `hub.approvals.service`, `hub.devices.authority` and `wire`. Nothing is kept.
"""

from collections.abc import Iterator, Mapping
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
class Reply:
    """The form as typed, what is wrong with it by field, and the answer where it could be given."""

    values: Mapping[str, str]
    errors: Mapping[str, str]
    item: Item | None = None
    amount: int | None = None
    foresight: Foresight | None = None


def answer(values: Mapping[str, str], lists: ApprovalList, now_ms: int) -> Reply:
    """`values`: item, applicant (empty: nobody of the roster), amount and day (empty: today)."""
    item = lists.catalogue.items.get(values["item"])
    at_ms = _time(values["day"]) if values["day"] else now_ms
    amount = _fen(values["amount"])
    errors = dict(_errors(values, lists, at_ms, amount))
    if item is None or at_ms is None or errors:
        return Reply(values, errors, item)
    asked = _application(item, values["applicant"], at_ms, amount, lists)
    return Reply(values, {}, item, amount, foresee(asked, lists))


def villages() -> Mapping[str, str]:
    """Those with a machine, and their names."""
    found = authority.machines().values()
    return {one.village: one.village_name for one in sorted(found, key=lambda one: one.village)}


def lists_of(village: str) -> ApprovalList:
    """As the village's machine has them; raises Refused where it has none."""
    device = next((n for n, one in authority.machines().items() if one.village == village), None)
    if device is None:
        raise Refused("device_suspended", "本村没有机器 no machine of this village")
    return service.approval_list(device)


def _errors(
    values: Mapping[str, str], lists: ApprovalList, at_ms: int | None, amount: int | None
) -> Iterator[tuple[str, str]]:
    item = lists.catalogue.items.get(values["item"])
    if item is None:
        yield "item", "清单上没有这一事项，请另选" if values["item"] else "请选一个事项"
    if values["applicant"] and values["applicant"] not in lists.roster.persons:
        yield "applicant", "本村名册上没有此人，请另选"
    if values["amount"] and amount is None:
        yield "amount", "金额请写成 15300 或 15300.50"
    elif item is not None and item.bands and amount is None:
        yield "amount", "这一事项按金额定由谁批，请填金额"
    if at_ms is None:
        yield "day", "日期请写成 2026-03-01"


def _time(day: str) -> int | None:
    try:
        return day_ms(day) + NOON_MS
    except ValueError:
        return None


def _fen(typed: str) -> int | None:
    try:
        return subject.fen(typed)
    except ValueError:
        return None


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
