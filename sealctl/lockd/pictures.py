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
    """A photo exposed from now on, None where the camera fails.

    Raises Refused('busy') where a stamp is under way, or where somebody else asked for a photo
    meanwhile: a job that was pushed aside says nothing of the camera.
    """
    core = served.core
    if core.session.mode is not Mode.IDLE:
        raise Refused("busy")
    job = core.photos.ask("before", core.time.mono_ms(), (), None)
    served.changes.bump()
    await served.changes.until(
        lambda: core.photos.answer[0] == job or _disturbed(served, job), WAIT_S
    )
    core.photos.give_up(job)
    if _disturbed(served, job):
        raise Refused("busy")
    answered, photo = core.photos.answer
    return photo if answered == job else None


def _disturbed(served: Served, job: int) -> bool:
    return served.core.session.mode is not Mode.IDLE or served.core.photos.replaced(job)
