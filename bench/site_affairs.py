"""A year of publications for each village, for the measure of the site's pages.

Calls `hub`, `wire`. What the example catalogue asks for by month, quarter and year is published in
time, and one list of relief a month; a question to every tenth. Rows are written as reviews leave
them, only not signed. Names and amounts are invented.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice

from hub.affairs import catalogue, dues, items
from hub.affairs.items import Item
from hub.affairs.models import Asked, Edition, Published, Question
from hub.append_only import lifted
from hub.approvals.models import Approval, Subject
from hub.config import config
from hub.days import bounds, today
from hub.redaction.models import Examined, Settled
from wire import release
from wire.release import Cell, Column, Release, Shown

ROWS = 8
"""Of each table."""
DAY_MS = 86_400_000
WORDS = ("山林承包费", "停车场收入", "路灯电费", "垃圾清运费", "水渠维修", "办公用纸", "垫付的药费")
AT_ONCE = 2_000


Dated = tuple[Release, int]
"""And when it is published."""


def fill(villages: Sequence[str], months: int, now_ms: int) -> None:
    """The catalogue, and all that was due under it."""
    found = items.read(catalogue.EXAMPLE.read_bytes())
    folder = config().state / catalogue.FOLDER
    folder.mkdir(exist_ok=True)
    (folder / "2020-01-01.csv").write_bytes(items.write(found))
    first, last = today(now_ms) - timedelta(days=30 * months), today(now_ms)
    some = releases(villages, [*found.values()], first, last)
    while batch := list(islice(some, AT_ONCE)):
        publish(batch)


def published(village: str, now_ms: int) -> None:
    """One more of that village, now."""
    item = items.read(catalogue.EXAMPLE.read_bytes())["finance-income"]
    chance = random.Random(now_ms)
    publish([(_release(village, item, str(today(now_ms))[:7], now_ms, chance), now_ms)])


def releases(
    villages: Sequence[str], some: Sequence[Item], first: date, last: date
) -> Iterator[Dated]:
    """All that is due in these days, and a list of relief each month."""
    chance = random.Random(5)
    for village in villages:
        for item in some:
            on = bounds(last)[0]
            if item.due.every == dues.EVENT:
                if item.id == "relief-grants":
                    for ago in range(0, (last - first).days, 30):
                        day = last - timedelta(days=ago + 2)
                        at = bounds(day)[0]
                        yield _release(village, item, day.isoformat(), at, chance), at
                continue
            for period in dues.periods(item.due, first, last):
                on = bounds(dues.due_by(item.due, period))[0] - DAY_MS
                yield _release(village, item, period, on, chance), on


def _release(village: str, item: Item, period: str, at_ms: int, chance: random.Random) -> Release:
    columns = item.columns
    shown = Shown(("household",), "示例依据", 10) if item.id == "relief-grants" else None
    return Release(
        id=chance.randbytes(32),
        village=village,
        item=item.id,
        period=period,
        edition=1,
        replaces=None,
        reason="",
        title=f"{dues.called(period)}{item.zh}",
        text=("这是示例的说明，一笔一笔看下面的表格，有疑问可以在网页上问。",),
        columns=columns,
        rows=tuple(tuple(_cell(one, chance) for one in columns) for _ in range(ROWS))
        if columns
        else (),
        attachments=(),
        shown=shown,
        made=at_ms,
        proposer="p-qian",
    )


def _cell(column: Column, chance: random.Random) -> Cell:
    made: dict[str, Cell] = {
        "amount": chance.randint(100, 10**7),
        "date": f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        "number": str(chance.randint(1, 99)),
        "name": chance.choice("周吴郑王冯陈") + chance.choice("示例虚构") + chance.choice("甲乙丙"),
    }
    return made.get(column.type, chance.choice(WORDS))


def publish(
    some: Sequence[Dated], examine: Callable[[Sequence[Dated]], None] | None = None
) -> None:
    """These, each at its moment; `examine` looks through them, else nothing was found in them."""
    made = [(one, at, release.encode(one)) for one, at in some]
    subjects = Subject.objects.bulk_create(
        Subject(
            hash=sha256(data).digest(),
            kind=release.KIND,
            data=data,
            proposer=one.proposer,
            excluded=[],
            created_ms=at,
        )
        for one, at, data in made
    )
    (examine or _nothing_found)(some)
    editions = Edition.objects.bulk_create(
        Edition(
            subject=subject, series=one.id, number=1, village=one.village, item=one.item,
            period=one.period, title=one.title, made_ms=at,
        )
        for subject, (one, at, _) in zip(subjects, made, strict=True)
    )  # fmt: skip
    _review(editions)
    rows = Published.objects.bulk_create(
        Published(edition=one, series=one.series, number=1, at_ms=one.made_ms) for one in editions
    )
    _ask(rows[::10])


def _nothing_found(some: Sequence[Dated]) -> None:
    rows = Examined.objects.bulk_create(
        Examined(
            village=one.village,
            kind=release.KIND,
            sha256=release.name_of(release.encode(one)),
            title=one.title,
            back="/",
            at_ms=at,
        )
        for one, at in some
    )
    Settled.objects.bulk_create(Settled(examined=one, at_ms=one.at_ms) for one in rows)


def _review(editions: Sequence[Edition]) -> None:
    office = "village.supervisor"
    Asked.objects.bulk_create(Asked(edition=one, office=office) for one in editions)
    with lifted(("approvals_approval",)):
        Approval.objects.bulk_create(
            Approval(
                subject=one.subject, step=office, person="p-sun", decision="approve", roster=1,
                credential=b"c", authenticator_data=b"a", client_data=b"c", signature=b"s",
                received_ms=one.made_ms,
            )
            for one in editions
        )  # fmt: skip


def _ask(rows: Sequence[Published]) -> None:
    Question.objects.bulk_create(
        Question(
            code=sha256(bytes(row.series)).digest(), village=row.edition.village, published=row,
            words="这笔钱给了谁？", at_ms=row.at_ms + DAY_MS, until_ms=row.at_ms + 15 * DAY_MS,
            answer="见附表。", answered_by="p-qian", answered_ms=row.at_ms + 2 * DAY_MS,
        )
        for row in rows
    )  # fmt: skip
