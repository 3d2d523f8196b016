"""The thread that does lockd's jobs. Calls `sealctl.camerad`, `sealctl.link` and `wire`."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sealctl.camerad.eyes import Eyes
from sealctl.camerad.job import load
from sealctl.link import Link, LinkError
from wire.shape import ShapeError

log = logging.getLogger(__name__)

WAIT_MS: Final = 20_000
RETRY_S: Final = 0.3
JOB_S: Final = 30.0
"""A photo and its findings never take so long: whoever is still at it hangs."""


class Worker(threading.Thread):
    """Does one job after another and waits while lockd is away, until `over` is set or the camera
    is `stuck`.
    """

    def __init__(
        self,
        eyes: Eyes,
        lockd_sock: Path,
        over: threading.Event,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name="worker", daemon=True)
        self._eyes = eyes
        self._lockd_sock = lockd_sock
        self._over = over
        self._now_s = now_s
        self._since_s: float | None = None
        self.stuck = False

    def well(self) -> bool:
        """The self-check: it lives, and is not at one photo for longer than JOB_S."""
        since_s = self._since_s
        hangs = since_s is not None and self._now_s() - since_s > JOB_S
        return self.is_alive() and not hangs

    def run(self) -> None:
        while self._goes_on():
            try:
                with Link(self._lockd_sock) as lockd:
                    while self._goes_on():
                        self._one(lockd)
            except LinkError as error:
                log.info("lockd: %s", error)
            except ShapeError as error:
                log.warning("lockd asks for what is no photo: %s", error)
            if self._goes_on():
                self._over.wait(RETRY_S)

    def _goes_on(self) -> bool:
        return not self._over.is_set() and not self.stuck

    def _one(self, lockd: Link) -> None:
        """Ask for a job, do it and answer; raises LinkError where lockd is gone or refuses."""
        job = load(lockd.ask("next", wait_ms=WAIT_MS))
        if job is None:
            return
        self._since_s = self._now_s()
        try:
            answer = self._eyes.look(job)
        finally:
            self._since_s = None
        self.stuck = answer.last
        lockd.ask(answer.verb, **answer.arguments)
