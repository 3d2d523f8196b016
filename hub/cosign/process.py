"""`sealhub cosign`: brings the log's head to the county's witnesses, for ever.

Calls `hub.cosign.collector` and `hub.config`. Nothing waits for it: entries are taken and receipts
sent while it, or every witness, is away; they are pending then.
"""

import threading
from collections.abc import Callable
from typing import Final

from hub.config import Config
from hub.cosign.collector import Collector
from hub.operate.pulse import Pulse

POLL_S: Final = 0.05


def run(config: Config, now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`; prints a line with `ready` at first."""
    collector = Collector(config.witnesses, now_ms)
    pulse = Pulse(config.state, "cosign")
    print("cosign: ready", flush=True)
    try:
        while not stopping.is_set():
            pulse.beat()
            if not collector.step(POLL_S):
                stopping.wait(POLL_S)
    finally:
        collector.close()
