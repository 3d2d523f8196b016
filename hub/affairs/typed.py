"""A draft's form as the person left it: what was typed, what is wrong with it, and keeping it.

Calls `hub.affairs`, `hub.intake`, `hub.blobs.store` and `wire`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from hub.affairs import cells, drafts
from hub.affairs.cells import CellsError
from hub.affairs.limits import Limits
from hub.affairs.models import Draft
from hub.blobs import store
from hub.intake import render
from hub.intake.reasons import Unfit
from wire import shape

LENGTHS: Final[Mapping[str, tuple[str, int, int]]] = {
    "title": ("标题", 1, 100),
    "text": ("文字说明", 0, 20_000),
    "reason": ("更正原因", 1, 300),
}
BLANK: Final = 3
"""So many empty rows stand below those that are there."""
MOST_TYPED: Final = 60
"""A longer table is changed by sending its file in again."""


@dataclass
class Typed:
    """Values by the fields' names, rows as they stand in the form, sentences by field."""

    values: dict[str, str] = field(default_factory=dict)
    rows: list[list[str]] = field(default_factory=list)
    wrong: dict[str, Any] = field(default_factory=dict)
    long: bool = False

    @classmethod
    def of(cls, draft: Draft) -> Typed:
        kinds = [one.type for one in drafts.columns_of(draft)]
        rows = [
            [cells.told(kind, cell) for kind, cell in zip(kinds, row, strict=True)]
            for row in draft.rows
        ]
        values = {name: str(getattr(draft, name)) for name in LENGTHS}
        long = len(rows) > MOST_TYPED
        blank = [] if long or not kinds else [[""] * len(kinds) for _ in range(BLANK)]
        return cls(values, rows + blank, long=long)

    @classmethod
    def read(cls, draft: Draft, posted: Mapping[str, str]) -> Typed:
        """What was posted; a long table stays as it is."""
        made = cls.of(draft)
        made.values = {
            name: str(posted.get(name, "")).replace("\r\n", "\n").strip() for name in LENGTHS
        }
        if not made.long:
            made.rows = [
                [posted.get(f"cell-{row}-{place}", "") for place in range(len(draft.columns))]
                for row in range(MOST_TYPED + BLANK)
                if f"cell-{row}-0" in posted
            ]
        return made

    def keep(
        self, draft: Draft, uploads: Mapping[str, Sequence[UploadedFile[Any]]],
        kept: Sequence[str], limits: Limits, person: str, now_ms: int,
    ) -> None:  # fmt: skip
        """Into the draft, where nothing is wrong; else `wrong` says what."""
        self._check_texts(draft)
        rows = self._rows(draft, uploads.get("sheet", ()), limits.rows_max)
        pages = [one for one in draft.attachments if one[0] in kept]
        pages += self._pages(uploads.get("pages", ()), len(pages), limits.pages_max, person)
        if self.wrong:
            return
        for name in LENGTHS:
            setattr(draft, name, self.values[name])
        draft.rows = [list(row) for row in rows]
        draft.attachments = pages
        draft.hands = sorted({*draft.hands, person})
        draft.data, draft.person, draft.changed_ms = None, person, now_ms
        draft.save()

    def _check_texts(self, draft: Draft) -> None:
        for name, (zh, least, most) in LENGTHS.items():
            if name == "reason" and draft.replaces is None:
                self.values[name] = ""
                continue
            try:
                for line in self.values[name].split("\n"):
                    shape.text(2000, least=0).load(line)
                shape.text(most, least=least).load(self.values[name].replace("\n", ""))
            except shape.ShapeError:
                self.wrong[name] = f"{zh}：{least} 到 {most} 个字，一段最多 2000 字。"

    def _rows(
        self, draft: Draft, sheets: Sequence[UploadedFile[Any]], most: int
    ) -> Sequence[cells.Row]:
        columns = drafts.columns_of(draft)
        if not columns:
            return ()
        name = "sheet" if sheets else "rows"
        try:
            if sheets:
                return cells.imported(columns, sheets[0].read(), most)
            if self.long:
                return [tuple(row) for row in draft.rows]
            return cells.typed(columns, self.rows)
        except CellsError as error:
            self.wrong[name] = error.lines
            return ()

    def _pages(
        self, uploads: Sequence[UploadedFile[Any]], there: int, most: int, person: str
    ) -> list[list[str]]:
        """[hash, name] of each page, drawn anew: nothing that the file carried besides is left."""
        found: list[list[str]] = []
        room = most - there
        for upload in uploads:
            try:
                data = upload.read(render.MOST_BYTES + 1)
                made = render.pages(upload.name or "", data, max(room - len(found), 0))
            except Unfit as no:
                told = no.words()
                self.wrong["pages"] = told["zh"] + told["next_zh"]
                return []
            found += [[store.put(page, "page", person).hex(), ""] for page in made]
        if len(found) > room:
            self.wrong["pages"] = f"图片太多，还能放 {room} 张。"
            return []
        return [[name, f"图片 {at}"] for at, (name, _) in enumerate(found, start=there + 1)]
