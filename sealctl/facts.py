"""What a decision rests on, and what it permits: the values between rules, session and journal.

Calls only `wire`. Pure.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from wire.approval import chain, subject
from wire.approval.subject import Application
from wire.lists.content import ApprovalList, Grant, Item, Seal

PHOTO_AGE_MS: Final = 120_000
"""A photo older than this no longer shows the paper on the tray."""

Approved = Callable[[Grant, ApprovalList], Application]


@dataclass(frozen=True)
class Body:
    """What the machine's body reads: the head, lock, case, and RFID text by slot.

    `own_counters`: the head counts by itself; without, no opening is ever given back.
    """

    unlatches: int
    presses: int
    ready: bool
    fault: str | None
    engaged: bool
    case_closed: bool
    slot: int | None
    slots: Mapping[int, str]
    own_counters: bool = True


@dataclass(frozen=True)
class Books:
    """What the journal knows. `counters` are the head's as last signed, None in a new journal.

    `oldest_ms` is the age of the oldest entry without receipt, `stamps` those of this boot,
    `spent` gives the openings of a grant at that moment, `hash_at` an entry's hash by seq,
    `unfinished` says that an `authorised` has no end, `maintenance` that two people have begun and
    not ended it. `worn` are the ids of seals whose successors two people have put in.
    """

    broken: str | None
    full: bool
    maintenance: bool
    unfinished: bool
    counters: tuple[int, int] | None
    unreceipted: int
    oldest_ms: int
    stamps: int
    spent: Callable[[bytes], int]
    hash_at: Callable[[int], bytes | None]
    worn: Collection[str] = ()


@dataclass(frozen=True)
class Facts:
    """Everything a decision rests on; `findings` is None before the photo, `photo_ms` is its age.

    `approved` gives a grant's application where its approvals hold under that list. `unread`: a
    list was adopted that this software cannot read; `lists` is None then.
    """

    lists: ApprovalList | None
    now_ms: int
    quality: str
    books: Books
    body: Body | None
    operator: str | None
    grant: bytes | None
    findings: Sequence[str] | None
    photo_ms: int
    approved: Approved
    unread: bool = False


class Job(Protocol):
    """What is to be stamped: a granted application, or an emergency."""

    @property
    def presses(self) -> int: ...

    @property
    def pages(self) -> tuple[bytes, ...]: ...

    def use(self, number: int, /) -> str: ...


class Task(Protocol):
    """What the rules of body and photo look at."""

    @property
    def facts(self) -> Facts: ...

    @property
    def grant(self) -> Grant: ...

    @property
    def application(self) -> Job: ...

    @property
    def seal(self) -> Seal: ...


@dataclass(frozen=True)
class Case:
    """The facts with what the rules before have already found to exist."""

    facts: Facts
    lists: ApprovalList
    grant: Grant
    application: Application
    item: Item
    seal: Seal


@dataclass(frozen=True)
class Permit:
    """One opening for one press: what `authorised` will say. `blind`: without pictures, because the
    camera has failed in an emergency.
    """

    grant: bytes
    application: Job
    item: Item
    seal: Seal
    sheet: int
    use: str
    operator: str
    lists: ApprovalList
    bound_ms: int
    unlatches: int
    presses: int
    blind: bool = False


def approved(grant: Grant, lists: ApprovalList) -> Application:
    """The grant's application, every approval judged; raises Refused."""
    application = subject.decode(grant.subject)
    chain.judge(application, grant.subject, grant.approvals, lists, grant.absences)
    return application


class ApprovedOnce:
    """`approved`, judged once for each grant under one list: the same bytes have one verdict."""

    def __init__(self) -> None:
        self._list = b""
        self._kept: dict[bytes, Application] = {}

    def __call__(self, grant: Grant, lists: ApprovalList) -> Application:
        if lists.sha256 != self._list:
            self._list, self._kept = lists.sha256, {}
        if grant.id not in self._kept:
            self._kept[grant.id] = approved(grant, lists)
        return self._kept[grant.id]
