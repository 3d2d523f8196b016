"""What a verb is, and what verbs work on. Calls `sealctl.lockd` and `wire.shape`."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sealctl.lockd.changes import Changes
from sealctl.lockd.core import Core
from sealctl.lockd.pages import Pages
from wire import shape

MOST_ENTRIES: Final = 256
WAIT: Final = shape.integer(0, 60_000)
HASH: Final = shape.octets(32)
SEQ: Final = shape.integer(0)


@dataclass(frozen=True)
class Served:
    """What verbs work on. `peers` counts the connections of each role."""

    core: Core
    changes: Changes
    pages: Pages
    peers: Counter[str] = field(default_factory=Counter)

    def came(self, role: str) -> None:
        """A peer has connected."""
        self.peers[role] += 1

    def left(self, role: str) -> None:
        """A peer is gone: camerad's job is free again, and a dead courier reaches nobody."""
        self.peers[role] -= 1
        if role == "camera":
            self.core.photos.forget_taker()
        if role == "courier" and not self.peers[role] and self.core.contact.online:
            self.core.reach(online=False)


Arguments = dict[str, Any]
Call = Callable[[Served, Arguments], Awaitable[object]]


@dataclass(frozen=True)
class Verb:
    """`arguments`: shape by name; all are required and no other is taken."""

    call: Call
    arguments: Mapping[str, shape.Shape[Any]] = field(default_factory=dict)
