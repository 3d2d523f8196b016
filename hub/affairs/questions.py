"""Questions of villagers to what was published, their answers, and the month's 回音壁.

Calls `hub.affairs`, `hub.redaction.scan`, `hub.requests` and `hub.days`. Who asked is for the
village's own people; the public reads question and answer only in a release that was examined and
reviewed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import IntegrityError

from hub import days
from hub.affairs import catalogue, drafts, dues, gather
from hub.affairs.models import Draft, Published, Question
from hub.affairs.standing import state_of
from hub.days import today
from hub.redaction import scan
from hub.requests import codes, rates
from hub.requests.file import DAY_MS, is_phone
from wire.refusals import Refused
from wire.release import LONGEST_CELL, MOST_ROWS, Cell

LENGTHS: Final[Mapping[str, tuple[str, int, int]]] = {
    "words": ("问题", 1, 500),
    "name": ("称呼", 0, 32),
    "phone": ("电话", 0, 20),
}
MOST_ANSWER: Final = LONGEST_CELL
BLANK: Final = dict.fromkeys(("words", "name", "phone", "answer"), "")
"""What goes of a question when it is forgotten."""
NUMBERS: Final = (scan.ID, scan.OLD_ID, scan.CARD)
STATES: Final[Mapping[str, str]] = {
    "late": "逾期未答复",
    "waiting": "还没到日子",
    "done_late": "逾期答复",
    "done": "按时答复",
}


def wrong(values: Mapping[str, str]) -> dict[str, str]:
    """Field → sentence; nothing where it can be sent."""
    found = {}
    for name, (zh, least, most) in LENGTHS.items():
        text = values.get(name, "")
        if not least <= len(text) <= most or not text.isprintable():
            found[name] = f"{zh}：{'请填写，' if least else ''}最多 {most} 个字，不能有特殊符号。"
    if numbers := _numbers(values.get("words", "")):
        found["words"] = f"问题里有像{'、'.join(numbers)}的数字，请去掉再提交，不要把它写在网上。"
    if values.get("phone") and not is_phone(values["phone"]):
        found["phone"] = "电话只写数字，例如 13800000000；也可以不填。"
    return found


def ask(
    row: Published, values: Mapping[str, str], *, drawn: str, days_to_answer: int,
    most_per_day: int, now_ms: int,
) -> str:  # fmt: skip
    """Keep it; the receipt code. The same `drawn` again keeps nothing twice. Raises Refused."""
    code, village = codes.of(drawn), row.edition.village
    if not rates.look(now_ms):
        raise Refused("too_soon", "现在提问的人太多，请过一会儿再按一次“提交”")
    kept = codes.kept(code)
    if Question.objects.filter(code=kept).exists():
        return code
    lately = Question.objects.filter(village=village, at_ms__gt=now_ms - DAY_MS)
    if lately.count() >= most_per_day:
        raise Refused("too_soon", "今天网上提问太多，请明天再来，或到村里当面问")
    try:
        Question.objects.create(
            code=kept,
            village=village,
            published=row,
            **{name: values[name] for name in LENGTHS},
            at_ms=now_ms,
            until_ms=now_ms + days_to_answer * DAY_MS,
        )
    except IntegrityError:
        return code
    return code


def find(code: str) -> Question | None:
    """The question of a receipt code, as somebody typed it."""
    read = codes.read(code)
    if read is None:
        return None
    rows = Question.objects.filter(code=codes.kept(read))
    return rows.select_related("published__edition__subject").first()


def answer(question: Question, words: str, person: str, now_ms: int) -> str:
    """Answer it, once; what is wrong with the words, and then nothing is kept. Raises Refused."""
    text = " ".join(words.split())
    if not 0 < len(text) <= MOST_ANSWER or not text.isprintable():
        return f"请写答复，最多 {MOST_ANSWER} 字。"
    if numbers := _numbers(text):
        return f"答复里有像{'、'.join(numbers)}的数字，请去掉。"
    rows = Question.objects.filter(pk=question.pk, answered_ms=None)
    if not rows.update(answer=text, answered_by=person, answered_ms=now_ms):
        raise Refused("not_now", "已经有人答复了 somebody has answered it")
    return ""


def withdraw(question: Question, now_ms: int) -> None:
    """Whoever asked wants no answer, or nothing of it kept: his words and ours go at once."""
    rows = Question.objects.filter(pk=question.pk)
    rows.filter(answered_ms=None).update(answered_ms=now_ms)
    rows.update(**BLANK)


def month_draft(village: str, month: str, person: str, now_ms: int) -> Draft:
    """The 回音壁 of that month as a draft: each question with its answer, or by when it will have
    one, and whether that was in time. Raises Refused where the catalogue has no such item.
    """
    current = catalogue.version_at(catalogue.current(), today(now_ms))
    items = () if current is None else current.items.values()
    item = next((one for one in items if one.form == "answers"), None)
    if item is None:
        raise Refused("unknown_item", "公开目录里没有回音壁 none in the catalogue")
    first, last = dues.bounds(month)
    span = (days.bounds(first)[0], days.bounds(last)[1] - 1)
    asked = Question.objects.filter(village=village, at_ms__range=span).exclude(words="")
    found = list(asked.select_related("published__edition__subject").order_by("id")[:MOST_ROWS])
    titles = gather.titles({one.published_id: one.published for one in found}.values(), now_ms)
    day = today(now_ms)
    told = [_told(one, titles.get(one.published_id, ""), day) for one in found]
    rows = [tuple(one.get(column.key) for column in item.columns) for one in told]
    return drafts.draft_of(
        item.id, village, month, item.columns, rows,
        title=f"{dues.called(month)}回音壁", person=person, now_ms=now_ms,
    )  # fmt: skip


def _told(one: Question, title: str, day: date) -> dict[str, Cell]:
    """By the keys that a column of the catalogue may have."""
    until, done = today(one.until_ms), one.answered_ms and today(one.answered_ms)
    return {
        "asked": today(one.at_ms).isoformat(),
        "about": title or None,
        "question": one.words,
        "until": until.isoformat(),
        "answered": done.isoformat() if done else None,
        "state": STATES[state_of(until, done or None, day)],
        "answer": one.answer or f"还没有答复，最晚 {until.isoformat()} 答复",
    }


def _numbers(text: str) -> list[str]:
    """Kinds of numbers that belong on no web page, in the words of the scanner."""
    kinds = {one.kind for one in scan.findings(text)}
    return [scan.KINDS[one] for one in NUMBERS if one in kinds]
