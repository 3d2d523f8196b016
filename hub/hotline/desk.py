"""What the township's inspectors see and do: cases that are not about them, their steps, answers.

Calls `hub.hotline.{cards,codes,file,models,routing,workdays}`, `hub.people.roster`, `hub.days` and
`hub.requests.codes`. Nothing here can open what is sealed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet

from hub.days import today
from hub.hotline import cards, codes, file, workdays
from hub.hotline.models import Act, Case, Exclusion, Identity, Message, Opening, Original, Verdict
from hub.hotline.router import LABEL
from hub.hotline.routing import RECEIVER, About, Reader, may_see
from hub.people import roster
from hub.people.roster import Staff
from hub.requests import codes as receipts
from wire.refusals import Refused

MOST: Final = 4000
REASON: Final = 400
LONGEST_DAYS: Final = 90
"""Calendar days of one extension at most (example)."""


@dataclass(frozen=True)
class Shown:
    """A case with how it stands."""

    case: Case
    standing: cards.Standing
    named: bool


def listed(staff: Staff, now_ms: int) -> list[Shown]:
    """All that he may see, those that press first; in a fixed number of queries."""
    rows = Case.objects.prefetch_related("acts", "exclusions").order_by("-pk")
    named = set(Identity.objects.values_list("case_id", flat=True))
    found = [_shown(one, one.pk in named, now_ms) for one in rows if _sees(staff, one)]
    order = list(reversed(list(cards.CARDS)))
    return sorted(found, key=lambda one: order.index(one.standing.card))


def find(staff: Staff, number: int, now_ms: int) -> Shown | None:
    """One of them; None, too, for what is about him or his village."""
    rows = Case.objects.prefetch_related("acts", "exclusions")
    case = rows.filter(pk=number).first()
    if case is None or not _sees(staff, case):
        return None
    return _shown(case, Identity.objects.filter(case=case).exists(), now_ms)


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


def openings(staff: Staff) -> Iterator[Opening]:
    """What was asked, granted and opened, as his superiors see it; not of cases about them."""
    rows = Opening.objects.select_related("verdict").prefetch_related("opened").order_by("-pk")
    found = list(rows)
    cases = Case.objects.filter(pk__in={one.number for one in found})
    about = {one.pk: _about(one) for one in cases.prefetch_related("exclusions")}
    for one in found:
        case = about.get(one.number)
        if case is None or not _concerned(staff, case):
            yield one


def judge(staff: Staff, number: int, *, granted: bool, now_ms: int) -> None:
    """The second person's word. Raises Refused: same_person, bad_request, not_now."""
    asked = next((one for one in openings(staff) if one.pk == number), None)
    if asked is None:
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


def _shown(case: Case, named: bool, now_ms: int) -> Shown:  # noqa: FBT001
    done = file.done(case)
    made, now = today(case.made_ms), today(now_ms)
    standing = cards.standing(made, done, now, workdays.years(), cards.days())
    return Shown(case, standing, named)


def _sees(staff: Staff, case: Case) -> bool:
    return may_see(Reader(staff.person.id, staff.person.name, staff.offices), _about(case))


def _concerned(staff: Staff, case: About) -> bool:
    """Whether it is about somebody who reads no cases, but is asked about their reporters."""
    offices = staff.offices | {RECEIVER}
    return not may_see(Reader(staff.person.id, staff.person.name, offices), case)


def _about(case: Case) -> About:
    excluded = frozenset(one.person for one in case.exclusions.all())
    return About(case.concern, case.accused, excluded)


def _words(words: str, most: int) -> str:
    said = file.plain(words)
    if not said or len(said) > most or not said.replace("\n", "").isprintable():
        raise Refused("bad_request", f"请写明内容，最多 {most} 字")
    return said
