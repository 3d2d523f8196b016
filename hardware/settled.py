"""A switch debounced by the computer that only polls it. Pure. Calls nothing."""

from dataclasses import dataclass


@dataclass
class Settled:
    """How a switch stands: a change counts at once, and none after it for `debounce_ms`.

    So the bounce of a contact is one change. `since_ms` is when it came to stand so.
    """

    debounce_ms: int
    active: bool
    since_ms: int

    def read(self, *, active: bool, at_ms: int) -> bool:
        """Take a reading; whether it is a change that counts."""
        if active == self.active or at_ms - self.since_ms < self.debounce_ms:
            return False
        self.active, self.since_ms = active, at_ms
        return True
