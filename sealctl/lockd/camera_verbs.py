"""What camerad may ask of lockd: a job, and to say how it went.

Calls `sealctl.{session,lockd}` and `wire`.
"""

from collections.abc import Mapping
from typing import Final

from sealctl.lockd import drafts
from sealctl.lockd.verb import HASH, WAIT, Arguments, Served, Verb
from sealctl.session.model import Mode, PhotoFailed, PhotoTaken
from wire import shape


async def _next(served: Served, given: Arguments) -> object:
    photos = served.core.photos
    await served.changes.until(
        lambda: photos.job is not None and photos.taken != photos.job.id, given["wait_ms"] / 1000
    )
    job = photos.next()
    if job is None:
        return {"job": None}
    return {
        "job": {
            "id": job.id,
            "kind": job.kind,
            "after_mono_ms": job.after_mono_ms,
            "pages": list(job.pages),
            "before": job.before,
        }
    }


async def _done(served: Served, given: Arguments) -> object:
    photos = served.core.photos
    of = photos.kind(given["id"])
    event = photos.done(given["id"], given["sha256"], given["findings"], given["mono_ms"])
    _tell(served, of, event)
    return {}


async def _failed(served: Served, given: Arguments) -> object:
    photos = served.core.photos
    of = photos.kind(given["id"])
    _tell(served, of, photos.failed(given["id"], given["code"]))
    return {}


def _tell(served: Served, of: str, event: PhotoTaken | PhotoFailed | None) -> None:
    """Every photo but a draft's page goes to the session, where it waits for one; whoever else
    waits looks at `Photos.answer`.
    """
    core, waits = served.core, (Mode.PHOTOGRAPHING, Mode.PICTURING)
    if event is not None and of != drafts.KIND and core.session.mode in waits:
        core.feed(event)
    core.changed()


CAMERA: Final[Mapping[str, Verb]] = {
    "next": Verb(_next, {"wait_ms": WAIT}),
    "done": Verb(
        _done,
        {
            "id": shape.integer(1),
            "sha256": HASH,
            "findings": shape.array(shape.text(64), 16),
            "mono_ms": shape.integer(0),
            "width": shape.integer(1, 100_000),
            "height": shape.integer(1, 100_000),
        },
    ),
    "failed": Verb(_failed, {"id": shape.integer(1), "code": shape.choice("camera_unavailable")}),
}
