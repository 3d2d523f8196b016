"""What lockd does for a command of the hub: it judges it, and signs what it knows itself.

Calls `sealctl.{doctor,journal}`, `sealctl.lockd` and `wire.command`. The courier carries commands
out: nothing here reaches the session, the lock or the list, and nothing of what is signed comes
from the courier. The highest number used stands on disk before the courier hears of a command.
"""

import resource
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from typing import Final

from sealctl.doctor import board
from sealctl.doctor.examine import check
from sealctl.doctor.model import Health
from sealctl.journal import books
from sealctl.journal.store import note
from sealctl.lockd import doctor, views
from sealctl.lockd.asked import Judged
from sealctl.lockd.core import IN_FLIGHT, Core
from sealctl.lockd.verb import Arguments, Served, Verb
from wire import command, shape
from wire.command import Answer
from wire.refusals import Refused
from wire.sig import PublicKey

CHECKS: Final = (
    *("backlog", "clock", "disk", "head_link", "list_age"),
    *("lock_sensor", "power", "readers", "temperature"),
)
"""Those of `sealctl doctor` that lockd can make: it has no picture, no certificate, and no time to
verify the whole journal.
"""
DAY_MS: Final = 86_400_000
LOOKED_AT: Final = 5_000
"""Entries that are looked back through for counts, at most."""


async def _command(served: Served, given: Arguments) -> object:
    """What the courier is to do, and under which number it may ask for the answer."""
    core, data = served.core, given["command"]
    if core.lists is None:
        raise Refused(core.listless)
    if core.session.mode in IN_FLIGHT:
        raise Refused("busy")
    connection = core.journal.connection

    def used(key: PublicKey) -> int:
        return int(books.read_note(connection, _note(key)) or b"0")

    keys, device = core.lists.online, core.journal.device
    found, key = command.judge(data, keys=keys, device=device, used=used)
    note(connection, _note(key), str(found.number).encode())
    outcome = command.outcome(found, core.time.now().wall)
    served.asked.judged = Judged(found, command.name_of(data), outcome)
    return {"number": found.number, "name": found.name if outcome == command.DONE else ""}


async def _answer(served: Served, given: Arguments) -> object:
    """The signed answer to the command judged last; once."""
    judged = served.asked.take(given["number"])
    if judged is None:
        raise Refused("not_now", f"no command {given['number']} waits for its answer")
    payload = command.encode_answer(_made(served, judged))
    return {"answer": served.core.journal.attest(payload)}


def _note(key: PublicKey) -> str:
    """Under what the highest number used is kept: a key that was stolen cannot use up another's."""
    return f"command {key.kid.hex()}"


def _made(served: Served, judged: Judged) -> Answer:
    core, now = served.core, served.core.time.now()
    done = judged.command.name if judged.outcome == command.DONE else ""
    health = _health(core, now.wall) if done in (command.DOCTOR, command.DIAGNOSTICS) else None
    found = {} if health is None else {one: check(one, health).level for one in CHECKS}
    figures = _facts(served, health) if health and done == command.DIAGNOSTICS else {}
    return Answer(
        device=core.journal.device,
        number=judged.command.number,
        command=judged.name,
        outcome=judged.outcome,
        at_ms=now.wall,
        quality=now.quality,
        version=version("sealctl"),
        list=core.lists.version if core.lists else 0,
        list_expires_ms=core.lists.expires_ms if core.lists else 0,
        findings=found,
        facts=figures,
    )


def _health(core: Core, now_ms: int) -> Health:
    """One look from inside; what lockd cannot know is None."""
    disk = shutil.disk_usage(core.folder)
    return Health(
        now_ms=now_ms,
        free_bytes=disk.free,
        total_bytes=disk.total,
        state=views.state(core, 0),
        inside=doctor.health(core),
        why="",
        camera=None,
        journal=None,
        certificate_ms=None,
        temperature_c=board.temperature_c(),
        throttled=board.throttled(),
    )


def _facts(served: Served, health: Health) -> Mapping[str, int]:
    core, connection = served.core, served.core.journal.connection
    state = health.state or {}
    counted = {
        "refused_day": ("refused", 1),
        "alarms_day": ("alarm", 1),
        "starts_week": ("boot", 7),
    }
    known: dict[str, float | None] = {
        "up_s": core.time.mono_ms() // 1000,
        "memory_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "disk_free_mb": health.free_bytes >> 20,
        "disk_mb": health.total_bytes >> 20,
        "entries": core.journal.last_seq,
        **{name: state["courier"][name] for name in ("unreceipted", "pending", "oldest_s")},
        "photos_waiting": len(books.photos_to_send(connection)),
        "journal_broken": books.broken(connection) is not None,
        **{
            name: books.recent(connection, kind, health.now_ms - days * DAY_MS, LOOKED_AT)
            for name, (kind, days) in counted.items()
        },
        **core.journal_counters(),
        "temperature_c": health.temperature_c,
        "throttled": health.throttled,
        "cameras": served.peers["camera"],
        "panels": served.peers["panel"],
    }
    return {name: int(value) for name, value in known.items() if value is not None}


COMMANDS: Final[Mapping[str, Verb]] = {
    "command": Verb(_command, {"command": shape.octets(1, command.LIMIT)}),
    "answer": Verb(_answer, {"number": shape.integer(1)}),
}
