"""The one table of what the reading interface has: addresses, openapi.json, tests are made of it.

Calls `hub.api.{answers,schemas}`. Data.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.api import answers, schemas
from hub.api.schemas import Param, Schema, page

VERSION: Final = "v1"
ROOT: Final = f"api/{VERSION}/"
Answer = Callable[..., Any]


@dataclass(frozen=True)
class Route:
    """What may be read there: `path` below ROOT with its parts in braces, of the scope `may`, None
    for whoever has a token; `answer(reader, asked, **parts)` gives what `shape` says, or None for
    what is not there.
    """

    path: str
    may: str | None
    zh: str
    en: str
    answer: Answer
    shape: Schema
    params: tuple[Param, ...] = ()

    @property
    def name(self) -> str:
        """As the audit calls it."""
        return "api-" + self.path.replace("/{", "-").replace("}", "")


PAGED: Final = (schemas.AFTER, schemas.LIMIT)
NARROWED: Final = (schemas.VILLAGE, schemas.DEVICE)
SPAN: Final = (schemas.SINCE, schemas.UNTIL)

ROUTES: Final = (
    Route("token", None, "这个令牌", "this token", answers.token, schemas.TOKEN),
    Route(
        "records", "records", "用印记录，新的在前", "records, the newest first",
        answers.records, page(schemas.ROW),
        (*NARROWED, schemas.KIND, schemas.ITEM, *SPAN, *PAGED),
    ),
    Route(
        "records/{sha256}", "records", "一条记录", "one record",
        answers.record, schemas.record(
            record=schemas.ROW, fields=schemas.many(schemas.FIELD), envelope=schemas.TEXT
        ),
    ),
    Route(
        "alarms", "alarms", "报警，先要处理的在前", "alarms, those to be answered first above",
        answers.alarms, page(schemas.ALARM),
        (schemas.ALARM_STATE, schemas.RULE, *NARROWED, *PAGED),
    ),
    Route(
        "cases", "cases", "案卷；您参与过的不在其中", "cases, none about what you took part in",
        answers.cases, page(schemas.CASE), (schemas.CASE_STATE, *PAGED),
    ),
    Route("cases/{number}", "cases", "一个案卷", "one case", answers.case, schemas.WHOLE_CASE),
    Route(
        "machines", "machines", "机器", "machines", answers.machines, page(schemas.MACHINE),
        (schemas.VILLAGE, schemas.MACHINE_AFTER, schemas.LIMIT),
    ),
    Route(
        "statistics", "statistics", "用印统计", "how often stamps were made",
        answers.statistics, schemas.STATISTICS, (schemas.VILLAGE, schemas.LAST, schemas.DAYS),
    ),
    Route(
        "exports", "exports", "批量导出的清单", "what was exported, the newest first",
        answers.exports, page(schemas.EXPORT), PAGED,
    ),
)  # fmt: skip

TAKEN: Final = "exports"
"""Where an export is taken out by POST, which leaves a row."""
TAKE: Final = "api-export"
WANTED_PARAMS: Final = (schemas.VILLAGE, *SPAN)
WANTED: Final[Schema] = {
    "type": "object",
    "properties": {one.name: one.schema for one in WANTED_PARAMS},
    "additionalProperties": False,
}
PARTS: Final[Mapping[str, Schema]] = {
    "sha256": schemas.HASH,
    "number": {"type": "integer", "minimum": 1, "maximum": 10**15},
}
"""Parts of paths."""
