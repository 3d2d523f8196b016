"""`sealhub retain`: one run of retention, or what one would do.

Calls `hub.operate.{kept,retain}`, `hub.audit.periods`,
`hub.{affairs,redaction,relief,requests,services}.forget`,
`hub.applications.limits`, `hub.ingest.models` and `hub.config`. A run erases what the log has said
and the witnesses have seen, then plans what is old enough by now: ingest says it, and the next run
erases it. Broken off anywhere, the next run goes on.
"""

from dataclasses import dataclass

from hub.affairs import forget as affairs
from hub.affairs import limits as affairs_limits
from hub.applications.limits import limits
from hub.audit import periods
from hub.config import Config
from hub.ingest.models import Erased
from hub.log import unconfirmed
from hub.log.sequencer import RENEWAL
from hub.operate.kept import alone
from hub.operate.retain import erase, plan, rows
from hub.operate.retain.erase import Done
from hub.operate.retain.plan import Planned
from hub.operate.retain.rows import Rows
from hub.redaction import forget as redaction
from hub.relief import forget as relief
from hub.requests.forget import Forgotten, forget
from hub.services import forget as services


class RetainError(Exception):
    """Nothing is erased; the text says why, in Chinese and English."""


@dataclass(frozen=True)
class Retained:
    """What was erased, and what the log will say next. `waiting` spans are said by the log and not
    erased yet; `forgotten` is what villagers asked, `emptied` are findings of what was examined
    before publication, questions to it and old drafts, `visits` are appointments whose day is over,
    and `rows` tell of people besides, no matters of the log: erased at once.
    """

    done: Done
    planned: tuple[Planned, ...]
    waiting: int
    forgotten: Forgotten
    emptied: int
    visits: int
    rows: tuple[Rows, ...]


def retain(config: Config, now_ms: int) -> Retained:
    """Erase and plan; raises RetainError, BusyError."""
    _refuse_unsettled(config)
    days = periods.days(config)
    with alone(config.state):
        forgotten = forget(limits(config), now_ms)
        emptied = redaction.forget(now_ms)
        emptied += affairs.forget(affairs_limits.limits(config), now_ms)
        visits = services.forget(config, now_ms)
        relief.forget(now_ms)
        gone = rows.erase(days, now_ms)
        done = erase.erase(now_ms)
        Erased.objects.filter(leaf_index=None).delete()
        found = tuple(plan.planned(now_ms))
        Erased.objects.bulk_create(_row(one, now_ms) for one in found)
    return Retained(done, found, _waiting(), forgotten, emptied, visits, gone)


def preview(config: Config, now_ms: int) -> Retained:
    """What the next run would plan; nothing is written."""
    found, due = tuple(plan.planned(now_ms)), rows.planned(periods.days(config), now_ms)
    return Retained(Done(0, 0, 0), found, _waiting(), Forgotten(0, 0), 0, 0, due)


def _waiting() -> int:
    return Erased.objects.filter(leaf_index__isnull=False, done_ms=None).count()


def _refuse_unsettled(config: Config) -> None:
    sentence = unconfirmed.sentence(config.state)
    if sentence is not None:
        raise RetainError(sentence)
    if (config.state / RENEWAL).exists():
        raise RetainError(
            "新日志没有建完：先运行 sealhub log renew。 A new log is not finished: run "
            "`sealhub log renew` first."
        )


def _row(one: Planned, now_ms: int) -> Erased:
    return Erased(
        what=one.what,
        device=one.device,
        first_seq=one.first,
        last_seq=one.last,
        newest_ms=one.newest_ms,
        at_ms=now_ms,
    )
