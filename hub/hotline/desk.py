"""What the township's inspectors see and do: cases that are not about them, their steps, answers.

Calls `hub.hotline.{cards,codes,file,lists,models}`, `hub.people.roster` and `hub.requests.codes`.
Nothing here can open what is sealed.
"""

from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet

from hub.hotline import cards, codes, file, lists
from hub.hotline.models import Act, Case, Exclusion, Identity, Message, Opening, Original, Verdict
from hub.hotline.router import LABEL
from hub.people import roster
from hub.people.roster import Staff
from hub.requests import codes as receipts
from wire.refusals import Refused

MOST: Final = 4000
REASON: Final = 400
LONGEST_DAYS: Final = 90
"""Calendar days of one extension at most (example)."""


def find(staff: Staff, number: int, now_ms: int) -> lists.Shown | None:
    """One of them; None, too, for what is about him or his village."""
    rows = Case.objects.prefetch_related("acts", "exclusions")
    case = rows.filter(pk=number).first()
    if case is None or not lists.sees(staff, case):
        return None
    return lists.shown(case, now_ms, named=Identity.objects.filter(case=case).exists())


def messages(case: Case) -> QuerySet[Message]:
    """What was said, with the kinds of its files, not their bytes."""
    kinds = Prefetch("originals", Original.objects.only("kind", "message").order_by("pk"))
    return case.messages.prefetch_related(kinds).order_by("pk")


def photo(case: Case, number: int) -> bytes | None:
    """What staff see of a file."""
    rows = Original.objects.filter(message__case=case, pk=number)
    data = rows.values_list("redrawn", flat=True).first()
    return None if data is None else bytes(data)


def act(case: Case, what: str, words: str, days: str, person: str, now_ms: int) -> None:
    """The next step. Raises Refused: bad_request, not_now where it is not this step's turn."""
    said = _words(words, MOST)
    added = int(days) if what == "extended" and days.isascii() and days.isdecimal() else 0
    if what == "extended" and not 1 <= added <= LONGEST_DAYS:
        raise Refused("bad_request", f"延长几天：填 1 到 {LONGEST_DAYS}")
    with transaction.atomic(using=LABEL):
        Case.objects.select_for_update().get(pk=case.pk)
        fresh = Case.objects.prefetch_related("acts").get(pk=case.pk)
        if what == "rated" or what not in cards.MAY[cards.state(file.done(fresh))]:
            raise Refused("not_now", "another step's turn")
        Act.objects.create(
            case=case, what=what, person=person, words=said, days=added, made_ms=now_ms
        )


def say(case: Case, words: str, person: str, now_ms: int) -> None:
    """A question or news for the reporter. Raises Refused('bad_request')."""
    Message.objects.create(case=case, person=person, words=_words(words, MOST), made_ms=now_ms)


def exclude(case: Case, who: str, person: str, now_ms: int) -> None:
    """That person never sees it. Raises Refused('bad_request') for nobody of the rosters."""
    found = roster.listed(who.strip())
    if len(found) != 1:
        raise Refused("bad_request", "名册上没有这个人，或有几个同名的：请写编号")
    if not case.exclusions.filter(person=found[0]).exists():
        Exclusion.objects.create(case=case, person=found[0], made_by=person, made_ms=now_ms)


def ask(case: Case, reason: str, person: str, now_ms: int) -> str:
    """He asks to know who reported; the code by which he reads it once it is granted.

    Raises Refused('bad_request') without a reason.
    """
    said, code = _words(reason, REASON), receipts.of(receipts.drawn())
    Opening.objects.create(
        number=case.pk,
        person=person,
        reason=said,
        code=codes.kept(code, codes.OPENING),
        made_ms=now_ms,
    )
    return receipts.spoken(code)


def judge(staff: Staff, number: int, *, granted: bool, now_ms: int) -> None:
    """The second person's word. Raises Refused: same_person, bad_request, not_now."""
    asked = Opening.objects.filter(pk=number).first()
    if asked is None or not lists.judgeable(staff, [asked]):
        raise Refused("bad_request", "no such request")
    if asked.person == staff.person.id:
        raise Refused("same_person", "whoever asks does not grant")
    try:
        with transaction.atomic(using=LABEL):
            Verdict.objects.create(
                opening=asked, person=staff.person.id, granted=granted, made_ms=now_ms
            )
    except IntegrityError as error:
        raise Refused("not_now", "it has been decided") from error


def _words(words: str, most: int) -> str:
    said = file.plain(words)
    if not said or len(said) > most or not said.replace("\n", "").isprintable():
        raise Refused("bad_request", f"请写明内容，最多 {most} 字")
    return said
