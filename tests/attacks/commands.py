"""Whoever sends a machine commands: not its hub, not now, not once, or not one of the table.

Calls `tests.attacks.{machine,model}` and `tests.support`. What noticed it is lockd's refusal, or
the outcome that it signs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.attacks.machine import LOCKD, build
from tests.attacks.model import Attack, Notice, Play, Stage, Watch
from tests.support.commands import Courier, asked, by_another, by_hub
from tests.support.contents import DAY, HOUR, NOW
from wire import command
from wire.command import Command

Make = Callable[[Courier, int], bytes]


@contextmanager
def at_work(stage: Stage) -> Iterator[Courier]:
    """A machine that has obeyed its hub once."""
    courier = Courier(build(stage.folder()))
    courier.obey(by_hub(courier.rig.township, asked(number=FIRST)))
    yield courier


def sent(make: Make) -> Play:
    """A command with the next number."""

    def play(stage: Stage) -> Notice | None:
        courier, watch = stage.share(at_work), Watch()
        numbers = stage.once(_numbers)
        data = make(courier, next(numbers))
        code = courier.code(data)
        if code:
            return Notice(LOCKD, code, watch.when)
        outcome = courier.answered().outcome
        return None if outcome == command.DONE else Notice(LOCKD, outcome, watch.when)

    return play


def _numbers(_: Stage) -> Iterator[int]:
    return iter(range(FIRST + 1, FIRST + 1000))


def _signed(make: Callable[[int], Command]) -> Make:
    return lambda courier, number: by_hub(courier.rig.township, make(number))


def _row(name: str, zh: str, en: str, code: str, make: Make) -> Attack:
    return Attack(name, zh, en, LOCKD, code, sent(make), HONEST)


FIRST = 1
THIEF = Ed25519PrivateKey.from_private_bytes(bytes(32))
HONEST = sent(_signed(lambda number: asked(command.DOCTOR, number)))
ATTACKS = (
    _row("a forged command", "别人签的远程指令", "a command that another key signed",
         "command_invalid", lambda _, number: by_another(asked(number=number), THIEF)),
    _row("another machine's command", "发给别的机器的指令", "a command for another machine",
         "command_invalid", _signed(lambda number: asked(number=number, device="sunset-1"))),
    _row("a command again", "重放旧指令", "a command that was carried out, once more",
         "command_used", _signed(lambda _: asked(number=FIRST))),
    _row("a command too late", "扣下的指令过期后放出", "a command held back past its time",
         "command_expired", _signed(lambda number: asked(
             number=number, not_before=NOW - DAY, not_after=NOW - HOUR))),
    _row("a command to open", "平台命令开锁", "the hub commands the lock to open",
         "command_unknown", _signed(lambda number: asked("open_lock", number))),
    _row("an oversized command", "超大指令", "a command of 1 MiB",
         "bad_request", lambda courier, number: bytes(1 << 20)),
)  # fmt: skip
