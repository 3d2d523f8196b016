"""camerad: takes the photos that lockd asks for and says what they show.

Calls `hardware.ports`, `evidence`, `sealctl.camerad`, `sealctl.link` and `wire`. It has no key, no
lock and no network; lockd believes its files by their hash alone.
"""

import logging
import signal
import threading
from pathlib import Path
from typing import Final

from evidence.check import examine
from hardware.ports import Camera, Frame, HardwareError
from sealctl.camerad import store
from sealctl.camerad.job import Job, load
from sealctl.camerad.preview import PreviewServer
from sealctl.link import Link, LinkError
from wire.shape import ShapeError

log = logging.getLogger(__name__)

WAIT_MS: Final = 20_000
RETRY_S: Final = 0.3
END_S: Final = 0.2


def run(*, camera: Camera, lockd_sock: Path, preview_sock: Path, photos: Path, pages: Path) -> None:
    """Serve lockd and the panel until SIGTERM; raises RuntimeError when its worker broke down."""
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    store.prepare(photos)
    preview = PreviewServer(preview_sock, camera)
    threading.Thread(target=preview.serve_forever, args=(END_S,), daemon=True).start()
    eyes = Eyes(camera, photos, pages)
    worker = threading.Thread(target=_work, args=(eyes, lockd_sock, over), daemon=True)
    worker.start()
    try:
        while not over.wait(END_S):
            if not worker.is_alive():
                raise RuntimeError("the worker ended")
    finally:
        preview.shutdown()
        preview_sock.unlink(missing_ok=True)


class Eyes:
    """The camera, and the folders of photos (its own) and approved pages (lockd's)."""

    def __init__(self, camera: Camera, photos: Path, pages: Path) -> None:
        self._camera = camera
        self._photos = photos
        self._pages = pages

    def do(self, job: Job, lockd: Link) -> None:
        """Take the photo and answer; raises LinkError where lockd is gone or will not have it."""
        try:
            frame = self._frame(job.after_mono_ms)
            sha256 = store.keep(self._photos, frame.jpeg)
        except (HardwareError, OSError) as error:
            log.warning("no photo: %s", error)
            lockd.ask("failed", id=job.id, code="camera_unavailable")
            return
        lockd.ask(
            "done",
            id=job.id,
            sha256=sha256,
            findings=self._findings(job, frame.jpeg),
            mono_ms=frame.mono_ms,
            width=frame.width,
            height=frame.height,
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


def _work(eyes: Eyes, lockd_sock: Path, over: threading.Event) -> None:
    """Do lockd's jobs, one after another; wait while it is away."""
    while not over.is_set():
        try:
            with Link(lockd_sock) as lockd:
                while not over.is_set():
                    job = load(lockd.ask("next", wait_ms=WAIT_MS))
                    if job is not None:
                        eyes.do(job, lockd)
        except LinkError as error:
            log.info("lockd: %s", error)
        except ShapeError as error:
            log.warning("lockd asks for what is no photo: %s", error)
        over.wait(RETRY_S)
