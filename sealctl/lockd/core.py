"""The machine's mind in one object: session, rules, journal and body brought together.

Calls `sealctl.{facts,rules,session,journal,operators,moment}`, `sealctl.lockd`'s body, crisis,
desk, photos, renewal and watch, and `wire`. It has no thread and no socket: verbs call it, `tick`
moves it, `changed` tells.
"""

import logging
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from hardware.ports import HardwareError
from sealctl.facts import ApprovedOnce, Body, Books, Facts, Permit
from sealctl.journal import books, plight, renewal
from sealctl.journal.store import Journal
from sealctl.lockd import body as bodies
from sealctl.lockd.crisis import Crisis
from sealctl.lockd.desk import Desk
from sealctl.lockd.photos import Photos
from sealctl.lockd.renewal import renews
from sealctl.lockd.watch import Excused, Watch
from sealctl.moment import Timekeeper
from sealctl.operators import Operators
from sealctl.rules import decide, judge_grant, number_of, pages_to_compare
from sealctl.session import model as m
from sealctl.session.model import Effect, Event, Mode, Session
from sealctl.session.step import step
from sealctl.signer import SignerError
from wire.lists.adopt import Trusted, adopt
from wire.lists.content import ApprovalList, Grant
from wire.refusals import Refused
from wire.sig import PublicKey

log = logging.getLogger(__name__)

FREE_BYTES: Final = 64 << 20
"""Less room than this on the disk, and nothing is opened any more."""
MOST_REFUSED: Final = 100
"""Refusals within an hour that are journalled while nobody has logged in; more are only shown, so
that whoever stands at the screen cannot fill the journal, nor make its receipts overdue.
"""
HOUR_MS: Final = 3_600_000
IN_FLIGHT: Final = frozenset(
    {Mode.AUTHORISING, Mode.OPENING, Mode.OPEN, Mode.CLOSING, Mode.PICTURING, Mode.ENDING}
)
UNLOCKED: Final = IN_FLIGHT - {Mode.PICTURING, Mode.ENDING}
"""Modes in which the head's counters may move; after them the lock is shut."""


class JournalFailedError(Exception):
    """An entry could not be written while the lock was in use, or the key that signs them is gone:
    the process must start anew.
    """


@dataclass(frozen=True)
class Contact:
    """What the courier said last: whether it reaches the township, and since when (wall ms)."""

    online: bool = False
    since_ms: int | None = None


