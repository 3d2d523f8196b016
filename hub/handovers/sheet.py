"""An exit sheet: its lines as somebody typed them, what is wrong with them, and its exact bytes.

Calls `hub.handovers.models`, `hub.people` and `wire`. Who hands over, who takes over and
who watches are three persons; the watcher holds an office that the policy names for it
(`supervisors`), and is of neither's family. Sheets from before passkeys signed them are JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Final

from hub.handovers.models import Sheet
from hub.people.roster import Staff
from wire import shape
from wire.approval import exit_sheet
from wire.approval.exit_sheet import MOST, ExitSheet, Party, SheetLine
from wire.lists.content import Person, Policy, Roster

PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "seals": ("印章", "每枚写明名称、枚数、印模是否清楚，在机器里还是在外面"),
    "papers": ("文件资料", "用印登记簿、合同、档案、钥匙，写明份数"),
    "card": ("卡", "盖印员的卡、村务卡；卡上没有结清的写金额"),
    "codes": ("应急码和通行密钥", "信封编号，收回几个；本人的安全钥匙仍归本人"),
    "advances": ("借支和备用金", "金额、借据、什么时候结清"),
    "matters": ("没办完的事", "哪些申请、合同、工程，办到哪一步"),
}
"""Part → its name and what to write there."""
STATES: Final[Mapping[str, str]] = {
    "handed": "已当面交清",
    "none": "没有这一项",
    "missing": "有缺，见说明",
}


@dataclass(frozen=True)
class Leaving:
    """Somebody who leaves by the signed roster; who may take over and who may watch, by id."""

    person: Person
    roster: Roster
    at_ms: int
    village_name: str
    takers: Mapping[str, Party]
    watchers: Mapping[str, Party]


@dataclass
class Typed:
    """The form as the person left it: values by the fields' names, and what is wrong, likewise."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, posted: Mapping[str, str]) -> "Typed":
        names = ["receiver", "watcher", *(f"{part}_{one}" for part in PARTS for one in _OF_PART)]
        return cls({name: str(posted.get(name, "")).strip() for name in names})

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The parts with what was typed, for the form."""
        return [
            {
                "part": part,
                "zh": zh,
                "hint": hint,
                "state": self.values.get(f"{part}_state", ""),
                "text": self.values.get(f"{part}_text", ""),
                "wrong": self.errors.get(part, ""),
            }
            for part, (zh, hint) in PARTS.items()
        ]

    def check(self, leaving: Leaving) -> None:
        """Fill `errors`: a sentence by field."""
        for name, zh, people in (
            ("receiver", "接交人", leaving.takers),
            ("watcher", "监交人", leaving.watchers),
        ):
            if self.values.get(name) not in people:
                self.errors[name] = f"请选{zh}。"
        if not self.errors:
            self._check_three(leaving.person, leaving.roster)
        for line in self.lines:
            self._check_line(line)

    def _check_three(self, leaver: Person, roster: Roster) -> None:
        receiver, watcher = self.values["receiver"], self.values["watcher"]
        if receiver == watcher:
            self.errors["watcher"] = "接交人和监交人不能是同一个人。"
        elif watcher in {*roster.kin(leaver.id), *roster.kin(receiver)}:
            self.errors["watcher"] = "监交人不能是移交人或接交人的亲属。"

    def _check_line(self, line: Mapping[str, Any]) -> None:
        part, state, text = line["part"], line["state"], line["text"]
        if state not in STATES:
            self.errors[part] = "请选一种情况。"
        elif state != "none" and not text:
            self.errors[part] = "请写明交了什么，或缺什么。"
        else:
            try:
                for one in text.splitlines():
                    shape.text(MOST, least=0).load(one)
            except shape.ShapeError:
                self.errors[part] = "有看不见的字符或太长的行，请重新输入。"
        if len(text) > MOST:
            self.errors[part] = f"最多 {MOST} 字。"


def watchers(roster: Roster, policy: Policy, at_ms: int) -> dict[str, Party]:
    """Those whose office lets them watch a handover, by id."""
    return {
        person.id: Party(roster.village, person.id, person.name)
        for office in policy.supervisors
        for person in roster.holders(office, at_ms)
    }


def keep(typed: Typed, leaving: Leaving, staff: Staff, now_ms: int) -> Sheet:
    """Freeze what was typed."""
    leaver, roster, at_ms = leaving.person, leaving.roster, leaving.at_ms
    made = ExitSheet(
        village=roster.village,
        village_name=leaving.village_name,
        on=at_ms,
        made=now_ms,
        roster=roster.version,
        gives=Party(roster.village, leaver.id, leaver.name),
        takes=leaving.takers[typed.values["receiver"]],
        watches=leaving.watchers[typed.values["watcher"]],
        lines=tuple(
            SheetLine(one["part"], one["state"], tuple(one["text"].splitlines()))
            for one in typed.lines
        ),
    )
    data = exit_sheet.encode(made)
    return Sheet.objects.create(
        village=roster.village,
        person=leaver.id,
        on_ms=at_ms,
        data=data,
        sha256=sha256(data).digest(),
        **{role: party.id for role, party in made.parties.items()},
        made_by=staff.person.id,
        made_ms=now_ms,
    )


def names(row: Sheet) -> dict[str, str]:
    """The three people's names, by what each does."""
    data = bytes(row.data)
    if data.startswith(_JSON):
        made = json.loads(data)
        return {role: made[role]["name"] for role in exit_sheet.ROLES}
    return {role: one.name for role, one in exit_sheet.decode(data).parties.items()}


def shown(row: Sheet) -> dict[str, Any]:
    """A sheet for the eye."""
    made, digits = _read(bytes(row.data)), bytes(row.sha256).hex()[:16]
    lines = [
        {**line, "zh": PARTS[line["part"]][0], "words": STATES[line["state"]]}
        for line in made["lines"]
    ]
    return {
        "village_name": made["village_name"],
        "lines": lines,
        "fingerprint": "-".join(digits[at : at + 4] for at in range(0, 16, 4)),
        "missing": any(line["state"] == "missing" for line in lines),
    }


def _read(data: bytes) -> dict[str, Any]:
    if data.startswith(_JSON):
        old: dict[str, Any] = json.loads(data)
        return old
    made = exit_sheet.decode(data)
    lines = [{**asdict(one), "text": "\n".join(one.text)} for one in made.lines]
    return {"village_name": made.village_name, "lines": lines}


_JSON: Final = b"{"
_OF_PART: Final = ("state", "text")
