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
    """One target; `trouble` is a key of TROUBLES."""

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
    """Each target's, in a fixed number of queries."""
    rows = Delivery.objects.values_list("target", "state")
    counted = rows.annotate(Count("pk"), Min("due_ms"), Max("tried_ms"))
    by_place = {(target, state): rest for target, state, *rest in counted}
    found = []
    for one in targets:
        waiting, sent, given_up = (
            by_place.get((one.name, state), [0, now_ms, 0])
            for state in ("waiting", "sent", "given_up")
        )
        trouble = ""
        if waiting[0] and now_ms - waiting[1] > LATE_MS:
            trouble = "late"
        elif given_up[0] and (given_up[2] or 0) > (sent[2] or 0):
            trouble = "given_up"
        elif given_up[0] and now_ms - (given_up[2] or 0) < RECENT_MS:
            trouble = "some"
        last = moment(sent[2]) if sent[2] else None
        found.append(
            Standing(one.name, one.kind, one.host, waiting[0], sent[0], given_up[0], last, trouble)
        )
    return found


def _failed() -> Iterable[Failed]:
    rows = Delivery.objects.filter(state="given_up").select_related("notice")
    names = words.names()
    for one in rows.order_by("-tried_ms", "-pk")[:MOST_FAILED]:
        zh = words.message(one.notice, *names).zh
        yield Failed(one.target, zh, moment(one.tried_ms or 0), one.tries, one.reason)
