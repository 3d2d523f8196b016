"""What inspectors do with a case: open it, gather in it, end it.

Calls `hub.cases.models`, `hub.alarms`, `hub.records` and `wire.refusals`. Whoever took part in what
a case is about does none of it, and does not see it.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from hub.alarms import act as alarms
from hub.alarms.models import Alarm
from hub.cases.models import OUTCOMES, Case, CaseEnd, CaseItem
from hub.ingest.models import Record
from hub.records import index, partakers
from wire.refusals import Refused

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "unfounded": ("查无异常", "nothing was wrong"),
    "founded": ("查实存在异常", "something was wrong"),
    "handed_over": ("移送上级", "handed to a higher level"),
}
MOST: Final = 4000
"""Characters of a note, a statement, or of how it ended."""
TITLE: Final = 200
SPEAKER: Final = 100
MOST_ITEMS: Final = 500


def seen_by(person: str) -> QuerySet[Case]:
    """The cases about nothing that this person took part in."""
    own = CaseItem.objects.filter(case=OuterRef("pk")).filter(
        partakers.among(person, OuterRef("entry_hash"), OuterRef("grant"))
    )
    return Case.objects.filter(~Exists(own))


def open_case(title: str, person: str, now_ms: int) -> Case:
    """Raises Refused('bad_request') for what `wrong_title` names."""
    if sentence := wrong_title(title):
        raise Refused("bad_request", sentence)
    return Case.objects.create(title=_line(title), opener=person, opened_ms=now_ms)


def open_with(title: str, found: Record | Alarm, person: str, now_ms: int) -> Case:
    """A new case with a first thing in it, or none at all. Raises Refused as `add` does."""
    with transaction.atomic():
        case = open_case(title, person, now_ms)
        add(case, found, person, now_ms)
    return case


def add(case: Case, found: Record | Alarm, person: str, now_ms: int) -> None:
    """A record, and with it all of its application; or an alarm with the record that it cites.
    What is in it already is not added again.

    Raises Refused: same_person, bad_request for a closed case or too many.
    """
    if isinstance(found, Record):
        name, grant = bytes(found.entry_hash), index.grant_of(found)
        _add(case, person, now_ms, kind="record", entry_hash=name, grant=grant)
    else:
        cited = None if found.entry_hash is None else bytes(found.entry_hash)
        grant = alarms.grant_of(found)
        _add(case, person, now_ms, kind="alarm", entry_hash=cited, grant=grant, alarm=found)


def add_words(case: Case, kind: str, speaker: str, words: str, person: str, now_ms: int) -> None:
    """A note, or somebody's statement. Raises Refused('bad_request')."""
    if found := wrong_words(kind, speaker, words):
        raise Refused("bad_request", " ".join(found.values()))
    with transaction.atomic():
        _room(case)
        CaseItem.objects.create(
            case=case, kind=kind, speaker=_line(speaker) if kind == "statement" else "",
            words=text(words), person=person, made_ms=now_ms,
        )  # fmt: skip


def end(case: Case, outcome: str, words: str, person: str, now_ms: int) -> None:
    """Nothing is gathered afterwards. Raises Refused('bad_request')."""
    if found := wrong_end(outcome, words):
        raise Refused("bad_request", " ".join(found.values()))
    with transaction.atomic():
        _open(case)
        CaseEnd.objects.create(
            case=case, outcome=outcome, words=text(words), person=person, made_ms=now_ms
        )


def wrong_title(title: str) -> str:
    """What is wrong with it, as a sentence; empty where it can be kept."""
    line = _line(title)
    if not line:
        return "请写下案由，例如：晨光村 11 月 2 日夜间用印。"
    return _unfit(line, TITLE)


def wrong_words(kind: str, speaker: str, words: str) -> Mapping[str, str]:
    """Field → what is wrong with it, as a sentence."""
    found = {"words": _unfit(text(words), MOST) or ("" if text(words) else "请写下内容。")}
    if kind == "statement":
        said = _line(speaker)
        found["speaker"] = _unfit(said, SPEAKER) or ("" if said else "请写下是谁说的。")
    return {name: sentence for name, sentence in found.items() if sentence}


def wrong_end(outcome: str, words: str) -> Mapping[str, str]:
    """Field → what is wrong with it, as a sentence."""
    found = dict(wrong_words("note", "", words))
    if outcome not in OUTCOMES:
        found["outcome"] = "请选一个结论。"
    return found


def text(words: str) -> str:
    """As it is kept: lines stay lines."""
    return "\n".join(line.rstrip() for line in words.replace("\r\n", "\n").strip().split("\n"))


def _add(case: Case, person: str, now_ms: int, **fields: Any) -> None:
    if partakers.took_part(person, fields["entry_hash"], fields["grant"]):
        raise Refused("same_person", "took part in what is gathered")
    with transaction.atomic():
        _room(case)
        row = CaseItem(case=case, person=person, made_ms=now_ms, **fields)
        CaseItem.objects.bulk_create([row], ignore_conflicts=True)


def _open(case: Case) -> None:
    """Who gathers and who ends it do so one after another. Raises Refused('bad_request')."""
    Case.objects.select_for_update().get(pk=case.pk)
    if CaseEnd.objects.filter(case=case).exists():
        raise Refused("bad_request", "the case is closed")


def _room(case: Case) -> None:
    """Raises Refused('bad_request') also where no more goes in."""
    _open(case)
    if case.items.count() >= MOST_ITEMS:
        raise Refused("bad_request", f"{MOST_ITEMS} things at most")


def _line(words: str) -> str:
    return " ".join(words.split())


def _unfit(words: str, most: int) -> str:
    if len(words) > most or not words.replace("\n", "").isprintable():
        return f"最多 {most} 字，不能有控制字符。"
    return ""