class Core:
    """One machine. `changed` is called after everything that a screen might show differently."""

    def __init__(
        self,
        *,
        journal: Journal,
        time: Timekeeper,
        parts: bodies.Parts,
        photos: Photos,
        operators: Operators,
        trusted: Trusted,
        folder: Path,
    ) -> None:
        self.journal = journal
        self.time = time
        self.parts = parts
        self.photos = photos
        self.operators = operators
        self.trusted = trusted
        self.folder = folder
        self.session = Session()
        self.contact = Contact()
        self.crisis = Crisis(journal.connection, time)
        self.body: Body | None = bodies.read(parts)
        self._head_judged = self.body is not None
        self.receipted = books.receipted(journal.connection)
        self.answered = books.answered(journal.connection, self.receipted)
        self.held = renewal.held(journal.connection)
        """Up to which seq a former log had receipted all, see `sealctl.journal.renewal`."""
        self.stamps = 0
        self.paused_until = 0
        self.boot = 0
        """The seq of this start's `boot` entry."""
        self._failed: Exception | None = None
        self._approved = ApprovedOnce()
        self.changed: Callable[[], None] = _nobody
        self._watch = Watch(self.body)
        self.desk = Desk(self)

    @property
    def lists(self) -> ApprovalList | None:
        """The list in force."""
        return self.trusted.lists

    @property
    def unread(self) -> bool:
        """Whether a list was adopted that this software cannot read."""
        return self.trusted.lists is None and self.trusted.bundle is not None

    @property
    def listless(self) -> str:
        """The refusal code where no list is in force."""
        return "list_unreadable" if self.unread else "list_missing"

    @property
    def unwritten(self) -> str:
        """The refusal code of an entry that could not be written just now."""
        return "journal_full" if self.journal.unsigned is None else "signer_unavailable"

    @property
    def silence_told(self) -> bool:
        """Whether an entry says that the body, which does not answer, does not."""
        return self._watch.silence_told

    def login(self, person: str, pin: str) -> None:
        """Identify an operator by PIN, and by the card he held; raises Refused, journalled."""
        self._expect(m.LoggedIn)
        self.desk.log_in(person, pin)

    def choose(self, grant: bytes) -> None:
        """Choose a grant and bring its seal under the press; raises Refused, journalled."""
        self._expect(m.Chose)
        try:
            case = judge_grant(self.facts(grant=grant))
        except Refused as refused:
            self.refuse("choose", refused, self.session.operator, grant)
            raise
        self.feed(m.Chose(grant, case.seal.slot))

    def stamp(self) -> None:
        """Decide, and open where the rules permit; raises Refused, journalled."""
        self._expect(m.Permitted)
        self._read_body()
        try:
            permit = self._decide()
        except Refused as refused:
            self.refuse("stamp", refused, self.session.operator, self.session.grant)
            raise
        self.feed(m.Permitted(permit))
        if self.session.mode is Mode.OPENING:
            self.stamps += 1

    def declare(self, grant: Grant, operator: str, slot: int, *, blind: bool) -> None:
        """Begin the emergency of that subject, whose entry is on disk; see Crisis."""
        self.crisis.begin(grant, blind=blind)
        self.feed(m.Declared(operator, grant.id, slot))

    def reach(self, *, online: bool) -> None:
        """The courier says whether it has the township's broker."""
        if online or self.contact.online:
            plight.reach(self.journal.connection, self.journal.last_seq, self.time.mono_ms())
        if self.contact.online != online or self.contact.since_ms is None:
            self.contact = Contact(online, self.time.now().wall)
            self.changed()

    def adopt(self, bundle: bytes) -> int:
        """Follow a list that the rules of `wire.lists.adopt` let it follow; its version."""
        now = self.time.now()
        found = adopt(self.trusted, bundle, device=self.journal.device, now_ms=now.wall)
        lists = found.lists
        if lists is None or found.bundle is None:
            raise Refused("list_invalid")
        if found is not self.trusted:
            self._refuse_other_predecessor(lists.machine.replaces)
            handing_over = self._hands_over(lists.machine.key)
            body = {"version": lists.version, "sha256": lists.sha256, "expires": lists.expires_ms}
            subjects = {grant.id: grant.subject for grant in lists.grants.grants}
            trusted = (found.root, found.bundle)
            connection = self.journal.connection
            renewed = renews(connection, self.lists, lists.policy)

            def also() -> None:
                if handing_over:
                    self.journal.vouch()
                if renewed:
                    renewal.begin(connection, self.receipted)

            self.journal.append("list_adopted", body, trusted=trusted, subjects=subjects, also=also)
            if handing_over:
                self.journal.hand_over()
            if renewed:
                self.receipted = self.answered = 0
                self.held = renewal.held(connection)
            self.trusted = found
            self.changed()
        return lists.version

    def _refuse_other_predecessor(self, named: str | None) -> None:
        """A list that names another replaced machine than the first entry does. One from before
        officers named any says nothing.
        """
        continued = books.continued(self.journal.connection)
        if None not in (named, continued) and named != continued:
            raise Refused("list_invalid", f"replaces {named}, where the journal has {continued}")

    def _hands_over(self, named: PublicKey) -> bool:
        """Whether the key that a list names is the successor's; raises Refused for a stranger's."""
        successor = self.journal.successor
        if named == self.journal.key:
            return False
        if successor is None or named != successor.public_key:
            raise Refused("list_invalid", "names another record key for this machine")
        return True

    def tick(self) -> None:
        """Look at the body once, and let the session and the alarms see it.

        Raises JournalFailedError where an entry was lost since, whoever was told of it then, or
        where the record key failed.
        """
        failed = self._failed or self.journal.unsigned
        if failed is not None:
            raise JournalFailedError from failed
        self._read_body()
        self._look_at_clock()
        for alarm, detail in self._watch.look(
            self.body,
            now_ms=self.time.mono_ms(),
            unlocked=self.session.mode in UNLOCKED,
            excused=self._excused(),
        ):
            self.alarm(alarm, detail)
        if self.body is None:
            self.feed(m.Silent())
        else:
            now = self.body
            self.feed(
                m.Reading(now.unlatches, now.presses, now.engaged, now.ready, now.own_counters)
            )

    def feed(self, event: Event) -> None:
        """One step of the session with all its effects; raises Refused('not_now')."""
        before = self.session
        self.session, effects = step(before, event, self.time.mono_ms())
        for effect in effects:
            self._carry_out(effect)
        if self.session != before:
            self.changed()

    def facts(self, *, operator: str | None = None, grant: bytes | None = None) -> Facts:
        """Everything a decision rests on, now."""
        now = self.time.now()
        photo = self.session.photo
        return Facts(
            lists=self.lists,
            now_ms=now.wall,
            quality=now.quality,
            books=self._books(now.wall),
            body=self.body,
            operator=operator or self.session.operator,
            grant=grant or self.session.grant,
            findings=None if photo is None else photo.findings,
            photo_ms=self.time.mono_ms() - self.session.since,
            approved=self._approved,
            unread=self.unread,
        )

    def heartbeat(self) -> None:
        """The hourly entry: silence is signed, too."""
        if self.body is not None:
            counters = {"unlatches": self.body.unlatches, "presses": self.body.presses}
            self.journal.append("heartbeat", counters)
            self.changed()

    def refuse(
        self, action: str, refused: Refused, operator: str | None, grant: bytes | None = None
    ) -> None:
        """Journal a no (see MOST_REFUSED), and let the screen show it."""
        connection, since_ms = self.journal.connection, self.time.now().wall - HOUR_MS
        anybody = self.session.operator is None
        if not anybody or books.recent(connection, "refused", since_ms) < MOST_REFUSED:
            code, detail = refused.code, refused.detail
            body = {"code": code, "action": action, "grant": grant, "detail": detail}
            self.journal.append("refused", body, committed={"operator": operator})
        self.feed(m.Denied(refused.code, refused.detail))
        self.changed()

    def _decide(self) -> Permit:
        declared = self.crisis.under_way(self.session)
        if declared is None:
            return decide(self.facts())
        return self.crisis.decide(self.facts(), declared, online=self.contact.online)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case m.Record():
                self._record(effect)
            case m.Energise(bound_ms):
                self._energise(bound_ms)
            case m.Release():
                self._try(self.parts.lock.release)
            case m.Select(slot):
                self._try(lambda: self.parts.head.select(slot))
            case m.TakePhoto(kind):
                pages, before = self._pages_to_compare(), self.session.photo
                known = before.sha256 if before and kind == "after" else None
                self.photos.ask(kind, self.time.mono_ms(), pages, known)

    def _record(self, effect: m.Record) -> None:
        try:
            written = self.journal.append(effect.kind, effect.body, committed=effect.committed)
        except (sqlite3.Error, SignerError) as error:
            log.exception("the journal cannot be written")
            if self.session.mode is not Mode.AUTHORISING:
                self._failed = error
                raise JournalFailedError from error
            self.feed(m.RecordFailed(self.unwritten))
        else:
            self.feed(m.Recorded(effect.kind, written.seq))

    def _energise(self, bound_ms: int) -> None:
        try:
            self.parts.lock.energise(bound_ms)
        except HardwareError as error:
            self.feed(m.EnergiseFailed(error.detail))

    def _try(self, movement: Callable[[], None]) -> None:
        """Begin a movement; one that fails is seen by the readings that follow."""
        try:
            movement()
        except HardwareError as error:
            log.warning("%s", error)

    def _expect(self, event: type) -> None:
        """Refuses before anything else is looked at; the moves of the lock are never disturbed."""
        if self.session.mode in IN_FLIGHT or self.time.mono_ms() < self.paused_until:
            raise Refused("busy")
        unseen = (Mode.CHOSEN,) if self.crisis.sightless(self.session) else ()
        wanted = {
            m.LoggedIn: (Mode.IDLE,),
            m.Chose: (Mode.IDENTIFIED, Mode.CHOSEN, Mode.PHOTOGRAPHED),
            m.Permitted: (Mode.PHOTOGRAPHED, *unseen),
        }[event]
        if self.session.mode not in wanted:
            raise Refused("not_now")

    def _read_body(self) -> None:
        """One reading; the first of a head that was silent at the start is judged as one then."""
        self.body = bodies.read(self.parts)
        if self.body is not None and not self._head_judged:
            self._head_judged = True
            self.judge_head(books.counters(self.journal.connection))

    def _look_at_clock(self) -> None:
        step = self.time.stepped()
        if step is not None:
            was, now = (max(0, one) for one in step)
            self.journal.append("clock_step", {"was": was, "now": now})
            self.changed()

    def _excused(self) -> Excused:
        connection = self.journal.connection
        return Excused(books.maintenance(connection), books.out(connection))

    def alarm(self, alarm: str, detail: str, also: Callable[[], None] | None = None) -> None:
        """Sign that something happened which must not; `also` as in Journal.append."""
        counters = self.journal_counters()
        self.journal.append("alarm", {"alarm": alarm, "detail": detail, **counters}, also=also)
        self.changed()

    def judge_head(self, signed: tuple[int, int] | None, *, under_way: bool = False) -> None:
        """A head that moved unseen is an alarm, and from then on nothing is stamped.

        For the first reading of a start; `under_way`: an opening was, and may have gone on.
        """
        connection, body = self.journal.connection, self.body
        if body is None or signed is None or books.maintenance(connection):
            return
        if bodies.plausible(body, signed, under_way=under_way):
            return
        detail = f"signed {signed}, read {body.unlatches}, {body.presses}"
        alarm = {"alarm": "counter_jump", "detail": detail, **self.journal_counters()}
        reason = "the head moved while the machine was off"
        self.journal.append("alarm", alarm, also=lambda: books.mark_broken(connection, reason))

    def journal_counters(self) -> dict[str, int]:
        """The head's counters as read, or as last signed where the head is silent."""
        if self.body is not None:
            return {"unlatches": self.body.unlatches, "presses": self.body.presses}
        unlatches, presses = books.counters(self.journal.connection) or (0, 0)
        return {"unlatches": unlatches, "presses": presses}

    def _pages_to_compare(self) -> tuple[bytes, ...]:
        permit = self.session.permit
        if permit is not None:
            return pages_to_compare(permit.application, permit.item, permit.use)
        try:
            case = judge_grant(self.facts())
        except Refused:
            return ()
        use = case.application.use(number_of(case))
        return pages_to_compare(case.application, case.item, use)

    def _books(self, now_ms: int) -> Books:
        connection = self.journal.connection
        delivered = max(self.receipted, self.held)
        standing = books.standing(connection, delivered)
        oldest = now_ms if standing.oldest is None else standing.oldest
        return Books(
            broken=standing.broken,
            maintenance=standing.maintenance,
            full=shutil.disk_usage(self.folder).free < FREE_BYTES,
            unfinished=standing.unfinished,
            counters=standing.counters,
            unreceipted=self.journal.last_seq - delivered,
            oldest_ms=max(0, now_ms - oldest),
            stamps=self.stamps,
            spent=_once(partial(books.spent, connection)),
            hash_at=partial(books.hash_at, connection),
            worn=standing.worn,
        )


def _once(count: Callable[[bytes], int]) -> Callable[[bytes], int]:
    """The same, which asks once for each grant: functools.cache costs more to make than a count."""
    known: dict[bytes, int] = {}

    def spent(grant: bytes) -> int:
        if grant not in known:
            known[grant] = count(grant)
        return known[grant]

    return spent


def _nobody() -> None:
    """Nobody waits for changes yet."""
