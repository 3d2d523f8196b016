"""Who asks, and what he is told: everything that his own passkeys signed, and nothing else.

Calls `wire.approval.assertion` and `county.history`. The passkey itself proves who asks. One that
stands on the newest roster and was not taken back shows what all passkeys of its person signed, so
that whoever lost one sees what the finder did; any other shows what it signed itself.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Final

from county.history.store import Known, Store
from county.history.tickets import Tickets, challenge
from county.history.trust import HistoryError, Trust
from wire.approval import assertion
from wire.approval.assertion import Assertion
from wire.errors import WireError

MOST: Final = 300
"""Signatures told at once, where not all are asked for."""
ALL: Final = 1_000_000


class UnknownKeyError(Exception):
    """No passkey that the officers ever listed signed this here: who asks is told no more."""


class Desk:
    """`townships` are those with a copy, as they are configured by now; `now_ms` is the clock."""

    def __init__(
        self,
        rp_id: str,
        townships: Callable[[], Sequence[Trust]],
        tickets: Tickets,
        now_ms: Callable[[], int],
    ) -> None:
        self._rp_id = rp_id
        self._townships = townships
        self._tickets = tickets
        self._now_ms = now_ms

    def people(self) -> list[dict[str, Any]]:
        """Who may ask by name, by township and village: those who hold or held an office."""
        found = []
        for trust in self._townships():
            try:
                with closing(Store(trust.index)) as store:
                    villages = store.villages()
            except HistoryError:
                villages = []
            found.append({"number": trust.number, "name": trust.name, "villages": villages})
        return found

    def ask(self, number: int, village: str, person: str) -> tuple[bytes, list[bytes]]:
        """A new ticket, and the passkeys of that person; none for somebody who is not listed."""
        for trust in self._townships():
            if trust.number == number and trust.index.exists():
                with closing(Store(trust.index)) as store:
                    return self._tickets.new(), store.credentials(village, person, listed=True)
        return self._tickets.new(), []

    def show(self, ticket: bytes, signed: Assertion, *, every: bool) -> dict[str, Any]:
        """The history, a part of it for each township that knows the passkey.

        Raises TicketError, UnknownKeyError, HistoryError where there is no copy at all.
        """
        self._tickets.check(ticket)
        townships = [one for one in self._townships() if one.index.exists()]
        if not townships:
            raise HistoryError("没有任何乡镇的副本。 No copy of any township.")
        told = [self._of(trust, ticket, signed, every=every) for trust in townships]
        parts = [one for one in told if one is not None]
        if not parts:
            raise UnknownKeyError
        self._tickets.spend(ticket)
        return {"credential": signed.credential.hex(), "townships": parts}

    def _of(
        self, trust: Trust, ticket: bytes, signed: Assertion, *, every: bool
    ) -> dict[str, Any] | None:
        with closing(Store(trust.index)) as store:
            notes = store.notes()
            origins = str(notes.get("origins", "")).split("\n")
            known = store.owners(signed.credential)
            owners = [one for one in known if self._proves(ticket, signed, one, origins)]
            if not owners:
                return None
            credentials = {signed.credential}
            for one in owners:
                if one.current:
                    credentials.update(store.credentials(one.village, one.person))
            total, rows = store.signed(sorted(credentials), ALL if every else MOST)
        people = sorted({(one.name, one.current) for one in owners})
        return {
            "number": trust.number,
            "name": trust.name,
            "phone": trust.phone,
            "address": trust.address,
            "people": people,
            "copy": self._copy(trust, notes),
            "total": total,
            "signed": rows,
        }

    def _proves(self, ticket: bytes, signed: Assertion, key: Known, origins: list[str]) -> bool:
        try:
            assertion.verify(
                signed,
                challenge=challenge(ticket),
                public_key=key.public_key,
                rp_id=self._rp_id,
                origins=origins,
            )
        except WireError:
            return False
        return True

    def _copy(self, trust: Trust, notes: Any) -> dict[str, Any]:
        """How far the copy goes; `complete` only where it held and witnesses saw it lately."""
        seen_s, trouble = notes.get("seen_s", 0), notes.get("trouble")
        old = self._now_ms() // 1000 - seen_s > trust.max_age_s
        return {
            "log": trust.log.name,
            "size": notes.get("size", 0),
            "root": notes.get("root", b"").hex(),
            "seen_s": seen_s,
            "max_age_s": trust.max_age_s,
            "old": old,
            "trouble": trouble,
            "complete": trouble is None and not old,
        }
