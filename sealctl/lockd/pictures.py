"""One picture outside a stamp: of a cancelled original, a register, or to see if the camera works.

Calls `sealctl.lockd` and `wire.refusals`. It is bound into an entry by whoever asked for it.
"""

from typing import Final

from sealctl.lockd.verb import Served
from sealctl.session.model import Mode, Photo
from wire.refusals import Refused

WAIT_S: Final = 10.0
"""A camera that has not answered by then has failed."""


async def take(served: Served) -> Photo | None:
    """A photo exposed from now on, None where the camera fails; raises Refused('busy') where a
    stamp is under way or began meanwhile.
    """
    core = served.core
    if core.session.mode is not Mode.IDLE:
        raise Refused("busy")
    core.photos.ask("before", core.time.mono_ms(), (), None)
    served.changes.bump()
    job = core.photos.job
    if job is None:
        raise Refused("busy")
    await served.changes.until(
        lambda: core.photos.answer[0] == job.id or core.session.mode is not Mode.IDLE, WAIT_S
    )
    core.photos.give_up(job.id)
    if core.session.mode is not Mode.IDLE:
        raise Refused("busy")
    answered, photo = core.photos.answer
    return photo if answered == job.id else None
