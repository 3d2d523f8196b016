"""Which steps of the session's table the cases took. Calls `sealctl.session` and `tests.faults`."""

from typing import Final

from sealctl.session import model as m
from sealctl.session.model import Mode
from sealctl.session.step import TABLE
from tests.faults.world import SEEN

NEVER_SEEN: Final = {
    *((mode, event) for mode in (Mode.AUTHORISING, Mode.ENDING) for event in (m.Reading, m.Silent)),
    (Mode.CLOSING, m.RecordFailed),
}
"""Two modes begin and end within one call: nothing can be read in between. Where an alarm cannot be
written while the lock closes, lockd ends.
"""


def missing() -> list[str]:
    """The steps of the table that no session of this process has taken."""
    unseen = set(TABLE) - SEEN - NEVER_SEEN
    return sorted(f"{mode} {event.__name__}" for mode, event in unseen)
