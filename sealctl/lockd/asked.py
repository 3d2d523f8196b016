"""The command that was judged last and waits for its answer. Calls only `wire.command`."""

from dataclasses import dataclass

from wire.command import Command


@dataclass(frozen=True)
class Judged:
    """A command with the SHA-256 of its envelope, and what becomes of it."""

    command: Command
    name: bytes
    outcome: str


@dataclass
class Asked:
    """One at a time: a newer command takes the place of one that nobody answered."""

    judged: Judged | None = None

    def take(self, number: int) -> Judged | None:
        """That one, if it is the one that waits; it waits no longer."""
        found = self.judged
        if found is None or found.command.number != number:
            return None
        self.judged = None
        return found
