"""A process of the hub that is told to stop, whatever its main thread is about."""

import subprocess
import sys

ASKED = """
import signal
from hub.commands.parts import stopping
asked = stopping()
with asked._cond:
    signal.raise_signal(signal.SIGTERM)
assert asked.wait(20)
print("stopped")
"""


def test_a_signal_while_the_main_thread_holds_the_events_lock_stops_it() -> None:
    """As it was, the handler waited for the lock that the code below it held: for ever."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (0, "stopped\n"), done.stderr
