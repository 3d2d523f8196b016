"""One stamp from application to verified public record, one printed line a step with its time.

Calls demo, sealctl.link and the commands of the product. Everything goes the way a person's does.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from demo.body import Body
from demo.cast import VILLAGE
from demo.paper import DOCUMENTS, png
from demo.people import Browser, Staff
from demo.processes import DemoError, wait_until
from demo.state import DemoState
from sealctl.link import LinkError, ask

PAPER = "residence"
ITEM = "residence"
OPERATOR = "p-qian"
WITNESS, FIRST_WITNESS = "p-wang", "p-zhang"
PROMISE_S = 2.0
PATIENCE_S = 30.0


@dataclass
class Clockwork:
    """Prints each step with its time and adds up those that count for the promise."""

    promised: float = 0.0
    lines: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, zh: str, en: str, *, counts: bool = False) -> Iterator[None]:
        started = time.monotonic()
        yield
        took = time.monotonic() - started
        if counts:
            self.promised += took
        mark = "*" if counts else " "
        print(f"  ✓ {took:6.3f} s{mark} {zh}  {en}", flush=True)


def enrol(state: DemoState) -> None:
    """Set the operators' PINs at the machine, where nobody has one yet."""
    console = state.machine_dir / "run" / "console.sock"
    wait_until(lambda: bool(_state(state)["list"]), 30, "the first list did not reach the machine")
    if ask(console, "operators"):
        return
    witness = state.person(WITNESS)
    for person in sorted(state.people, key=lambda one: one.id != WITNESS):
        if person.pin is not None:
            seen_by = FIRST_WITNESS if person.id == WITNESS else WITNESS
            ask(
                console,
                "enrol",
                person=person.id,
                pin=person.pin,
                witness=seen_by,
                witness_pin=witness.pin or "",
            )


def run(state: DemoState) -> bool:
    """The whole way; whether the inspector's bundle verified. Raises DemoError."""
    clock = Clockwork()
    people = {name: state.person(name) for name in ("p-sun", "p-li", "p-zhang", OPERATOR)}
    with clock.step("孙八填写用印申请", "application filed"):
        clerk = Staff(state, people["p-sun"])
        number = clerk.file(
            ITEM,
            png(DOCUMENTS[PAPER]),
            title="何春生居住情况证明",
            purpose="子女入学",
            seal="seal-committee",
            impressions="1",
            seams="0",
            operators=[OPERATOR],
        )
    with clock.step("李四用通行密钥审批", "first passkey approval"):
        Staff(state, people["p-li"]).approve(number)
    with clock.step("张三用通行密钥审批", "second passkey approval"):
        Staff(state, people["p-zhang"]).approve(number)
    with clock.step("清单到达机器", "list reaches the machine", counts=True):
        grant = _wait(lambda: _open_grant(state), "the grant did not reach the machine")
    _stamp(state, clock, grant)
    return _inspect(state, clock)


def _stamp(state: DemoState, clock: Clockwork, grant: Any) -> None:
    body = Body(state.machine_dir / "run" / "body.sock")
    panel = Browser(state, "panel")
    _wait(lambda: _pages_ready(state), "the approved page did not reach the machine")
    with clock.step("钱七输入密码", "operator's PIN"):
        pin = {"person": OPERATOR, "pin": state.person(OPERATOR).pin}
        panel.post("/do/login", data=pin)
    with clock.step("选事项、放纸、拍照", "chosen, laid, photographed"):
        panel.post("/do/choose", data={"grant": grant["id"].hex()})
        body.lay(PAPER)
        _patiently(lambda: panel.post("/do/photograph"))
        if "page_match" not in _state(state)["photo"]["findings"]:
            raise DemoError(f"the camera saw {_state(state)['photo']['findings']}")
    _wait(lambda: body.snapshot()["engaged"], "the carriage did not stop")
    with clock.step("规则通过，意图先落盘", "authorised on disk, then unlocked", counts=True):
        _patiently(lambda: panel.post("/do/stamp"))
    with clock.step("压印、上锁、再拍照", "pressed, relocked, photographed"):
        done = _wait(lambda: _done(state), "no stamp was recorded")
    seq, en = done["seq"], "synced, seen by the county's witness, receipted"
    with clock.step(f"第 {seq} 条记录送达、县级见证、取得回执", en, counts=True):
        _wait(lambda: _state(state)["done"]["receipted"], "no receipt came")
    panel.post("/do/logout")
    kept = "≤" if clock.promised <= PROMISE_S else ">"
    print(
        f"    * 批准到回执（不含人工与机械）last approval to receipt: "
        f"{clock.promised:.3f} s {kept} {PROMISE_S:.0f} s",
        flush=True,
    )


def _inspect(state: DemoState, clock: Clockwork) -> bool:
    folder = state.var / "inspector"
    bundle = folder / "bundle"
    with clock.step("镇纪委下载记录包", "inspector's bundle pulled"):
        _wait(lambda: not _pending_photos(state), "the photos did not reach the township")
        _sealinspect(
            *("pull", "--hub", f"http://127.0.0.1:{state.ports['hub']}"),
            *("--public", f"http://127.0.0.1:{state.ports['public']}"),
            *("--token-file", str(folder / "token")),
            *("--policy", str(folder / "policy.json"), str(bundle)),
        )
    with clock.step("离线核验记录包", "bundle verified offline"):
        status, words = _sealinspect("verify", str(bundle), check=False)
    print(f"    {words.strip()}", flush=True)
    with clock.step("村民公开页已显示", "on the villagers' page"):
        _wait(lambda: _published(state), "the public page does not show it")
    return status == 0


def _sealinspect(*arguments: str, check: bool = True) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "inspector.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise DemoError(f"sealinspect {arguments[0]}: {done.stdout}{done.stderr}")
    return done.returncode, done.stdout + done.stderr


def _published(state: DemoState) -> bool:
    page = Browser(state, "public").get(f"/v/{VILLAGE}/seal/")
    return "居（租）住证明" in page


def _state(state: DemoState) -> Any:
    return ask(state.machine_dir / "run" / "console.sock", "state")


def _open_grant(state: DemoState) -> Any:
    rows = ask(state.machine_dir / "run" / "console.sock", "grants")
    return next((row for row in rows if row["used"] < row["presses"]), None)


def _pages_ready(state: DemoState) -> bool:
    return not ask(state.machine_dir / "run" / "courier.sock", "wanted")["pages"]


def _pending_photos(state: DemoState) -> bool:
    return bool(ask(state.machine_dir / "run" / "courier.sock", "photos")["pending"])


def _done(state: DemoState) -> Any:
    found = _state(state)
    if found["state"] == "chosen" and found["refusal"]:
        raise DemoError(f"{found['refusal']['code']}: {found['refusal']['detail']}")
    return found["done"] if found["state"] in ("identified", "chosen") else None


def _patiently(call: Callable[[], Any]) -> None:
    """Again while the carriage still moves, or the camera is slow on a busy computer."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            call()
        except DemoError as error:
            again = any(one in str(error) for one in ("busy", "camera_unavailable"))
            if not again or time.monotonic() > deadline:
                raise
            time.sleep(0.4)
        else:
            return


def _wait(found: Callable[[], Any], complaint: str, *, seconds: float = 30.0) -> Any:
    kept: list[Any] = []

    def answered() -> bool:
        try:
            value = found()
        except LinkError:
            return False
        kept[:] = [value]
        return bool(value)

    wait_until(answered, seconds, complaint)
    return kept[0]
