"""How `sealctl` shows what lockd answers, for people and for programs.

Calls only `sealctl.doctor.model` and `wire`.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sealctl.doctor.model import Finding
from sealctl.link import LinkError
from wire.record import entry, envelope

END_S: Final = 90.0
POLL_S: Final = 0.1
MOVING: Final = ("opening", "open", "closing")
STEPS: Final = {
    "hold": "请刷卡 hold the card",
    "lay": "请按手指 lay the finger",
    "lift": "请抬起手指 lift the finger",
    "again": "请再按同一个手指 lay the same finger again",
}
"""What a person has to do while he is enrolled."""
MARKS: Final = {"good": "✓", "warn": "!", "bad": "✗"}


@dataclass(frozen=True)
class Shown:
    """One answer: `data` for --json, `text` for people, `ok` for the exit status."""

    data: Any
    text: str
    ok: bool = True


def as_json(data: Any) -> str:
    """JSON with byte strings as hex."""
    return json.dumps(_hexed(data), ensure_ascii=False, indent=2)


def refusal(found: dict[str, str], *, as_json: bool) -> str:
    """A refusal with its code and what to do next."""
    if as_json:
        return json.dumps(found, ensure_ascii=False)
    return (
        f"{found['zh']}{found['next_zh']}\n{found['en']} {found['next_en']}\n"
        f"[{found['code']}] {found['detail']}".rstrip()
    )


def plain(data: Any, text: str) -> Shown:
    return Shown(data, text)


def status(state: Any) -> Shown:
    """Where the machine stands."""
    machine, courier, held = state["machine"], state["courier"], state["list"]
    lines = [f"状态 state: {state['state']}"]
    if machine:
        lines.append(f"机器 machine: {machine['device']} {machine['village_name']}")
        for seal in machine["seals"]:
            if seal["state"] == "retired":
                lines.append(f"  {seal['name']}: 已换下 worn out, replaced")
                continue
            where = "在位 present" if seal["present"] else "不在位 ABSENT"
            lines.append(f"  {seal['name']}: {where}, {seal['state']}")
    if held:
        lines.append(f"清单 list: {held['version']}, 有效至 until {_when(held['expires_ms'])}")
    else:
        lines.append("清单 list: 无 none")
    lines.append(f"未回执 without receipt: {courier['unreceipted']}")
    if courier["pending"]:
        lines.append(f"  其中尚待县级见证 of these pending county witness: {courier['pending']}")
    if state["refusal"]:
        lines.append(refusal(state["refusal"], as_json=False))
    return Shown(state, "\n".join(lines), ok=state["state"] != "blocked")


def grants(rows: Any) -> Shown:
    """One line a grant."""
    lines = [
        f"{row['id'].hex()[:12]}  {row['used']}/{row['presses']}  {row['title']}  "
        f"{row['seal_name']}  {row['refusal'] or ''}".rstrip()
        for row in rows
    ]
    return Shown(rows, "\n".join(lines) or "没有授权 no grants")


def journal(rows: Any) -> Shown:
    """One line an entry."""
    data, lines = [], []
    for row in rows:
        found = entry.decode(envelope.parse(row["envelope"]).payload)
        body = dict(found.body)
        data.append(
            {
                "seq": found.seq,
                "kind": found.kind,
                "wall": found.time.wall,
                "body": body,
                "receipted": row["receipted"],
            }
        )
        mark = "✓" if row["receipted"] else "…"
        lines.append(f"{found.seq:>6} {mark} {_when(found.time.wall)}  {found.kind}")
    return Shown(data, "\n".join(lines))


def stamped(state: Any) -> Shown:
    """The end of a stamp."""
    if state["done"] is None:
        text = refusal(state["refusal"], as_json=False) if state["refusal"] else "未盖 not stamped"
        return Shown(state, text, ok=False)
    return Shown(state, f"已盖章并上锁 stamped and locked: {state['done']['seq']}")


def doctor(findings: Mapping[str, Finding]) -> Shown:
    """A few lines a check: what was found, and what to do about it."""
    lines = []
    for name, found in findings.items():
        lines.append(f"{MARKS[found.level]} {name}: {found.zh} {found.en}")
        if found.next_zh:
            lines += [f"    {found.next_zh}", f"    {found.next_en}"]
    data = {name: asdict(found) for name, found in findings.items()}
    return Shown(data, "\n".join(lines), ok=all(one.level != "bad" for one in findings.values()))


def wait_for_end(state: Callable[[], Any]) -> Any:
    """The first state in which the lock is closed again."""
    deadline = time.monotonic() + END_S
    while (found := state())["state"] in MOVING and time.monotonic() < deadline:
        time.sleep(POLL_S)
    return found


def wait_for_enrolment(state: Callable[[], Any], say: Callable[[str], None]) -> bool:
    """Say each step to the person; whether he is enrolled."""
    deadline, said = time.monotonic() + END_S, ""
    while time.monotonic() < deadline:
        now = state()["credential"]["enrolment"]
        step = "failed" if now is None else now["step"]
        if step in ("done", "failed"):
            return bool(step == "done")
        if step in STEPS and step != said:
            said = step
            say(STEPS[step])
        time.sleep(POLL_S)
    return False


def quietly(call: Callable[[], Any]) -> None:
    """Do it; a refusal changes nothing any more."""
    try:
        call()
    except LinkError:
        return


def _when(ms: int) -> str:
    at = datetime.fromtimestamp(ms / 1000, UTC).astimezone()
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _hexed(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): _hexed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hexed(item) for item in value]
    return value
