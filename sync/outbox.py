"""What was sent and not yet receipted: which entries go next, and when to send again. Pure.

Calls only `wire.messages` for its bounds. Entries go in order, at most `most` of them without a
receipt. What has no receipt after a while, or after a new connection, is sent again from the first
such entry on: an entry may travel twice, but none is left behind. What the township answered and
the county's witnesses have not seen needs no sending; its receipts come by themselves, and are
asked for, by sending a few entries again, only when they do not.
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
    """Seqs up to `receipted` are done with, those up to `answered` the township has and waits for
    witnesses, those up to `sent` are under way.
    """

    most: int = 1024
    portion: int = messages.MOST
    first_wait_ms: int = 5_000
    longest_wait_ms: int = 60_000
    pending_wait_ms: int = 600_000
    idle_ms: int = 1_000
    receipted: int = 0
    answered: int = 0
    sent: int = 0
    _wait_ms: int = 0
    _due_ms: int | None = None
    _again_ms: int | None = None

    def begin(self, receipted: int, answered: int = 0) -> None:
        """The journal says how far its receipts go; whatever was under way is sent again."""
        self.receipted, self.answered = receipted, max(receipted, answered)
        self._again_ms = None
        self.rewind()

    def rewind(self) -> None:
        """There is a new connection: nothing is under way any more."""
        self.sent = self.answered
        self._wait_ms = self.first_wait_ms
        self._due_ms = None

    def listed(self, receipted: int, answered: int) -> None:
        """A list came; the journal says how far its receipts go by now. A new log wants all of it
        again. A township that never answered may have forgotten what arrived before its officers
        named the machine: all of it is sent again at once, too.
        """
        if receipted < self.receipted or answered < self.answered:
            self.begin(receipted, answered)
        elif self.answered == 0:
            self.rewind()

    def next(self, now_ms: int) -> Next:
        """What to ask for now; a limit of 0 while there is no room."""
        if self._due_ms is not None and now_ms >= self._due_ms:
            self.sent = self.answered
            self._wait_ms = min(2 * self._wait_ms, self.longest_wait_ms)
            self._due_ms = None
        if self._asks_again(now_ms):
            few = min(self.answered - self.receipted, self.portion)
            return Next(self.receipted, few, self.idle_ms)
        room = self.most - (self.sent - self.answered)
        wait_ms = self.idle_ms if self._due_ms is None else self._due_ms - now_ms
        return Next(self.sent, min(room, self.portion), min(wait_ms, self.idle_ms))

    def went(self, after: int, last: int, now_ms: int) -> bool:
        """Entries after+1 to last leave now; False where they are no longer what comes next."""
        if after == self.receipted < last and self._asks_again(now_ms):
            self._again_ms = now_ms + self.pending_wait_ms
            return True
        if after != self.sent or last <= after:
            return False
        self.sent = last
        if self._due_ms is None:
            self._due_ms = now_ms + self._wait_ms
        return True

    def receipt(self, receipted: int, now_ms: int, answered: int = 0) -> None:
        """The journal holds every receipt, and every answer, up to these seqs."""
        if receipted > self.receipted:
            self.receipted = receipted
            self._again_ms = now_ms + self.first_wait_ms
        answered = max(receipted, answered)
        if answered > self.answered:
            self.answered = answered
            self.sent = max(self.sent, answered)
            self._wait_ms = self.first_wait_ms
            self._due_ms = now_ms + self._wait_ms if self.sent > answered else None

    def _asks_again(self, now_ms: int) -> bool:
        """Whether a few entries are sent once more because their receipts stay pending."""
        if self.answered == self.receipted:
            self._again_ms = None
        elif self._again_ms is None:
            self._again_ms = now_ms + self.pending_wait_ms
        return self._again_ms is not None and now_ms >= self._again_ms


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
