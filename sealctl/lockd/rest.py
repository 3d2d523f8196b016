"""Whether the machine is at rest, so that its software may be changed, and the entry that says so.

Calls `sealctl.{journal,session}`, `sealctl.lockd.core` and `wire`.
"""

from typing import Final

from sealctl.journal import books
from sealctl.lockd.core import IN_FLIGHT, Core
from sealctl.session.model import Mode
from wire.approval import subject
from wire.refusals import Refused

JOB_MS: Final = 2 * 3_600_000
"""So long after its last opening a job with sheets left counts as under way: whoever works through
a pile is not interrupted, and whoever never finishes keeps no release away. Any job can be resumed.
"""
PAUSE_MS: Final = 60_000


def judge(core: Core) -> None:
    """Raises Refused('busy' or 'not_now') while anybody is at work."""
    if core.session.mode in IN_FLIGHT or books.unfinished(core.journal.connection) is not None:
        raise Refused("busy", "an opening is under way")
    if core.session.mode is not Mode.IDLE:
        raise Refused("not_now", "somebody is logged in")
    if core.desk.enrolments.under_way:
        raise Refused("not_now", "an enrolment is under way")
    if _half_done(core):
        raise Refused("not_now", "a job's sheets are half done")


def yield_to_release(core: Core, was: str, now: str, sha256: bytes) -> None:
    """Sign that the software changes, and begin nothing new for a while; raises Refused."""
    judge(core)
    core.journal.append(
        "config", {"what": "release", "former": was, "version": now, "sha256": sha256}
    )
    core.paused_until = core.time.mono_ms() + PAUSE_MS
    core.changed()


def _half_done(core: Core) -> bool:
    """Whether a granted job was worked at lately and has sheets left."""
    if core.lists is None:
        return False
    connection, since_ms = core.journal.connection, core.time.now().wall - JOB_MS
    lately = books.opened_since(connection, since_ms)
    return any(
        books.spent(connection, grant.id) < subject.decode(grant.subject).presses
        for grant in core.lists.grants.grants
        if grant.id in lately
    )
