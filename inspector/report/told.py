"""One record as the report tells it, in Chinese. Pure; calls `wire` and `inspector`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from inspector.records import Record
from inspector.report.span import clock
from wire.approval import draft, emergency
from wire.lists.content import ApprovalList
from wire.record import words
from wire.record.kinds import PHOTOS
from wire.refusals import REFUSALS

NOBODY: Final = "—"
HAPPENED: Final = frozenset(
    {
        *("refused", "alarm", "interrupted", "aborted", "clock_step", "emergency", "outside_use"),
        *("correction", "demanded", "drafted", "enrolled", "unenrolled", "maintenance"),
        *("seal_out", "seal_in", "seal_replaced", "handover"),
    }
)
"""Kinds that the report lists one by one besides openings."""

OTHERS: Final = ("second", "actor", "witness", "giver", "receiver")
"""Persons of an entry besides its operator, in the order of naming."""

METHODS: Final = {
    "pin": "密码",
    "card": "卡",
    "card_pin": "卡和密码",
    "fingerprint": "指纹",
    "all": "全部",
}


def event(record: Record) -> dict[str, Any]:
    """What the row of the spool's `event` says besides where and when."""
    body, kind = record.entry.body, record.entry.kind
    who = record.values.get("operator")
    return {
        "kind": kind,
        "kind_name": words.KINDS[kind][0],
        "code": body.get("code", body.get("alarm", "")),
        "what": what(record),
        "person": who if isinstance(who, str) else "",
        "person_name": record.person("operator") or NOBODY,
        "others": others(record),
        "seal_name": seal(record.lists, body.get("seal", "")),
        "item_name": item(record.lists, body.get("item", "")),
        "application": _application(body),
        "detail": str(body.get("detail", body.get("reason", ""))),
        "photo": next((photo(record, name) for name in sorted(PHOTOS & body.keys())), ""),
    }


def seen(findings: Sequence[str]) -> str:
    """What a photo's check found."""
    return "、".join(words.finding(one)[0] for one in findings) or NOBODY


def photo(record: Record, name: str) -> str:
    """A photo's hash; empty where there is none."""
    value = record.values.get(name)
    return value.hex() if isinstance(value, bytes) else ""


def text(record: Record, name: str) -> str:
    """Words behind a commitment."""
    value = record.values.get(name)
    return value if isinstance(value, str) else NOBODY


def seal(lists: ApprovalList | None, name: str) -> str:
    found = lists.machine.seal(name) if lists else None
    return name if found is None else found.name


def item(lists: ApprovalList | None, name: str) -> str:
    found = lists.catalogue.items.get(name) if lists else None
    return name if found is None else found.zh


def office(lists: ApprovalList | None, matter: str, step: str) -> str:
    """The office whose step it is."""
    found = lists.catalogue.items.get(matter) if lists else None
    if lists is None or found is None:
        return step
    name = next((one.office for one in found.steps if one.step == step), step)
    return lists.policy.offices.get(name, (name,))[0]


def others(record: Record) -> str:
    """Who else was there, with what he was there for."""
    found = [(words.FIELDS[name][0], record.person(name)) for name in OTHERS]
    return "，".join(f"{word} {who}" for word, who in found if who)


def what(record: Record) -> str:
    """The kind's own sentence."""
    body, kind = record.entry.body, record.entry.kind
    if kind in ("refused", "aborted"):
        known = REFUSALS.get(body["code"])
        return body["code"] if known is None else known.zh
    if kind == "alarm":
        return words.ALARMS.get(body["alarm"], body["alarm"])
    if kind == "clock_step":
        return f"原时间 {clock(body['was'])}，现时间 {clock(body['now'])}"
    if kind == "correction":
        return f"{words.VOID[body['state']][0]}（#{body['stamped']}）"
    if kind == "outside_use":
        line = f"纸质登记号 {body['register']}，{clock(body['used'])} 用印 {body['impressions']} 次"
        return f"{line}：{text(record, 'matter')}"
    return _asked(record) or _plain(record)


def _asked(record: Record) -> str:
    """What somebody asked for in an emergency or a draft."""
    details, drafted = record.values.get("details"), record.values.get("draft")
    if isinstance(drafted, bytes):
        made = draft.decode(drafted)
        return f"{made.title}（{made.purpose}），{made.impressions} 次"
    if not isinstance(details, bytes):
        return ""
    asked, body = emergency.decode(details), record.entry.body
    why = "、".join(words.FIELDS[name][0] for name in ("no_contact", "no_camera") if body[name])
    return f"{asked.title}（{asked.reason}），{asked.impressions} 次；{why}"


def _plain(record: Record) -> str:
    body, kind = record.entry.body, record.entry.kind
    if kind == "demanded":
        return f"要求开具者：{text(record, 'demander')}"
    if kind == "maintenance":
        return "开始" if body["state"] == "begin" else "结束"
    if kind == "seal_replaced":
        return f"换下 {seal(record.lists, body['replaces'])}"
    return METHODS.get(body.get("method", ""), "")


def _application(body: Mapping[str, Any]) -> str:
    named = body.get("grant") or body.get("replacement")
    return named.hex() if isinstance(named, bytes) else ""
