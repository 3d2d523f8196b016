"""What pages say of the county's witnesses: how far they saw the log, and why not further.

Calls `hub.cosign.words`, `hub.log`, `hub.devices.authority`. Reads only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from hub.cosign.words import PROBLEMS
from hub.devices import authority
from hub.devices.authority import NoAuthorityError
from hub.log import store
from hub.log.models import Witness


@dataclass(frozen=True)
class Trouble:
    """A witness that does not cosign, why in two languages, and since when."""

    name: str
    zh: str
    en: str
    since: datetime


@dataclass(frozen=True)
class Witnessed:
    """`needed`: the policy asks for witnesses. They saw the first `size` leaves, `at` that time;
    `old`: longer ago than the policy allows. `pending`: there are leaves that they did not see.
    `stuck`: too few of them answered last time to see any more.
    """

    needed: bool
    size: int = 0
    at: datetime | None = None
    old: bool = False
    pending: bool = False
    stuck: bool = False
    troubles: tuple[Trouble, ...] = ()


def witnessed(now_ms: int) -> Witnessed:
    """As it stands now."""
    try:
        policy = authority.policy()
    except NoAuthorityError:
        return Witnessed(False)
    if not policy.quorum:
        return Witnessed(False)
    seen, head = store.cosigned(), store.head()
    size = 0 if seen is None else seen.size
    age_s = 0 if seen is None else now_ms // 1000 - seen.seen_s
    return Witnessed(
        needed=True,
        size=size,
        at=None if seen is None else _moment(seen.seen_s * 1000),
        old=age_s > policy.witness_max_age_s,
        pending=head is not None and head.size > size,
        stuck=Witness.objects.filter(problem="").count() < policy.quorum,
        troubles=tuple(_troubles()),
    )


def _troubles() -> Iterator[Trouble]:
    for row in Witness.objects.order_by("name"):
        if row.problem:
            yield Trouble(row.name, *PROBLEMS[row.problem], _moment(row.since_ms))
        if row.forgot_ms:
            yield Trouble(row.name, *PROBLEMS["forgot"], _moment(row.forgot_ms))


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
