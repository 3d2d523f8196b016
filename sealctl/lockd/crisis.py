"""The emergency that is under way, in memory only: a restart ends it, its codes stay spent.

Calls `sealctl.{emergency,journal}` and `wire`.
"""

import sqlite3

from sealctl import emergency
from sealctl.emergency import Plight
from sealctl.facts import Facts, Permit
from sealctl.journal import plight
from sealctl.moment import Timekeeper
from sealctl.session.model import Session
from wire.lists.content import Grant


class Crisis:
    """`grant` is the subject of the emergency declared last, as a grant without approvals; `blind`
    says that the camera did not answer then.
    """

    def __init__(self, connection: sqlite3.Connection, time: Timekeeper) -> None:
        self._connection = connection
        self._time = time
        self.grant: Grant | None = None
        self.blind = False

    def begin(self, grant: Grant, *, blind: bool) -> None:
        """Its entry is on disk."""
        self.grant, self.blind = grant, blind

    def under_way(self, session: Session) -> Grant | None:
        """The emergency that this session stamps, if it stamps one."""
        found = self.grant
        return found if found is not None and found.id == session.grant else None

    def sightless(self, session: Session) -> bool:
        """Whether this session stamps without pictures."""
        return self.blind and self.under_way(session) is not None

    def plight(self, *, online: bool, blind: bool) -> Plight:
        """What has failed, now."""
        connection = self._connection
        return Plight(
            silence_ms=plight.silence(connection).ms(self._time.mono_ms()),
            online=online,
            blind=blind,
            silent_presses=plight.presses_since_heard(connection),
            blind_presses=plight.presses_since_picture(connection),
        )

    def decide(self, facts: Facts, grant: Grant, *, online: bool) -> Permit:
        """Whether the lock may open once more in it; raises Refused."""
        return emergency.decide(facts, grant, self.plight(online=online, blind=self.blind))
