"""TCP ports of the loopback for servers that tests start. Calls nothing of ours."""

import os
import random
import socket
from typing import Final

LOWEST: Final = 15_000
HIGHEST: Final = 32_000
"""Below what the kernel hands to outgoing connections: nobody is given one of these by chance."""
_PICK: Final = random.Random(os.getpid())


def free_port() -> int:
    """A port that nothing listens on now; each process looks in an order of its own."""
    while True:
        port = _PICK.randint(LOWEST, HIGHEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
