"""A release as the public reads it at a moment. Pure; calls `hub.redaction` and `wire.release`.

Two things happen to it: what people decided of the findings in these very bytes, and what its rule
of names permits by now. Nothing else makes a page of a release.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from hub.redaction import names, rules
from hub.redaction.decided import Applied
from wire.release import Attachment, Cell, Column, Release

Change = Callable[[str, str], str]
"""(place, text) → text."""


def public(release: Release, how: Applied, first_ms: int, now_ms: int) -> Release:
    """Texts with stars, names masked, pages painted over or left out; the notice's first day is
    that of `first_ms`.
    """
    decided = mapped(release, how.text) if how.covers else release
    shown = rules.open_columns(decided.shown, first_ms, now_ms)
    masked = names.masker(rules.names_in(decided.columns, decided.rows, shown))
    told = mapped(replace(decided, rows=()), lambda _, text: rules.worded(text, masked))
    rows = rules.redacted(decided.columns, decided.rows, decided.shown, first_ms, now_ms)
    pages = tuple(
        replace(one, sha256=page)
        for one in told.attachments
        if (page := how.page(one.sha256)) is not None
    )
    return replace(told, rows=rows, attachments=pages)


def texts_of(release: Release) -> Mapping[str, str]:
    """Everything in a release that somebody typed, by its place in words that people understand."""
    found: dict[str, str] = {}

    def keep(place: str, text: str) -> str:
        found[place] = text
        return text

    mapped(release, keep)
    return found


def mapped(release: Release, change: Change) -> Release:
    """The release with each of its texts changed."""
    shown = release.shown
    return replace(
        release,
        title=change("标题", release.title),
        reason=change("更正原因", release.reason),
        shown=shown and replace(shown, basis=change("公示依据", shown.basis)),
        text=tuple(
            change(f"第 {number} 段", text) for number, text in enumerate(release.text, start=1)
        ),
        columns=tuple(
            replace(one, zh=change(f"第 {place} 栏的栏名", one.zh))
            for place, one in enumerate(release.columns, start=1)
        ),
        rows=tuple(
            _row(number, row, release.columns, change)
            for number, row in enumerate(release.rows, start=1)
        ),
        attachments=tuple(
            Attachment(one.sha256, change(f"附件 {number} 的名称", one.name))
            for number, one in enumerate(release.attachments, start=1)
        ),
    )


def _row(
    number: int, row: tuple[Cell, ...], columns: tuple[Column, ...], change: Change
) -> tuple[Cell, ...]:
    return tuple(
        change(f"第 {number} 行第 {place} 栏：{column.zh}", cell) if isinstance(cell, str) else cell
        for place, (column, cell) in enumerate(zip(columns, row, strict=True), start=1)
    )
