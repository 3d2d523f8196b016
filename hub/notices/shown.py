"""How the targets stand, for page, doctor and terminal. Calls `hub.notices` and `hub.clock`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Min

from hub.clock import moment
from hub.config import Config
from hub.notices import words
from hub.notices.models import Delivery
from hub.notices.settings import Target, settings

LATE_MS: Final = 3_600_000
"""Due for longer than this, nobody is sending."""
RECENT_MS: Final = 7 * 86_400_000
MOST_FAILED: Final = 20
TROUBLES: Final[Mapping[str, tuple[str, str]]] = {
    "": ("正常", "good"),
    "late": ("没有人在送：notify 没有运行", "nobody sends: `notify` does not run"),
    "given_up": ("送不到，已放弃", "given up: it cannot be told"),
    "some": ("近日有没送到的", "some of the last days were given up"),
}


@dataclass(frozen=True)
class Standing:
    """One target; `sent` in the days of RECENT_MS; `trouble` is a key of TROUBLES."""

    name: str
    kind: str
    host: str
    waiting: int
    sent: int
    given_up: int
    last: datetime | None
    trouble: str

    @property
    def zh(self) -> str:
        return TROUBLES[self.trouble][0]


@dataclass(frozen=True)
class Failed:
    """A notice that was given up."""

    target: str
    zh: str
    at: datetime
    tries: int
    reason: str


@dataclass(frozen=True)
class Shown:
    targets: tuple[Standing, ...]
    failed: tuple[Failed, ...]


def shown(config: Config, now_ms: int) -> Shown:
    """Raises ConfigError."""
    targets = settings(config).targets.values()
    return Shown(tuple(standing(targets, now_ms)), tuple(_failed()))


def standing(targets: Iterable[Target], now_ms: int) -> list[Standing]:
    """Each target's, in four queries that read what waits, what was given up and the last days."""
    return [_standing(one, now_ms) for one in targets]


def _standing(target: Target, now_ms: int) -> Standing:
    own = Delivery.objects.filter(target=target.name)
    sent = own.filter(state="sent", tried_ms__isnull=False).order_by("-tried_ms")
    last_ms = sent.values_list("tried_ms", flat=True).first() or 0
    waiting = own.filter(state="waiting").aggregate(count=Count("pk"), due=Min("due_ms"))
    gone = own.filter(state="given_up").aggregate(count=Count("pk"), tried=Max("tried_ms"))
    given_up_ms = gone["tried"] or 0
    trouble = ""
    if waiting["count"] and now_ms - waiting["due"] > LATE_MS:
        trouble = "late"
    elif gone["count"] and given_up_ms > last_ms:
        trouble = "given_up"
    elif gone["count"] and now_ms - given_up_ms < RECENT_MS:
        trouble = "some"
    return Standing(
        target.name, target.kind, target.host, waiting["count"],
        sent.filter(tried_ms__gt=now_ms - RECENT_MS).count(), gone["count"],
        moment(last_ms) if last_ms else None, trouble,
    )  # fmt: skip


def _failed() -> Iterable[Failed]:
    rows = Delivery.objects.filter(state="given_up").select_related("notice")
    names = words.names()
    for one in rows.order_by("-tried_ms", "-pk")[:MOST_FAILED]:
        zh = words.message(one.notice, *names).zh
        yield Failed(one.target, zh, moment(one.tried_ms or 0), one.tries, one.reason)
