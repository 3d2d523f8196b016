"""Hands a list's people to their villages, which publish them as every release is published.

Calls `hub.relief`, `hub.affairs`, `hub.redaction.rules` and `hub.days`. Nothing becomes public
here: somebody of the village checks the draft, reviewers sign it, and the last of them publishes.
"""

from collections.abc import Iterable
from typing import Final

from django.db import transaction

from hub.affairs import catalogue, drafts, dues, flow
from hub.affairs.items import Item
from hub.affairs.models import Draft, Event, Published
from hub.config import Config, ConfigError
from hub.days import today
from hub.people.roster import Staff
from hub.redaction import rules
from hub.relief import listed, notices, tables
from hub.relief.models import Batch, Handed
from hub.relief.notices import Notice
from hub.relief.settings import HOTLINE, settings
from wire.approval.subject import yuan
from wire.refusals import Refused

LONGEST_REASON: Final = 300


def hand(
    batch: Batch,
    village: str,
    staff: Staff,
    config: Config,
    now_ms: int,
    replaces: Published | None = None,
) -> Draft:
    """The village's draft; raises Refused, whose detail is a sentence for who asked."""
    try:
        item = _item(now_ms)
        _check_rule(config)
    except ConfigError as error:
        why = str(error).replace(f"{config.state}/", "")
        raise Refused("not_now", f"数据文件写坏了，请镇里先改好：{why}") from error
    with transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk)
        _check_list(locked, village, now_ms)
        draft = _drafted(locked, village, item, staff, now_ms, replaces)
        try:
            flow.foreseen(draft, now_ms)
        except Refused as no:
            if no.code == "approvals_missing":
                raise Refused(no.code, "村里没有能审核的人，请镇里先补名册。") from no
            raise
    return draft


def hand_all(
    batch: Batch, villages: Iterable[str], staff: Staff, config: Config, now_ms: int
) -> dict[str, str]:
    """To each of them; why not, by village, where one refuses, or where somebody has to say whether
    the list replaces one.
    """
    wrong = {}
    for village in villages:
        if notices.wrong(village) is not None:
            wrong[village] = "有一张作废的名单还在公示：请点这个村，单独交。"
            continue
        try:
            hand(batch, village, staff, config, now_ms)
        except Refused as no:
            wrong[village] = no.detail or no.refusal.zh
    return wrong


def _item(now_ms: int) -> Item:
    found = catalogue.item_of(catalogue.current(), tables.BENEFITS, today(now_ms))
    if found is None:
        raise Refused("unknown_item", f"公开目录里没有 {tables.BENEFITS}，请镇里先加上。")
    return found


def _check_rule(config: Config) -> None:
    """Names stand where a rule says so, for no less than a notice's days."""
    least, shown = settings(config).notice_days, rules.load(config.state).items.get(tables.BENEFITS)
    keys = {one.key for one in tables.BENEFIT_COLUMNS}
    if shown is None or not set(shown.columns) <= keys:
        raise Refused(
            "not_now", f"{rules.FILE} 里还没有 {tables.BENEFITS} 的公示依据和天数，请镇里先写。"
        )
    if shown.days < least:
        raise Refused(
            "not_now", f"{rules.FILE} 里只公示 {shown.days} 天，至少要 {least} 天，请镇里改。"
        )


def _check_list(batch: Batch, village: str, now_ms: int) -> None:
    if batch.withdrawn_ms is not None:
        raise Refused("not_now", "这张名单已经作废，不能公示。")
    standing = notices.of([batch.pk], [village], now_ms).get((batch.pk, village), Notice())
    if not standing.waits:
        raise Refused("not_now", "已经交过了。")


def _drafted(
    batch: Batch,
    village: str,
    item: Item,
    staff: Staff,
    now_ms: int,
    replaces: Published | None,
) -> Draft:
    people = listed.rows(batch, village)
    if not people:
        raise Refused("not_now", "这张名单里没有这个村的人。")
    event = _event(batch, village, item, staff, now_ms)
    period = event.on if item.is_event else dues.period_of(item.due.every, today(now_ms))
    total = yuan(sum(one.amount for one in people))
    return drafts.draft_of(
        item.id,
        village,
        period,
        tables.BENEFIT_COLUMNS,
        tables.benefits(people),
        title=f"{dues.called(period)}{item.zh}（第 {batch.pk} 号）"[:100],
        text=(f"共 {len(people)} 笔，{total} 元。有意见，请打扶贫监督电话 {HOTLINE}。",),
        event=event,
        replaces=replaces,
        reason="" if replaces is None else _reason(replaces),
        person=staff.person.id,
        now_ms=now_ms,
    )


def _event(batch: Batch, village: str, item: Item, staff: Staff, now_ms: int) -> Event:
    """What obliges the village; the same where it did not want the draft."""
    before = Handed.objects.filter(batch=batch, village=village, event__dropped=None)
    if row := before.select_related("event").order_by("-id").first():
        return row.event
    event = Event.objects.create(
        village=village,
        item=item.id,
        on=today(now_ms).isoformat(),
        called=f"第 {batch.pk} 号受助名单",
        person=staff.person.id,
        at_ms=now_ms,
    )
    Handed.objects.create(batch=batch, village=village, event=event)
    return event


def _reason(replaces: Published) -> str:
    """Why the list that it shows was withdrawn."""
    batch = Batch.objects.get(handed__event=replaces.edition.event)
    return f"第 {batch.pk} 号名单作废：{batch.reason}"[:LONGEST_REASON]
