"""One photo for lockd: taken, kept and looked at. Calls `hardware.ports`, `evidence` and
`sealctl.camerad`.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evidence.check import examine
from hardware.ports import Camera, CameraStuckError, Frame, HardwareError
from sealctl.camerad import store
from sealctl.camerad.job import Job

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What lockd is told. `last`: the camera can take no further photo in this process."""

    verb: str
    arguments: Mapping[str, object]
    last: bool = False


class Eyes:
    """The camera, and the folders of photos (its own) and approved pages (lockd's)."""

    def __init__(self, camera: Camera, photos: Path, pages: Path) -> None:
        self._camera = camera
        self._photos = photos
        self._pages = pages

    def look(self, job: Job) -> Answer:
        """Take the photo; everything told of it is of the same frame."""
        try:
            frame = self._frame(job.after_mono_ms)
            sha256 = store.keep(self._photos, frame.jpeg)
        except (HardwareError, OSError) as error:
            log.warning("no photo: %s", error)
            told = {"id": job.id, "code": "camera_unavailable"}
            return Answer("failed", told, last=isinstance(error, CameraStuckError))
        return Answer(
            "done",
            {
                "id": job.id,
                "sha256": sha256,
                "findings": self._findings(job, frame.jpeg),
                "mono_ms": frame.mono_ms,
                "width": frame.width,
                "height": frame.height,
            },
        )

    def _frame(self, after_mono_ms: int) -> Frame:
        frame = self._camera.capture(after_mono_ms)
        if frame.mono_ms < after_mono_ms:
            raise HardwareError("camera_unavailable", "an older frame than was asked for")
        return frame

    def _findings(self, job: Job, jpeg: bytes) -> list[str]:
        """What cannot be read here is compared as an empty picture: it matches nothing."""
        pages = [store.read(store.page_path(self._pages, page), page) for page in job.pages]
        before = None
        if job.before is not None:
            before = store.read(store.photo_path(self._photos, job.before), job.before)
        return examine(jpeg, pages=pages, before=before)
