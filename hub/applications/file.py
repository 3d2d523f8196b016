"""From what somebody typed to the exact bytes that approvers sign.

Calls `hub.approvals.service`, `hub.devices.authority`, `hub.applications.models` and `wire`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from hub.applications.models import Filed
from hub.approvals import service
from hub.approvals.models import Subject
from hub.people.roster import Staff
from wire.approval import chain, matter, subject
from wire.approval.subject import Application
from wire.errors import WireError
from wire.lists.content import ApprovalList, Item, Seal
from wire.refusals import Refused

DAY_MS: Final = 86_400_000
OPERATOR: Final = "village.operator"


@dataclass(frozen=True)
class Draft:
    """What is asked for; `pages` are SHA-256 of the uploaded pictures, in order, `amount` fen."""

    device: str
    item: str
    seal: str
    title: str
    purpose: str
    impressions: int
    seams: int
    operators: tuple[str, ...]
    pages: tuple[bytes, ...]
    amount: int | None = None
    resolution: str = ""


def check(draft: Draft, lists: ApprovalList, now_ms: int) -> Item:
    """The item, where the draft can be filed; raises Refused with the first reason against it."""
    item = matter.stampable(lists.catalogue, draft.item, now_ms)
    if draft.seal not in {seal.id for seal in seals(item, lists)}:
        raise Refused("seal_mismatch", draft.seal)
    presses, seams_most = item.impressions_max, item.seams_max
    if not 1 <= draft.impressions <= presses:
        raise Refused("bad_request", f"impressions: 次数请填 1 到 {presses} out of range")
    if not 0 <= draft.seams <= seams_most:
        raise Refused("bad_request", f"seams: 骑缝次数请填 0 到 {seams_most} out of range")
    if item.bands and draft.amount is None:
        raise Refused("bad_request", "amount: 请填金额 the amount is needed")
    if item.needs_resolution(draft.amount) and not draft.resolution:
        raise Refused("bad_request", "resolution: 请写明决议 the resolution is needed")
    if 0 < item.seam_pages <= len(draft.pages) and not draft.seams:
        raise Refused("bad_request", f"seams: {item.seam_pages} 页以上必须盖骑缝章 at least one")
    if item.same_page and not draft.pages:
        raise Refused("bad_request", "pages: 请上传要盖章的文件 the document itself is needed")
    if not draft.operators:
        raise Refused("bad_request", "operators: 请选由谁盖章 at least one")
    return item


def seals(item: Item, lists: ApprovalList) -> list[Seal]:
    """The machine's seals in force that the item takes."""
    found = lists.machine.seals
    return [seal for seal in found if seal.kind in item.seals and seal.state == "active"]


def operators(lists: ApprovalList, now_ms: int) -> list[tuple[str, str]]:
    """(id, name) of everyone who may stamp there."""
    return [(one.id, one.name) for one in lists.roster.holders(OPERATOR, now_ms)]


def submit(draft: Draft, applicant: Staff, *, random_id: bytes, now_ms: int) -> Subject:
    """File it; raises Refused. `random_id`: 32 random bytes."""
    lists = service.approval_list(draft.device)
    item = check(draft, lists, now_ms)
    application = Application(
        id=random_id,
        village=lists.machine.village,
        device=draft.device,
        machine=lists.machine.kid,
        seal=draft.seal,
        item=draft.item,
        catalogue=lists.catalogue.version,
        applicant=applicant.person.id,
        applicant_name=applicant.person.name,
        title=draft.title,
        purpose=draft.purpose,
        impressions=draft.impressions,
        seams=draft.seams,
        pages=draft.pages,
        operators=draft.operators,
        created=now_ms,
        not_before=now_ms,
        not_after=now_ms + item.days_valid * DAY_MS,
        amount=draft.amount if item.bands else None,
        resolution=draft.resolution if item.knows_resolutions else "",
    )
    try:
        data = subject.encode(application)
    except WireError as error:
        raise Refused("bad_request", error.detail) from error
    first = item.chain_for(application.amount)[0]
    if not chain.entitled(application, first.step, lists, {}):
        raise Refused("approvals_missing", "nobody may approve this")
    with transaction.atomic():
        frozen = service.freeze(
            "application",
            data,
            proposer=applicant.person.id,
            excluded=chain.apart(application, lists.roster),
            now_ms=now_ms,
        )
        Filed.objects.create(
            subject=frozen,
            device=draft.device,
            village=application.village,
            item=draft.item,
            applicant=application.applicant,
            title=draft.title,
            created_ms=now_ms,
            not_after=application.not_after,
        )
    return frozen


def operators_named(names: Sequence[str], lists: ApprovalList, now_ms: int) -> tuple[str, ...]:
    """Those of the names who may stamp, each once; raises Refused for any other."""
    known = {name for name, _ in operators(lists, now_ms)}
    if not set(names) <= known:
        raise Refused("operator_unknown", "not an operator of this village")
    return tuple(dict.fromkeys(names))
