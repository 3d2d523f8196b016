"""What those who stand at the machine need of a `sealctl.lockd.core.Core`. Calls nothing."""

from collections.abc import Callable
from typing import Protocol

from sealctl.facts import Facts
from sealctl.journal.store import Journal
from sealctl.moment import Timekeeper
from sealctl.operators import Operators
from sealctl.session.model import Event, Session
from wire.lists.content import ApprovalList
from wire.refusals import Refused


class Machine(Protocol):
    """A Core, as log-in and enrolment see it."""

    journal: Journal
    time: Timekeeper
    operators: Operators
    session: Session
    changed: Callable[[], None]

    @property
    def lists(self) -> ApprovalList | None: ...
    def facts(self, *, operator: str | None = None, grant: bytes | None = None) -> Facts: ...
    def feed(self, event: Event) -> None: ...
    def choose(self, grant: bytes) -> None: ...
    def refuse(
        self, action: str, refused: Refused, operator: str | None, grant: bytes | None = None
    ) -> None: ...
