"""What people write down of a seal: kinds, their fields, and what is wrong with what was typed.

Calls `hub.days`, `hub.devices.authority`, `hub.people` and `hub.registers.{listed,models,typed}`.
Start, stop and exchange are not among them: lists and log say those. A seal is destroyed after the
officers retired it, before two people, one of an office that the policy names for watching
(`supervisors`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import IntegrityError, transaction

from hub import days
from hub.devices import authority
from hub.people.roster import Staff
from hub.registers.listed import Listed
from hub.registers.models import SealFact
from hub.registers.typed import Typed
from wire.lists.content import Roster
from wire.refusals import Refused

WITNESSES: Final = ("first", "second")
ABOUT: Final[Mapping[str, str]] = {
    "start": "启用",
    "stop": "停用作废",
    "lost": "遗失作废",
    "exchange": "换章",
}
GONE: Final = ("retired", "off")


@dataclass(frozen=True)
class Kind:
    """`fields`: name → (Chinese, most characters, whether it is needed); `once`: a seal has one."""

    zh: str
    day: str
    fields: Mapping[str, tuple[str, int, bool]] = field(default_factory=dict)
    photo: bool = False
    once: bool = True


KINDS: Final[Mapping[str, Kind]] = {
    "carved": Kind(
        "刻制",
        "刻制日期",
        {"maker": ("刻制单位", 100, True), "permit": ("介绍信或准刻证号", 60, False)},
    ),
    "filed": Kind(
        "公安备案",
        "备案日期",
        {"organ": ("备案机关", 100, True), "number": ("备案编号", 60, True)},
    ),
    "specimen": Kind("印模", "盖印日期", photo=True),
    "notice": Kind(
        "公告",
        "公告日期",
        {
            "about": ("公告什么", 16, True),
            "text": ("公告全文", 1000, True),
            "place": ("贴在哪里", 200, True),
        },
        once=False,
    ),
    "destroyed": Kind(
        "销毁",
        "销毁日期",
        {
            "how": ("怎么销毁的", 200, True),
            "first": ("监销人", 64, True),
            "second": ("另一个监销人", 64, True),
        },
        photo=True,
    ),
}


def fields_of(kind: str) -> tuple[str, ...]:
    return ("day", "reason", *KINDS[kind].fields)


def check(
    typed: Typed, kind: str, one: Listed, staff: Staff, corrects: SealFact | None, now_ms: int
) -> bool:
    """Whether it can be kept; `typed.wrong` says by field why not."""
    typed.day("day", days.today(now_ms))
    if corrects is not None:
        typed.text("reason", 200, words="请写明为什么更正。")
    for name, (zh, most, needed) in KINDS[kind].fields.items():
        typed.text(name, most, least=int(needed), words=f"请填{zh}。")
    if "about" in KINDS[kind].fields:
        typed.one_of("about", ABOUT)
    if KINDS[kind].photo and not typed.pages and "pages" not in typed.wrong:
        typed.wrong["pages"] = "请拍照传上来。"
    if kind == "destroyed":
        _check_destroyed(typed, one, staff, now_ms)
    return not typed.wrong


def keep(
    typed: Typed,
    kind: str,
    one: Listed,
    staff: Staff,
    corrects: SealFact | None,
    now_ms: int,
) -> SealFact:
    """The row; raises Refused where there is one already."""
    try:
        with transaction.atomic():
            return SealFact.objects.create(
                village=one.village,
                seal=one.id,
                kind=kind,
                day=typed.values["day"],
                data={name: typed.values[name] for name in KINDS[kind].fields},
                pages=typed.pages,
                corrects=corrects,
                reason="" if corrects is None else typed.values["reason"],
                person=staff.person.id,
                at_ms=now_ms,
            )
    except IntegrityError as error:
        raise Refused("bad_request", "已经登记过，要改请更正 it is there already") from error


def witnesses(village: str, staff: Staff, now_ms: int) -> dict[str, str]:
    """Id → name of whoever holds an office there now, or watches elsewhere; not the writer."""
    rosters, watch = authority.rosters(), set(authority.policy().supervisors)
    found = {}
    for name, roster in rosters.items():
        for person in roster.persons.values():
            held = {term.office for term in person.offices if person.holds(term.office, now_ms)}
            if held and (name == village or held & watch) and person.id != staff.person.id:
                found[person.id] = person.name
    return found


def begun(row: SealFact | None) -> Typed:
    """The form as it is first shown."""
    return Typed() if row is None else Typed({"day": row.day, **_texts(row.data)})


def _check_destroyed(typed: Typed, one: Listed, staff: Staff, now_ms: int) -> None:
    if one.state not in GONE:
        typed.wrong["day"] = "签了名的清单上这枚印章还在用：先由镇里停用，再销毁。"
    known = witnesses(one.village, staff, now_ms)
    for name in WITNESSES:
        if typed.values[name] not in known:
            typed.wrong[name] = "请从名单里选一个人；填写的人不能当监销人。"
    first, second = (typed.values[name] for name in WITNESSES)
    if first == second:
        typed.wrong["second"] = "两个监销人不能是同一个人。"
    elif any(second in roster.kin(first) for roster in _rosters()):
        typed.wrong["second"] = "两个监销人不能是亲属。"
    elif not any(_watches(roster, {first, second}, now_ms) for roster in _rosters()):
        typed.wrong.setdefault("first", "其中一个要担任监督职务（名册里的监督人）。")


def _rosters() -> list[Roster]:
    return list(authority.rosters().values())


def _watches(roster: Roster, people: set[str], now_ms: int) -> bool:
    named = authority.policy().supervisors
    held = [roster.persons[one] for one in people & roster.persons.keys()]
    return any(person.holds(office, now_ms) for person in held for office in named)


def _texts(data: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in data.items()}
