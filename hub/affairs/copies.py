"""An edition to take home (PDF, A4), for the board (PDF, A3) and to listen to (MP3).

Calls `hub.affairs`, `hub.printed`, `hub.site` and `hub.spoken`. All of it is made of
what the public may read now: where names come down, other files are made, and these go.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from hub.affairs import cells
from hub.affairs.gather import Told
from hub.printed import notice
from hub.printed.notice import Notice, Sheet
from hub.printed.paper import NoFontError
from hub.site.frame import form
from hub.site.place import Place, Slow
from hub.site.render import date_of, day, yuan
from hub.spoken import clips

HAND: Final = "-a4.pdf"
BOARD: Final = "-a3.pdf"
VOICE: Final = ".mp3"
KINDS: Final = (HAND, BOARD, VOICE)
HEARD: Final = 1200
"""Characters that are read aloud, some five minutes; nobody listens to more, nor loads it."""
REST: Final = "还有 {} 笔，请看公示栏，或者到村便民服务室，请工作人员读给您听。"
_NUMBERS: Final = ("amount", "number")
Telephones = tuple[tuple[str, str], ...]
_LOG: Final = logging.getLogger(__name__)


def of(
    one: Told, where: Place, folder: str, telephones: Telephones, *, recordings: bool
) -> Iterator[Slow]:
    """Those of an edition, in that folder of the site; of one that was replaced there are none.
    `recordings`: whether somebody of the township made any (`clips.recordings`).
    """
    if not one.newest:
        return
    own = repr((where.name, one.made, one.at_ms, one.reviews))
    paper = _key(notice.DRAWN, own, telephones)
    yield Slow(f"{folder}/{paper}{HAND}", partial(_drawn, notice.pdf, one, where, telephones))
    if clips.possible():
        own_voice = clips.recorded(heard(one, where)) if recordings else ""
        voice = _key(clips.version(), own_voice or own)
        yield Slow(f"{folder}/{voice}{VOICE}", partial(_read_aloud, one, where))
    yield Slow(f"{folder}/{paper}{BOARD}", partial(_drawn, notice.board, one, where, telephones))


def noticed(one: Told, where: Place, telephones: Telephones) -> Notice:
    """As it is printed; its code leads to the village's publications, and is short enough."""
    made = one.made
    rows = [tuple(text for _, text in row) for row in _rows(one)]
    heads = tuple(column.zh for column in made.columns)
    numbers = frozenset(at for at, one in enumerate(made.columns) if one.type in _NUMBERS)
    after = [] if one.total is None else [f"合计 {yuan(one.total)} 元，共 {len(rows)} 笔。"]
    after += [f"审核：{office}，{day(at_ms)}。" for office, at_ms in one.reviews]
    return Notice(
        village=where.name,
        title=made.title,
        term=_hangs(one),
        text=(*([f"更正原因：{made.reason}"] if made.reason else []), *made.text),
        sheet=Sheet(heads, rows, numbers) if rows else None,
        after=tuple(after),
        address=form(f"{where.folder}/affairs/"),
        telephones=telephones,
        made_ms=one.at_ms,
    )


def heard(one: Told, where: Place) -> str:
    """As it is read aloud, entry by entry, as far as somebody listens."""
    made = one.made
    sums = "" if one.total is None else f"，合计 {yuan(one.total)} 元"
    begins = [f"{where.name}。{made.title}。{day(one.at_ms)}公开。"]
    begins += [f"更正原因：{made.reason}。"] if made.reason else []
    count = [f"共 {len(made.rows)} 笔{sums}。"] if made.rows else []
    found = "\n".join([*begins, *made.text])[:HEARD]
    rows = [_said(number, row) for number, row in enumerate(_rows(one), start=1)]
    for left, line in zip(range(len(rows), 0, -1), rows, strict=True):
        if len(found) + len(line) > HEARD:
            return "\n".join([found, *count, REST.format(left)])
        found, count = "\n".join([found, *count, line]), []
    return "\n".join([found, *count])


def _key(*made_of: object) -> str:
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]


def _hangs(one: Told) -> str:
    """From when until when, where names stand in it."""
    if one.term is None or one.term.over:
        return f"{day(one.at_ms)}公开"
    first, last = date_of(one.term.first), date_of(one.term.last)
    return f"公示期：{first}到{last}，首日不算共 {one.term.days} 天"


def _rows(one: Told) -> Iterator[list[tuple[str, str]]]:
    """Each row as (head, what stands there)."""
    for row in one.made.rows:
        yield [
            (column.zh, cells.told(column.type, cell))
            for column, cell in zip(one.made.columns, row, strict=True)
        ]


def _said(number: int, row: list[tuple[str, str]]) -> str:
    parts = (
        f"{head.removesuffix('（元）')} {text}{'元' if head.endswith('（元）') else ''}"
        for head, text in row
        if text
    )
    return f"第 {number} 笔：{'，'.join(parts)}。"


def _read_aloud(one: Told, where: Place) -> bytes | None:
    return clips.clip(heard(one, where))


def _drawn(
    draw: Callable[[Notice], bytes], one: Told, where: Place, telephones: Telephones
) -> bytes | None:
    try:
        return draw(noticed(one, where, telephones))
    except NoFontError as error:
        _LOG.warning("没有做成 PDF。 No PDF: %s", error)
        return None
