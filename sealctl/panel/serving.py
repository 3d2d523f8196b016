"""The panel as a process: its web server, and what it tells systemd.

Calls `sealctl.{notify,panel}`. The watchdog is fed by the server's own loop, after a request to
lockd that came to an end. A lockd that is away starves nobody here: showing that is the panel's
work, and another panel could do no more.
"""

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import uvicorn

from sealctl.notify import Notifier, Watchdog
from sealctl.panel.app import create_app
from sealctl.panel.link import LockdError, ask

GRACE_S: Final = 2
"""How long open long polls may delay the end of the process."""
CHECK_TICKS: Final = 20
"""The server's loop ticks ten times a second; every so many ticks lockd is asked."""
CHECK_S: Final = 3.0
"""A lockd that took longer is as good as away; its own watchdog ends it."""


def serve(
    host: str,
    port: int,
    *,
    panel_sock: Path,
    preview_sock: Path,
    voices: Sequence[Path],
    phone: str,
    notifier: Notifier,
    watchdog: Watchdog,
) -> None:
    """Serve until told to stop; `voices` and `phone` as `create_app` takes them."""
    config = uvicorn.Config(
        create_app(panel_sock, preview_sock, voices, phone),
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
    )
    _Server(config, panel_sock, notifier, watchdog).run()


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, lockd: Path, notifier: Notifier, watchdog: Watchdog
    ) -> None:
        super().__init__(config)
        self._lockd = lockd
        self._notifier = notifier
        self._watchdog = watchdog
        self._away: str | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._notifier.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._notifier.stopping()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        if counter % CHECK_TICKS == 0:
            self._tell(await self._asked())
            self._watchdog.fed_by(lambda: None)
        return await super().on_tick(counter)

    async def _asked(self) -> str | None:
        """Why lockd did not say how it stands; None where it did."""
        try:
            await ask(self._lockd, "state", wait_s=CHECK_S)
        except LockdError as error:
            return f"lockd: {error.refusal['code']}"
        return None

    def _tell(self, away: str | None) -> None:
        if away != self._away:
            self._away = away
            self._notifier.status(away or "")
