"""What the reading interface answers, and what may be asked of it, as JSON Schema. Data.

Calls `hub.alarms`, `hub.api.scopes`, `hub.daily.figures`, `hub.fleet.standing` and
`wire.record.kinds` for the words that there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.alarms.sought import STATES as ALARM_STATES
from hub.alarms.table import RULES
from hub.api.scopes import SCOPES
from hub.daily.figures import LONGEST_DAYS
from hub.fleet.standing import STATES as MACHINE_STATES
from wire.record.kinds import KINDS

Schema = Mapping[str, Any]
TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
WHEN: Final[Schema] = {"type": "string", "format": "date-time"}
HASH: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
NAME: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}
CURSOR: Final[Schema] = {"type": "string", "pattern": "^[0-9]{1,15}[.][0-9]{1,15}$"}
DAY: Final[Schema] = {"type": "string", "format": "date"}
MOST: Final = 200
USUAL: Final = 50


def maybe(schema: Schema) -> Schema:
    """Or null."""
    return {**schema, "type": [schema["type"], "null"]}


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def record(**fields: Schema) -> Schema:
    """An object of exactly these fields."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def choice(names: Any) -> Schema:
    return {"type": "string", "enum": sorted(names)}


@dataclass(frozen=True)
class Param:
    """One thing that may be asked, by its name in the address; `zh` and `en` say what it does."""

    name: str
    schema: Schema
    zh: str
    en: str


LIMIT: Final = Param(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    "一页多少条",
    "rows of a page",
)
AFTER: Final = Param("after", CURSOR, "上一页给的 next", "`next` of the page before")
VILLAGE: Final = Param("village", NAME, "只要这个村", "of this village alone")
DEVICE: Final = Param("device", NAME, "只要这台机器", "of this machine alone")
KIND: Final = Param("kind", choice(KINDS), "类别", "kind of entry")
ITEM: Final = Param("item", NAME, "事项", "item of the catalogue")
SINCE: Final = Param("since", DAY, "从哪天（含）", "first day, by the machine's clock")
UNTIL: Final = Param("until", DAY, "到哪天（含）", "last day")
RULE: Final = Param("rule", choice(RULES), "报警类别", "rule of alarms")
ALARM_STATE: Final = Param(
    "state", choice(filter(None, ALARM_STATES)), "状态；不写即待处理", "left out: to be answered"
)
CASE_STATE: Final = Param(
    "state", choice(("open", "ended", "all")), "状态；不写即在办", "left out: open"
)
DAYS: Final = Param(
    "days",
    {"type": "integer", "minimum": 1, "maximum": LONGEST_DAYS, "default": 30},
    "多少天",
    "so many days up to it",
)
LAST: Final = Param("until", DAY, "最后一天（含）；不写即今天", "left out: today")
MACHINE_AFTER: Final = Param("after", NAME, "上一页给的 next", "`next` of the page before")

PERSON: Final = record(id=TEXT, name=TEXT)
TOLD: Final = record(zh=TEXT, en=TEXT)
REFUSAL: Final = record(code=TEXT, zh=TEXT, en=TEXT, next_zh=TEXT, next_en=TEXT, detail=TEXT)
REVIEW: Final = record(person=TEXT, verdict=TEXT, words=TEXT, at=WHEN)
PHOTO: Final = record(label=TEXT, sha256=HASH, held=FLAG)
ROW: Final = record(
    sha256=HASH,
    device=TEXT,
    village=TEXT,
    seq=NUMBER,
    kind=TEXT,
    kind_zh=TEXT,
    at=WHEN,
    clock=TEXT,
    received=WHEN,
    leaf=maybe(NUMBER),
    application=maybe(HASH),
    title=TEXT,
    operator=TEXT,
    refusal=TEXT,
    alarm=TEXT,
    findings=many(TOLD),
    photos=many(PHOTO),
    emergency=FLAG,
    void=FLAG,
    conflict=FLAG,
    reviews=many(REVIEW),
)
FIELD: Final = record(name=TEXT, zh=TEXT, text=TEXT, state=TEXT)
STEP: Final = record(kind=TEXT, at=WHEN, who=TEXT, verdict=maybe(TEXT), words=TEXT)
ALARM: Final = record(
    number=NUMBER,
    rule=TEXT,
    rule_zh=TEXT,
    device=TEXT,
    village=TEXT,
    entry=maybe(HASH),
    title=TEXT,
    expected=TEXT,
    found=TEXT,
    since=WHEN,
    raised=WHEN,
    due=WHEN,
    settled=FLAG,
    overdue=FLAG,
    steps=many(STEP),
)
CASE: Final = record(
    number=NUMBER,
    title=TEXT,
    opened=WHEN,
    opener=TEXT,
    outcome=maybe(TEXT),
    ended=maybe(WHEN),
    items=NUMBER,
)
DONE: Final = record(by=TEXT, at=WHEN)
MATERIAL: Final = record(
    kind=TEXT,
    by=TEXT,
    at=WHEN,
    entry=maybe(HASH),
    application=maybe(HASH),
    alarm=maybe(TEXT),
    found=maybe(TEXT),
    speaker=maybe(TEXT),
    words=maybe(TEXT),
)
END: Final = record(by=TEXT, at=WHEN, outcome=TEXT, words=TEXT)
WHOLE_CASE: Final = record(
    case=NUMBER, title=TEXT, opened=DONE, items=many(MATERIAL), end=maybe(END)
)
MACHINE: Final = record(
    device=TEXT,
    village=TEXT,
    village_name=TEXT,
    state=choice(MACHINE_STATES),
    state_zh=TEXT,
    suspended=FLAG,
    troubles=many(TOLD),
    heard=maybe(WHEN),
    version=TEXT,
    list=NUMBER,
    list_hours_left=maybe(NUMBER),
    waiting=maybe(NUMBER),
    certificate_days=maybe(NUMBER),
)
COUNT: Final = record(name=TEXT, count=NUMBER)
TABLE: Final = record(zh=TEXT, en=TEXT, rows=many(COUNT), left_out=NUMBER)
STATISTICS: Final = record(first=DAY, last=DAY, tables=many(TABLE))
EXPORT: Final = record(
    number=NUMBER,
    who=TEXT,
    begun=WHEN,
    village=maybe(TEXT),
    since=maybe(DAY),
    until=maybe(DAY),
    sha256=maybe(HASH),
)
TOKEN: Final = record(
    name=TEXT,
    person=TEXT,
    may=many(choice(SCOPES)),
    villages=maybe(many(TEXT)),
    expires=WHEN,
)


def page(of: Schema) -> Schema:
    """Rows, and what to ask `after` for the next ones; null after the last."""
    return record(rows=many(of), next=maybe(TEXT))
