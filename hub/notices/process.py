"""`sealhub notify`: tells other systems what stands in the outbox.

Calls `hub.notices`, `hub.operate.pulse` and `hub.config`. It holds no key and nobody waits for it:
where a target hangs, only other targets wait, and no longer than the time-out.
"""

import threading
from collections.abc import Callable
from typing import Final

from hub.config import Config
from hub.notices import expiring
from hub.notices.deliver import deliver, spread
from hub.notices.send import client
from hub.notices.settings import settings
from hub.operate.pulse import Pulse

NAME: Final = "notify"
POLL_S: Final = 1.0
LISTS_MS: Final = 60_000


def run(config: Callable[[], Config], now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`; prints a line with `ready` at first. Raises ConfigError."""
    pulse, looked_ms, ready = Pulse(config().state, NAME), 0, False
    while not stopping.is_set():
        set_, now = settings(config()), now_ms()
        if now - looked_ms >= LISTS_MS:
            expiring.tell(set_.list_h, now)
            looked_ms = now
        spread(set_.targets, now)
        if not ready:
            print("notify: ready", flush=True)
            ready = True
        tried = deliver(set_, now_ms, client(set_.timeout_s))
        pulse.beat()
        if not tried:
            stopping.wait(POLL_S)
