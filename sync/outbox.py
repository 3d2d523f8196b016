"""What was sent and not yet receipted: which entries go next, and when to send again. Pure.

Calls only `wire.messages` for its bounds. Entries go in order, at most `most` of them without a
receipt. What has no receipt after a while, or after a new connection, is sent again from the first
such entry on: an entry may travel twice, but none is left behind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wire import messages

PORTION_BYTES: Final = messages.LIMIT - 4096


@dataclass(frozen=True)
class Next:
    """Ask for at most `limit` entries after this seq; come back in `wait_ms` at the latest."""

    after: int
    limit: int
    wait_ms: int


@dataclass
class Outbox:
    """Seqs up to `receipted` are the township's; those up to `sent` are under way."""

    most: int = 1024
    portion: int = messages.MOST
    first_wait_ms: int = 5_000
    longest_wait_ms: int = 60_000
    idle_ms: int = 1_000
    receipted: int = 0
    sent: int = 0
    _wait_ms: int = 0
    _due_ms: int | None = None

    def begin(self, receipted: int) -> None:
        """The journal says how far its receipts go; whatever was under way is sent again."""
        self.receipted = receipted
        self.rewind()

    def rewind(self) -> None:
        """There is a new connection: nothing is under way any more."""
        self.sent = self.receipted
        self._wait_ms = self.first_wait_ms
        self._due_ms = None

    def next(self, now_ms: int) -> Next:
        """What to ask for now; a limit of 0 while there is no room."""
        if self._due_ms is not None and now_ms >= self._due_ms:
            self.sent = self.receipted
            self._wait_ms = min(2 * self._wait_ms, self.longest_wait_ms)
            self._due_ms = None
        room = self.most - (self.sent - self.receipted)
        wait_ms = self.idle_ms if self._due_ms is None else self._due_ms - now_ms
        return Next(self.sent, min(room, self.portion), min(wait_ms, self.idle_ms))

    def went(self, after: int, last: int, now_ms: int) -> bool:
        """Entries after+1 to last leave now; False where they are no longer what comes next."""
        if after != self.sent or last <= after:
            return False
        self.sent = last
        if self._due_ms is None:
            self._due_ms = now_ms + self._wait_ms
        return True

    def receipt(self, receipted: int, now_ms: int) -> None:
        """The journal holds every receipt up to this seq."""
        if receipted <= self.receipted:
            return
        self.receipted = receipted
        self.sent = max(self.sent, receipted)
        self._wait_ms = self.first_wait_ms
        self._due_ms = now_ms + self._wait_ms if self.sent > receipted else None


def portions(items: Sequence[bytes], most: int = messages.MOST) -> Iterator[Sequence[bytes]]:
    """The items in order, in parts that fit one message each."""
    start, size = 0, 0
    for index, item in enumerate(items):
        cost = len(item) + 9
        if index > start and (index - start == most or size + cost > PORTION_BYTES):
            yield items[start:index]
            start, size = index, 0
        size += cost
    if start < len(items):
        yield items[start:]
