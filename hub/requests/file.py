"""From what a villager typed to a request that waits for the village's staff, and what he is told.

Calls `hub.requests.{codes,models}` and `wire`.
"""

import re
from collections.abc import Mapping
from typing import Final

from django.db import IntegrityError, transaction

from hub.approvals.models import Subject
from hub.requests import codes
from hub.requests.models import DECLINED, RECALLED, RECEIVED, Request
from wire.approval import subject
from wire.lists.content import Item
from wire.refusals import Refused

DAY_MS: Final = 86_400_000
LENGTHS: Final[Mapping[str, tuple[str, int]]] = {
    "name": ("姓名", 32),
    "phone": ("电话", 20),
    "title": ("文件名称", 100),
    "purpose": ("用途", 500),
}
RESOLUTION_MOST: Final = 100
OPEN: Final = (RECEIVED, "pending", "approved")


def wrong(values: Mapping[str, str], item: Item) -> list[tuple[str, str]]:
    """(field, sentence) of what is wrong; nothing where it can be sent."""
    found = []
    for name, (words, most) in LENGTHS.items():
        text = values.get(name, "")
        if not text:
            found.append((name, f"请填写{words}。"))
        elif len(text) > most or not text.isprintable():
            found.append((name, f"{words}最多 {most} 个字，不能有特殊符号。"))
    if values.get("phone") and not is_phone(values["phone"]):
        found.append(("phone", "电话只写数字，例如 13800000000。"))
    count = values.get("impressions", "")
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:5]) <= item.impressions_max):
        found.append(("impressions", f"盖几次：填 1 到 {item.impressions_max}。"))
    return found + _demanded(values, item)


def is_phone(text: str) -> bool:
    return re.fullmatch(r"[0-9+ -]{5,20}", text, re.ASCII) is not None


def amount(values: Mapping[str, str]) -> int | None:
    """What was typed, in fen; None for nothing and for what is no amount."""
    try:
        return subject.fen(values.get("amount", ""))
    except ValueError:
        return None


def submit(
    village: str,
    item: Item,
    values: Mapping[str, str],
    pages: list[str],
    *,
    drawn: str,
    most_per_day: int,
    now_ms: int,
) -> str:
    """Keep it; the receipt code. The same `drawn` again keeps nothing twice. Raises Refused."""
    code = codes.of(drawn)
    if Request.objects.filter(code=codes.kept(code)).exists():
        return code
    lately = Request.objects.filter(village=village, created_ms__gt=now_ms - DAY_MS)
    if lately.count() >= most_per_day:
        raise Refused("too_soon", "今天网上申请太多，请明天再来，或到村便民服务室")
    try:
        with transaction.atomic():
            Request.objects.create(
                code=codes.kept(code),
                village=village,
                item=item.id,
                **{name: values[name] for name in LENGTHS},
                impressions=int(values["impressions"]),
                amount=amount(values) if item.bands else None,
                resolution=values["resolution"] if item.knows_resolutions else "",
                pages=pages,
                created_ms=now_ms,
                since_ms=now_ms,
            )
    except IntegrityError:
        return code
    return code


def on_behalf(
    made: Subject,
    *,
    village: str,
    item: str,
    title: str,
    name: str,
    phone: str,
    drawn: str,
    now_ms: int,
) -> None:
    """Staff filed it for somebody who shall be told, too."""
    Request.objects.create(
        code=codes.kept(codes.of(drawn)),
        village=village,
        item=item,
        name=name,
        phone=phone,
        title=title[:100],
        purpose="",
        impressions=1,
        created_ms=now_ms,
        subject=made,
        state="pending",
        since_ms=now_ms,
    )


def find(code: str) -> Request | None:
    """The request of a receipt code, as somebody typed it."""
    read = codes.read(code)
    return None if read is None else Request.objects.filter(code=codes.kept(read)).first()


def take_up(request: Request, made: Subject, now_ms: int) -> None:
    """The application `made` came of it; raises Refused where somebody was quicker."""
    rows = Request.objects.filter(pk=request.pk, state=RECEIVED)
    if not rows.update(subject=made, state="pending", since_ms=now_ms):
        raise Refused("bad_request", "这份申请已经有人办理了 somebody has dealt with it")


def decline(request: Request, words: str, now_ms: int) -> None:
    """Nothing comes of it, for a reason; raises Refused."""
    reason = " ".join(words.split())
    if not 0 < len(reason) <= 200 or not reason.isprintable():
        raise Refused("bad_request", "words: 请写明原因，最多 200 字")
    rows = Request.objects.filter(pk=request.pk, state=RECEIVED)
    if not rows.update(state=DECLINED, words=reason, since_ms=now_ms):
        raise Refused("bad_request", "这份申请已经有人办理了 somebody has dealt with it")


def recall(request: Request, now_ms: int) -> None:
    """The villager does not want it any more; raises Refused once it has ended."""
    rows = Request.objects.filter(pk=request.pk, state__in=OPEN)
    if not rows.update(state=RECALLED, waiting="", since_ms=now_ms):
        raise Refused("not_now", "it has ended")


def tell(made: Subject, *, state: str, waiting: str, words: str, now_ms: int) -> None:
    """How far the application has come; nothing where it came of no request, or was recalled."""
    rows = Request.objects.filter(subject=made).exclude(state=RECALLED)
    rows.update(state=state, waiting=waiting, words=words, since_ms=now_ms)


def _demanded(values: Mapping[str, str], item: Item) -> list[tuple[str, str]]:
    """What the item demands besides, and is not there."""
    found = []
    if item.bands and amount(values) is None:
        found.append(("amount", "请填金额，写成 15300 或 15300.50。"))
    text = values.get("resolution", "")
    if len(text) > RESOLUTION_MOST or not text.isprintable():
        found.append(("resolution", f"决议最多 {RESOLUTION_MOST} 个字，不能有特殊符号。"))
    elif item.needs_resolution(amount(values)) and not text:
        found.append(("resolution", "请写明哪次会议的决议。"))
    return found
