"""One question, one signature: what a passkey signs to see its own history, and only once.

Calls only `wire.cbor` and `wire.approval.assertion`. Nothing is kept but what was spent: a ticket
carries its own end and the server's mark. What is signed is the hash of a document of a kind of its
own, so that no signature given here can be an approval, and no approval opens a history.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from wire import cbor

LIFE_S: Final = 180
KIND: Final = "history"
_NONCE: Final = 16
_WHEN: Final = 8
_SIZE: Final = _WHEN + _NONCE + hashlib.sha256().digest_size


class TicketError(Exception):
    """Not a ticket of ours, past its end, or spent."""


class Tickets:
    """`key` is secret and lives as long as the process; `clock` is s since 1970 UTC."""

    def __init__(
        self, key: bytes, clock: Callable[[], int], random: Callable[[int], bytes]
    ) -> None:
        self._key = key
        self._clock = clock
        self._random = random
        self._spent: dict[bytes, int] = {}

    def new(self) -> bytes:
        """A ticket for LIFE_S seconds."""
        named = (self._clock() + LIFE_S).to_bytes(_WHEN) + self._random(_NONCE)
        return named + self._mark(named)

    def check(self, ticket: bytes) -> None:
        """Ours, not past its end, not spent; raises TicketError."""
        named, mark = ticket[: _WHEN + _NONCE], ticket[_WHEN + _NONCE :]
        if len(ticket) != _SIZE or not hmac.compare_digest(mark, self._mark(named)):
            raise TicketError("not a ticket")
        if self._end(ticket) <= self._clock() or ticket in self._spent:
            raise TicketError("past its end, or spent")

    def spend(self, ticket: bytes) -> None:
        """It is good for nothing any more; those past their end are forgotten."""
        now = self._clock()
        self._spent = {one: end for one, end in self._spent.items() if end > now}
        self._spent[ticket] = self._end(ticket)

    def _mark(self, named: bytes) -> bytes:
        return hmac.digest(self._key, named, "sha256")

    def _end(self, ticket: bytes) -> int:
        return int.from_bytes(ticket[:_WHEN])


def challenge(ticket: bytes) -> bytes:
    """SHA-256 of CBOR {v, kind: 'history', ticket}: what the passkey signs."""
    document = {"v": 1, "kind": KIND, "ticket": ticket}
    return hashlib.sha256(cbor.encode(document)).digest()
