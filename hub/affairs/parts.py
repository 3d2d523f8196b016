"""A draft that is too long for one release, as several. Calls `hub.affairs` and `wire`.

A release travels in the address of the county's page, and somebody reads each of its rows there.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction

from hub.affairs import drafts
from hub.affairs.models import Draft
from wire import cbor
from wire.release import MOST_ROWS, Attachment

MOST_BYTES: Final = 128 * 1024
"""What the county's page takes in its address."""
ONE_EDITION: Final = (
    "更正的一版不能分成几份：请减少行数，多的另填一份公开 a correction is one release"
)
_FRAME: Final = 4096
"""More than its title and all that is no text, row or picture of it."""
_TITLE: Final = 80


def parts(draft: Draft) -> list[list[Any]]:
    """Its rows, so many in each as one release takes; one part where it is short enough."""
    room = MOST_BYTES - _besides(draft)
    found: list[list[Any]] = [[]]
    left = room
    for row in draft.rows:
        size = len(cbor.encode(row))
        if found[-1] and (size > left or len(found[-1]) == MOST_ROWS):
            found.append([])
            left = room
        found[-1].append(row)
        left -= size
    return found


def split(draft: Draft, now_ms: int) -> None:
    """Into drafts of their own; text and pictures stay with the first."""
    found = parts(draft)
    title = draft.title[:_TITLE]
    with transaction.atomic():
        for number, rows in enumerate(found[1:], start=2):
            made = drafts.draft_of(
                draft.item, draft.village, draft.period, drafts.columns_of(draft), rows,
                title=_called(title, number, found), event=draft.event,
                person=draft.person, now_ms=now_ms,
            )  # fmt: skip
            made.hands = draft.hands
            made.save(update_fields=["hands"])
        draft.title, draft.rows = _called(title, 1, found), found[0]
        draft.data, draft.changed_ms = None, now_ms
        draft.save()


def _called(title: str, number: int, found: Sequence[object]) -> str:
    return f"{title}（第 {number} 份，共 {len(found)} 份）" if len(found) > 1 else title


def _besides(draft: Draft) -> int:
    """Bytes of all but the rows, and a little more."""
    pictures = [Attachment(bytes.fromhex(name), words) for name, words in draft.attachments]
    texts = [draft.reason, draft.text, *(one.name for one in pictures)]
    columns = [part for one in drafts.columns_of(draft) for part in (one.key, one.zh, one.type)]
    signs = sum(len(one.encode()) for one in (*texts, *columns))
    return _FRAME + signs + 80 * len(pictures) + 40 * draft.text.count("\n")
