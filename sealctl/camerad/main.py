"""camerad: takes the photos that lockd asks for and says what they show.

Calls `hardware.ports`, `evidence`, `sealctl.camerad`, `sealctl.link` and `wire`. It has no key, no
lock and no network; lockd believes its files by their hash alone.
"""

import logging
import signal
import threading
from pathlib import Path
from typing import Any, Final

from evidence.check import examine
from hardware.ports import Camera, Frame, HardwareError
from sealctl.camerad.preview import PreviewServer
from sealctl.camerad.store import keep, photo_path, read
from sealctl.link import Link, LinkError

log = logging.getLogger(__name__)

WAIT_MS: Final = 20_000
RETRY_S: Final = 0.3


def run(*, camera: Camera, lockd_sock: Path, preview_sock: Path, photos: Path, pages: Path) -> None:
    """Serve lockd and the panel until SIGTERM."""
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    preview = PreviewServer(preview_sock, camera)
    threading.Thread(target=preview.serve_forever, daemon=True).start()
    worker = threading.Thread(
        target=work, args=(camera, lockd_sock, photos, pages, over), daemon=True
    )
    worker.start()
    while not over.wait(0.5):
        if not worker.is_alive():
            raise RuntimeError("the worker ended")
    preview.shutdown()
    preview.server_close()
    preview_sock.unlink(missing_ok=True)


def work(
    camera: Camera, lockd_sock: Path, photos: Path, pages: Path, over: threading.Event
) -> None:
    """Do lockd's jobs, one after another; wait while it is away."""
    while not over.is_set():
        try:
            with Link(lockd_sock) as lockd:
                while not over.is_set():
                    job = lockd.ask("next", wait_ms=WAIT_MS)["job"]
                    if job is not None:
                        _do(camera, lockd, job, photos, pages)
        except LinkError as error:
            log.info("lockd: %s", error.refusal["detail"])
            over.wait(RETRY_S)


def _do(camera: Camera, lockd: Link, job: dict[str, Any], photos: Path, pages: Path) -> None:
    try:
        frame = _fresh(camera, job["after_mono_ms"])
        sha256 = keep(photos, frame.jpeg)
    except (HardwareError, OSError) as error:
        log.warning("no photo: %s", error)
        lockd.ask("failed", id=job["id"], code="camera_unavailable")
        return
    approved = [read(pages / page.hex(), page) for page in job["pages"]]
    before = None if job["before"] is None else _earlier(photos, job["before"])
    lockd.ask(
        "done",
        id=job["id"],
        sha256=sha256,
        findings=examine(frame.jpeg, pages=approved, before=before),
        mono_ms=frame.mono_ms,
        width=frame.width,
        height=frame.height,
    )


def _fresh(camera: Camera, after_mono_ms: int) -> Frame:
    """A frame as late as asked for, whatever the driver thinks of its promise."""
    frame = camera.capture(after_mono_ms)
    if frame.mono_ms < after_mono_ms:
        raise HardwareError("camera_unavailable", "a frame from before it was asked for")
    return frame


def _earlier(photos: Path, sha256: bytes) -> bytes:
    return read(photo_path(photos, sha256), sha256)
