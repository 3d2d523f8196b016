"""Drafts of what is to be published: begun, taken over from an edition, made a release.

Calls `hub.affairs.models`, `hub.redaction.rules` and `wire`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from hub.affairs.models import Draft, Edition, Event, Published
from hub.redaction import rules
from wire import release
from wire.release import Attachment, Cell, Column, Release


def draft_of(
    item: str,
    village: str,
    period: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    title: str,
    person: str,
    now_ms: int,
    text: Sequence[str] = (),
    event: Event | None = None,
    replaces: Published | None = None,
    reason: str = "",
) -> Draft:
    """A new draft of these rows, for matters that make lists; somebody of the village goes on. It
    corrects what it `replaces`, for a reason.
    """
    return Draft.objects.create(
        village=village,
        item=item,
        period=period,
        event=event,
        replaces=replaces,
        reason=reason,
        title=title,
        text="\n".join(text),
        columns=[[one.key, one.zh, one.type] for one in columns],
        rows=[list(row) for row in rows],
        hands=[person],
        person=person,
        changed_ms=now_ms,
    )


def correction_of(row: Published, person: str, now_ms: int) -> Draft:
    """The draft of the edition after that one, with what it says; the same draft again while
    there is one.
    """
    found = Draft.objects.filter(replaces=row).first()
    return found or _again(row.edition, person, now_ms, replaces=row)


def again(edition: Edition, person: str, now_ms: int) -> Draft:
    """A draft of what was returned; the same draft again while there is one."""
    found = Draft.objects.filter(instead_of=edition).first()
    if found is not None:
        return found
    former = None
    if edition.number > 1:
        former = Published.objects.get(series=edition.series, number=edition.number - 1)
    return _again(edition, person, now_ms, replaces=former, instead_of=edition)


def drop(draft: Draft, now_ms: int) -> None:
    """It is not wanted, and nothing more is to be done with what it stood in for."""
    with transaction.atomic():
        if draft.instead_of_id is not None:
            end(draft.instead_of_id, now_ms)
        draft.delete()


def end(edition: int, now_ms: int) -> None:
    """That edition is under way no more."""
    Edition.objects.filter(pk=edition, ended_ms=None).update(ended_ms=now_ms)


def columns_of(draft: Draft) -> tuple[Column, ...]:
    return tuple(Column(*one) for one in draft.columns)


def release_of(draft: Draft, random_id: bytes, now_ms: int) -> Release:
    """What the draft says, as the next edition; `random_id`: 32 random bytes for a new series."""
    former = draft.replaces
    columns = columns_of(draft)
    shown = rules.load(Path(settings.STATE)).items.get(draft.item)
    if shown is not None and not set(shown.columns) <= {one.key for one in columns}:
        shown = None
    return Release(
        id=random_id if former is None else bytes(former.series),
        village=draft.village,
        item=draft.item,
        period=draft.period,
        edition=1 if former is None else former.number + 1,
        replaces=None if former is None else bytes(former.edition.subject.hash),
        reason=draft.reason,
        title=draft.title,
        text=tuple(one for one in draft.text.splitlines() if one.strip()),
        columns=columns,
        rows=tuple(tuple(row) for row in draft.rows),
        attachments=tuple(
            Attachment(bytes.fromhex(name), words) for name, words in draft.attachments
        ),
        shown=shown,
        made=now_ms,
        proposer=draft.person,
    )


def _again(
    edition: Edition, person: str, now_ms: int, *,
    replaces: Published | None, instead_of: Edition | None = None,
) -> Draft:  # fmt: skip
    made = release.decode(bytes(edition.subject.data))
    content: dict[str, Any] = {
        "columns": [[one.key, one.zh, one.type] for one in made.columns],
        "rows": [list(row) for row in made.rows],
        "attachments": [[one.sha256.hex(), one.name] for one in made.attachments],
    }
    return Draft.objects.create(
        village=made.village,
        item=made.item,
        period=made.period,
        event=edition.event,
        replaces=replaces,
        instead_of=instead_of,
        title=made.title,
        text="\n".join(made.text),
        hands=[person],
        person=person,
        changed_ms=now_ms,
        **content,
    )
