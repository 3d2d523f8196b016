"""A sheet of machines becomes tokens: all of its rows, or none.

Calls `hub.devices.{authority,certificates,invitations,sheet}` and `wire.provisioning`. A row whose
machine has joined, or holds a token that is still good, is left as it is: so the same sheet may be
run again, with rows added.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hub.devices import authority, certificates, invitations
from hub.devices.invitations import InvitationError, Wanted
from hub.devices.models import Invitation
from hub.devices.sheet import Line
from wire.provisioning.token import JoinToken

SERIAL: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{3,63}")
_BOARD: Final = re.compile(r"[0-9A-Fa-f]{16}")
"""As the board itself tells it: in small letters."""


class WrongRowsError(ValueError):
    """Rows that are wrong, each with its number and why; nothing was made."""


@dataclass(frozen=True)
class Row:
    """One machine to be invited; `name` is its village's, for the label."""

    number: int
    name: str
    wanted: Wanted


@dataclass
class Plan:
    """`made` gets a token, those of `lapsed` a second one; `kept` needs none (and why); `wrong`
    stops everything.
    """

    made: list[Row] = field(default_factory=list)
    lapsed: list[Row] = field(default_factory=list)
    kept: list[tuple[Row, str]] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Label:
    """A row and its token, which is known this once."""

    row: Row
    token: JoinToken


def plan(lines: Sequence[Line], now_ms: int) -> Plan:
    """What the sheet asks for; raises WrongRowsError with every row that is wrong."""
    found, villages = Plan(), _villages()
    seen: dict[str, dict[str, int]] = {"device": {}, "serial": {}}
    for line in lines:
        wrong = [*_unread(line), *_repeated(line, seen)]
        row = _row(line, villages)
        if isinstance(row, str):
            wrong.append(row)
        elif not wrong:
            wrong += _place(row, found, now_ms)
        found.wrong += [(line.number, one) for one in wrong]
    if found.wrong:
        lines_ = [f"第 {number} 行 row {number}: {why}" for number, why in found.wrong]
        raise WrongRowsError(
            "\n".join(
                [*lines_, "什么都没有生成；改好后再运行。 Nothing was made: mend these first."]
            )
        )
    return found


def make(
    rows: Sequence[Row], *, hub: str, ca_sha256: bytes, now_ms: int, lifetime_ms: int
) -> list[Label]:
    """A token for each; the caller's transaction holds all of them."""
    return [
        Label(
            row,
            invitations.invite(
                row.wanted, hub=hub, ca_sha256=ca_sha256, now_ms=now_ms, lifetime_ms=lifetime_ms
            ),
        )
        for row in rows
    ]


def _unread(line: Line) -> Iterator[str]:
    """What is missing from the row, or was spoilt by the spreadsheet program."""
    fields = line.fields
    if not fields["device"]:
        yield "没有机号。 No device id (机号)."
    if not fields["serial"]:
        yield "没有序列号：有效多天的开通码必须绑定主板。 No serial number (序列号)."
    elif "serial" in line.numbers:
        yield (
            f"序列号 {fields['serial']} 被表格当成了数字，可能丢了位：请把这一列设为“文本”再填。 "
            "The serial number became a number and may have lost digits: make the column text."
        )
    elif not SERIAL.fullmatch(fields["serial"]):
        yield f"序列号 {fields['serial']} 不像序列号。 That is no serial number."


def _repeated(line: Line, seen: Mapping[str, dict[str, int]]) -> Iterator[str]:
    for name, zh in (("device", "机号"), ("serial", "序列号")):
        value = line.fields[name].lower()
        before = seen[name].setdefault(value, line.number) if value else line.number
        if before != line.number:
            yield f"{zh} {value} 与第 {before} 行重复。 The same {name} as in row {before}."


def _row(line: Line, villages: Mapping[str, frozenset[str]]) -> Row | str:
    """The row's machine, or why it is none."""
    fields = line.fields
    name, village = fields["name"], fields["village"]
    known = villages.get(name, frozenset())
    if not village and len(known) > 1:
        return f"叫 {name} 的村不止一个：请填村编号。 More than one village of that name."
    village = village or next(iter(known), "")
    if not village:
        return f"清单上没有叫 {name or '（空）'} 的村：请填村编号。 Unknown name: give 村编号."
    if known and village not in known:
        return f"{name} 的村编号不是 {village}。 That village has another id: {', '.join(known)}."
    serial = fields["serial"]
    serial = serial.lower() if _BOARD.fullmatch(serial) else serial
    wanted = Wanted(fields["device"], village, serial, fields["replaces"])
    return Row(line.number, name or village, wanted)


def _place(row: Row, found: Plan, now_ms: int) -> Iterator[str]:
    """Put the row where it belongs, or say what is wrong with it."""
    try:
        invitations.check(row.wanted)
    except InvitationError as error:
        yield str(error)
        return
    device = row.wanted.device
    last = Invitation.objects.filter(device=device).order_by("-id").first()
    waiting = last is not None and last.used_by is None and last.expires_ms > now_ms
    joined = certificates.newest(device) is not None
    elsewhere = _elsewhere(row.wanted, now_ms)
    if elsewhere is not None:
        yield f"这块主板的开通码已给了 {elsewhere}。 That board's token is {elsewhere}'s."
    elif certificates.is_revoked(device):
        yield (
            "这台机器已被吊销：确要恢复，请单独运行 sealhub device add。 "
            "It was revoked: if it is to come back, that is `sealhub device add`'s to say."
        )
    elif (waiting or joined) and (other := _other(row.wanted, last, joined=joined)):
        yield _advice(device, other, joined=joined)
    elif waiting or joined:
        found.kept.append((row, "开通码未用 token unused" if waiting else "已开通 joined"))
    else:
        found.made.append(row)
        if last is not None:
            found.lapsed.append(row)


def _elsewhere(wanted: Wanted, now_ms: int) -> str | None:
    """Another device whose unused token is for the same board."""
    waiting = Invitation.objects.filter(
        serial=wanted.serial, used_by=None, expires_ms__gt=now_ms
    ).exclude(device=wanted.device)
    return waiting.values_list("device", flat=True).first()


def _other(wanted: Wanted, last: Invitation | None, *, joined: bool) -> str:
    """What the earlier token says otherwise than the row; what it left open binds nobody who has
    joined.
    """
    if last is None:
        return ""
    pairs = {
        "村 village": (last.village, wanted.village),
        "序列号 serial": (last.serial, wanted.serial),
        "替换旧机 replaces": (last.replaces, wanted.replaces),
    }
    return "，".join(
        f"{name} {old or '无 none'}"
        for name, (old, new) in pairs.items()
        if old != new and (old or not joined)
    )


def _advice(device: str, other: str, *, joined: bool) -> str:
    """Never to revoke a machine at work."""
    if joined:
        return (
            f"这台机器已开通，登记的是：{other}。请核对表格；换了主板要用新的机号。 "
            "It has joined as that: mend the sheet; another board is another device."
        )
    return (
        f"此前的开通码是：{other}。要改，先运行 sealhub device revoke {device}。 "
        "Its unused token says so: revoke that before changing it."
    )


def _villages() -> Mapping[str, frozenset[str]]:
    """Village names of the officers' list → ids; an id is a name of itself."""
    found: dict[str, frozenset[str]] = {one: frozenset({one}) for one in authority.rosters()}
    for machine in authority.machines().values():
        known = found.get(machine.village_name, frozenset())
        found[machine.village_name] = known | {machine.village}
    return found
