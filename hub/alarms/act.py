"""What people do with an alarm: acknowledge it, and say what they found.

Calls `hub.alarms.models`, `hub.records` and `wire.refusals`. Whoever took part in what an alarm is
about does neither.
"""

from collections.abc import Mapping
from typing import Final

from django.db import IntegrityError, transaction

from hub.alarms.models import VERDICTS, Alarm, AlarmStep
from hub.records import partakers
from hub.records.models import RecordIndex
from wire.refusals import Refused

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "false_alarm": ("误报", "false alarm"),
    "irregular": ("存在异常", "something is wrong"),
}
MOST: Final = 500
"""Characters of an opinion."""


def acknowledge(alarm: Alarm, person: str, now_ms: int) -> None:
    """That person has seen it. Raises Refused('same_person') for whoever took part."""
    _refuse_partaker(alarm, person)
    AlarmStep.objects.get_or_create(
        alarm=alarm, kind="acknowledged", person=person, office="", defaults={"made_ms": now_ms}
    )


def wrong(verdict: str, words: str) -> Mapping[str, str]:
    """Field → what is wrong with it, as a sentence; empty where it can be kept."""
    found = {}
    note = _note(words)
    if verdict not in VERDICTS:
        found["verdict"] = "请选“误报”或“存在异常”。"
    if not note:
        found["words"] = "请写下意见：查了什么，结果如何。"
    elif len(note) > MOST or not note.isprintable():
        found["words"] = f"最多 {MOST} 字，不能有控制字符。"
    return found


def settle(alarm: Alarm, person: str, verdict: str, words: str, now_ms: int) -> None:
    """Keep that person's outcome; the first one settles the alarm, and none replaces another.

    Raises Refused: bad_request, same_person for whoever took part or has given his before.
    """
    if found := wrong(verdict, words):
        raise Refused("bad_request", " ".join(found.values()))
    _refuse_partaker(alarm, person)
    try:
        with transaction.atomic():
            AlarmStep.objects.create(
                alarm=alarm,
                kind="outcome",
                person=person,
                verdict=verdict,
                words=_note(words),
                made_ms=now_ms,
            )
            Alarm.objects.filter(pk=alarm.pk, settled_ms=None).update(settled_ms=now_ms)
    except IntegrityError as error:
        raise Refused("same_person", "has given an outcome before") from error


def took_part(alarm: Alarm, person: str) -> bool:
    """Whether the alarm is about something that this person did, approved or applied for."""
    name = None if alarm.entry_hash is None else bytes(alarm.entry_hash)
    return partakers.took_part(person, name, grant_of(alarm))


def grant_of(alarm: Alarm) -> bytes | None:
    """The application that it is about, if any."""
    if "grant" in alarm.told:
        return bytes.fromhex(alarm.told["grant"])
    if alarm.entry_hash is None:
        return None
    about = RecordIndex.objects.filter(record__entry_hash=bytes(alarm.entry_hash))
    found = about.values_list("grant", flat=True).first()
    return None if found is None else bytes(found)


def _refuse_partaker(alarm: Alarm, person: str) -> None:
    if took_part(alarm, person):
        raise Refused("same_person", "took part in what the alarm is about")


def _note(words: str) -> str:
    return " ".join(words.split())
