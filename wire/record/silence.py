"""How long a machine has been running without a word from its township, by its own entries. Pure.

Calls nothing. Machine and inspector measure alike. What counts as a word is signed by the township:
a list that was adopted, a receipt (the next entry's `seen` names another checkpoint). Time is the
machine's running time (`mono`), summed over its boots: to set the wall clock forward gains nothing,
and while it is switched off no silence passes.
"""

from dataclasses import dataclass


@dataclass
class Silence:
    """`past_ms` of boots that have ended; in this one since `since`, up to `last` (mono, ms)."""

    past_ms: int = 0
    since: int | None = None
    last: int = 0

    def boot(self, mono: int) -> None:
        """The machine started anew: only what its entries witness of the time before counts."""
        self.past_ms = self.ms(self.last)
        self.since = self.last = mono

    def entry(self, mono: int) -> None:
        """An entry was made."""
        if self.since is None:
            self.since = mono
        self.last = mono

    def contact(self, mono: int) -> None:
        """The township was heard."""
        self.past_ms, self.since, self.last = 0, mono, mono

    def ms(self, mono: int) -> int:
        """The silence up to now, in ms."""
        running = 0 if self.since is None else max(0, mono - self.since)
        return self.past_ms + running
