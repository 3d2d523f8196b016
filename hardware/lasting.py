"""A switch debounced by the computer that can be told of every movement. Pure. Calls nothing."""

from dataclasses import dataclass, field


@dataclass
class Lasting:
    """How a switch stands: a change counts when readings show it for `debounce_ms` and nobody says
    that the contact moved between them. A bounce is one change, however long, and a spike none.
    """

    debounce_ms: int
    active: bool
    _since_ms: int | None = field(default=None, init=False)

    @property
    def due_ms(self) -> int | None:
        """When a reading would make a change of what is shown; None where none is on its way."""
        return None if self._since_ms is None else self._since_ms + self.debounce_ms

    def moved(self) -> None:
        """The contact moved: what it shows must last from the next reading on."""
        self._since_ms = None

    def read(self, *, active: bool, at_ms: int) -> int | None:
        """Take a reading; when the change began that counts with it, None where none does."""
        if active == self.active:
            self._since_ms = None
            return None
        since = at_ms if self._since_ms is None else self._since_ms
        if at_ms - since < self.debounce_ms:
            self._since_ms = since
            return None
        self.active, self._since_ms = active, None
        return since
