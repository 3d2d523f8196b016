"""The machine's processes against each other, as real processes over their sockets.

Calls `tests.support.office`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sealctl.link import LinkError
from tests.attacks.model import AT_START, Attack, Notice, Play, Stage, Watch
from tests.support.office import Office, poll


@contextmanager
def office(stage: Stage) -> Iterator[Office]:
    """Body, lockd and camerad of one machine."""
    made = Office.open(stage.folder())
    try:
        yield made
    finally:
        made.close()


def asks(role: str, verb: str, **arguments: object) -> Play:
    """A process in wrong hands asks lockd for that over its own socket."""

    def play(stage: Stage) -> Notice | None:
        place, watch = stage.share(office), Watch()
        try:
            place.ask(role, verb, **arguments)
        except LinkError as error:
            refusal = error.refusal
            return Notice("lockd", refusal["code"], watch.when, refusal.get("detail", ""))
        return None

    return play


def killed(*, open_: bool) -> Play:
    """kill -9 while the lock is open, after the lever was pulled; or while nothing is on."""

    def play(stage: Stage) -> Notice | None:
        place = stage.share(office)
        grant = place.grant()
        place.ready_to_stamp(grant)
        if open_:
            place.ask("panel", "stamp")
            place.press()
        before = len(place.kinds())
        place.kill("lockd")
        place.ask("body", "lock.release")
        poll(lambda: place.ask("body", "snapshot")["engaged"])
        place.start("lockd")
        found = [kind for kind in place.kinds()[before:] if kind in ("interrupted", "alarm")]
        return Notice("lockd", found[0], AT_START) if found else None

    return play


def _row(name: str, zh: str, en: str, code: str, play: Play, control: Play) -> Attack:
    return Attack(name, zh, en, "lockd", code, play, control)


HELLO = asks("courier", "hello")
ATTACKS = (
    _row("syncd asks for a stamp", "传送进程被攻破，要求盖印",
         "syncd, taken over, asks for a stamp", "bad_request", asks("courier", "stamp"), HELLO),
    _row("camerad logs somebody in", "摄像进程被攻破，替人登录",
         "camerad, taken over, logs somebody in", "bad_request",
         asks("camera", "login", person="wu", pin="246810"), HELLO),
    _row("the panel energises the coil", "屏幕进程直接给锁通电",
         "the panel asks for current in the coil", "bad_request",
         asks("panel", "lock.energise", bound_ms=1000), HELLO),
    _row("lockd killed with the lock open", "锁开着时杀死守锁进程",
         "lockd killed while the lock is open", "interrupted", killed(open_=True),
         killed(open_=False)),
)  # fmt: skip
