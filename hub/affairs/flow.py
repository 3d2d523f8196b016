"""A release's way: draft, exact bytes examined for personal data, review, published, corrected.

Calls `hub.affairs`, `hub.approvals`, `hub.redaction`, `hub.reading`, `hub.blobs.store`,
`hub.devices.authority`, `hub.revocations` and `wire`. Nothing else makes anything public.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.urls import reverse

from hub.affairs import catalogue, drafts, parts
from hub.affairs.items import Item
from hub.affairs.models import Asked, Draft, Edition, Published
from hub.approvals import service
from hub.approvals.models import Subject
from hub.blobs import store
from hub.days import today
from hub.devices import authority
from hub.reading import start
from hub.redaction import decided
from hub.redaction.examine import Thing, examine
from hub.redaction.models import Examined
from hub.redaction.public import texts_of
from hub.revocations import service as revocations
from wire import release
from wire.approval import review
from wire.approval.decision import Approval
from wire.errors import WireError
from wire.lists.content import Roster
from wire.refusals import Refused
from wire.release import Release


@dataclass(frozen=True)
class Standing:
    """`state`: pending, returned or published; `waiting` by office who may review it now, `given`
    by office who did.
    """

    release: Release
    state: str
    waiting: Mapping[str, tuple[str, ...]]
    given: Mapping[str, str]


def check(draft: Draft, random_id: bytes, now_ms: int) -> Examined:
    """Make the exact bytes and look through them. Raises Refused for what is no release yet."""
    if len(parts.parts(draft)) > 1:
        raise Refused("bad_request", "内容太多，请回到草稿，分成几份 too long: split the draft")
    made = drafts.release_of(draft, random_id, now_ms)
    try:
        data = release.encode(made)
    except WireError as error:
        raise Refused("bad_request", error.detail) from error
    pictures = {one.sha256: store.get(one.sha256) or b"" for one in made.attachments}
    draft.data = data
    draft.save(update_fields=["data"])
    thing = Thing(
        village=draft.village,
        kind=release.KIND,
        sha256=release.name_of(data),
        title=made.title,
        back=reverse("affairs:draft", args=[draft.pk]),
        texts=texts_of(made),
        pages=start.by_hash(pictures),
    )
    return examine(thing, now_ms)


def foreseen(draft: Draft, now_ms: int) -> None:
    """Raises Refused where nobody could review it as it stands, whoever of the village proposes it:
    for those who hand a draft to somebody else.
    """
    _apart(drafts.release_of(draft, bytes(32), now_ms), _item(draft), draft.hands)


def submit(draft: Draft, now_ms: int) -> Edition:
    """Put the bytes that were examined to review; raises Refused."""
    if draft.data is None:
        raise Refused("not_now", "先检查个人信息 check it first")
    data = bytes(draft.data)
    made, item = release.decode(data), _item(draft)
    excluded = _apart(made, item, draft.hands)
    with transaction.atomic():
        decided.settle(release.KIND, release.name_of(data), now_ms)
        subject = service.freeze(
            release.KIND,
            data,
            proposer=made.proposer,
            excluded=excluded,
            now_ms=now_ms,
        )
        edition = Edition.objects.create(
            subject=subject,
            series=made.id,
            number=made.edition,
            village=made.village,
            item=made.item,
            period=made.period,
            event=draft.event,
            title=made.title,
            made_ms=made.made,
        )
        Asked.objects.bulk_create(Asked(edition=edition, office=one) for one in item.reviewers)
        drafts.drop(draft, now_ms)
    return edition


def take(digest: bytes, given: Approval, now_ms: int) -> Edition:
    """Keep a review; the last one publishes. Raises Refused."""
    found = Subject.objects.filter(kind=release.KIND, hash=digest).first()
    if found is None:
        raise Refused("grant_unknown", "no such release")
    edition, gone = found.edition, revocations.current(now_ms)
    roster = authority.rosters().get(edition.village)
    if roster is None:
        raise Refused("approver_not_entitled", "a village without a roster")
    if given.roster != roster.version:
        raise Refused("approval_invalid", "signed under another version of the roster")
    if given.person not in standing(edition).waiting.get(given.step, ()):
        raise Refused("approver_not_entitled", f"to review as {given.step}")
    review.judge(
        bytes(found.data),
        given,
        roster,
        authority.policy(),
        persons=gone.persons,
        credentials=gone.credentials,
    )
    with transaction.atomic():
        service.keep(found, given, now_ms)
        if given.decision == "approve" and not standing(edition).waiting:
            _publish(edition, now_ms)
    return edition


def standing(edition: Edition) -> Standing:
    """Where it stands, by who may review it today."""
    return standings([edition])[0]


def standings(editions: Iterable[Edition]) -> list[Standing]:
    """The same of each; the rosters are read once."""
    rosters = authority.rosters()
    return [_standing(one, rosters) for one in editions]


def _standing(edition: Edition, rosters: Mapping[str, Roster]) -> Standing:
    data = bytes(edition.subject.data)
    made = release.decode(data)
    decisions = {one.step: one for one in edition.subject.approvals.all()}
    given = {office: one.person for office, one in decisions.items()}
    if any(one.decision == "return" for one in decisions.values()):
        return Standing(made, "returned", {}, given)
    if hasattr(edition, "published"):
        return Standing(made, "published", {}, given)
    roster = rosters.get(made.village)
    taken = {*given.values(), *(edition.subject.excluded or ())}
    waiting = {
        one.office: ()
        if roster is None
        else tuple(who for who in review.reviewers(made, one.office, roster) if who not in taken)
        for one in edition.asked.all()
        if one.office not in given
    }
    return Standing(made, "pending", waiting, given)


def _apart(made: Release, item: Item, hands: Collection[str]) -> frozenset[str]:
    """Who reviews nothing of it; raises Refused where too few are left to review it."""
    roster = authority.rosters().get(made.village)
    if roster is None:
        raise Refused("approvals_missing", "这个村没有名册 a village without a roster")
    excluded = review.apart(made, roster) | frozenset(hands)
    may = [set(review.reviewers(made, office, roster)) - excluded for office in item.reviewers]
    if not all(may) or len({one for some in may for one in some}) < len(may):
        raise Refused("approvals_missing", "没有能审核的人 nobody may review it")
    return excluded


def _publish(edition: Edition, now_ms: int) -> None:
    try:
        Published.objects.create(
            edition=edition, series=edition.series, number=edition.number, at_ms=now_ms
        )
    except IntegrityError as error:
        raise Refused("not_now", "另一版先公开了 another edition was published first") from error
    drafts.end(edition.pk, now_ms)


def _item(draft: Draft) -> Item:
    item = catalogue.item_of(catalogue.current(), draft.item, today(draft.changed_ms))
    if item is None:
        raise Refused("unknown_item", draft.item)
    return item
