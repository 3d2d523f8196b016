"""camerad: takes the photos that lockd asks for and says what they show.

Calls `hardware.ports`, `sealctl.notify` and `sealctl.camerad`. It has no key, no lock and no
network; lockd believes its files by their hash alone.
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from hardware.ports import Camera
from sealctl.camerad import store
from sealctl.camerad.eyes import Eyes
from sealctl.camerad.preview import PreviewServer
from sealctl.camerad.worker import Worker
from sealctl.notify import Beats

log = logging.getLogger(__name__)

END_S: Final = 0.2
PREVIEW_S: Final = 5.0
"""A round of the preview's loop never takes so long: it only accepts, threads answer."""
STUCK_STATUS: Final = os.EX_UNAVAILABLE
"""The exit status where only a new process can take the next photo."""


def run(
    *,
    camera: Camera,
    lockd_sock: Path,
    preview_sock: Path,
    photos: Path,
    pages: Path,
    preview: socket.socket | None = None,
    ready: Callable[[], None] = lambda: None,
    beat: Callable[[], None] = lambda: None,
) -> None:
    """Serve lockd and the panel until SIGTERM; raises RuntimeError when its worker broke down.

    `preview` is a listening socket to serve instead of a new one at `preview_sock`. `ready` is
    called once both are served, `beat` several times a second, by this loop, each time the
    self-check is passed; what it raises ends camerad. Where the camera is stuck, lockd is told and
    the process ends at once with STUCK_STATUS, without the exit handlers: the camera's own could
    wait for it for ever.
    """
    over = threading.Event()
    # In a thread: a handler that waits for a lock which the code below it holds waits for ever.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=over.set).start())
    store.prepare(photos)
    beats = Beats({"preview": PREVIEW_S})
    server = PreviewServer(preview_sock, camera, preview, partial(beats.beat, "preview"))
    threading.Thread(target=server.serve_forever, args=(END_S,), daemon=True).start()
    worker = Worker(Eyes(camera, photos, pages), lockd_sock, over)
    worker.start()
    ready()
    try:
        _watch(worker, beats, over, beat)
    finally:
        server.end()
    if worker.stuck:
        log.critical("the camera is stuck: this process ends to be started again")
        os._exit(STUCK_STATUS)


def _watch(worker: Worker, beats: Beats, over: threading.Event, beat: Callable[[], None]) -> None:
    """Until SIGTERM, or until the worker has told of a stuck camera; raises RuntimeError."""
    while not over.wait(END_S):
        if worker.well():
            if beats.late() is None:
                beat()
        elif not worker.is_alive():
            if worker.stuck:
                return
            raise RuntimeError("the worker ended")
