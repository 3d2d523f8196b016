"""What the courier's threads share: the outbox, whether the broker is there, what waits for lockd.

Calls only `sync.outbox`. All of it is guarded by one condition, which wakes whoever waits.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from sync.outbox import Next, Outbox

MOST_RECEIPTS: Final = 64
"""Receipt messages that wait for lockd at most: beyond them the hub is asked again."""
MOST_COMMANDS: Final = 8
"""Commands that wait at most: of a flood the newest."""

Delivery = tuple[str, bytes]
"""`list`, `receipt` or `command`, and the payload."""


class Window:
    """`now_ms` is monotonic. Methods may be called by any thread."""

    def __init__(self, now_ms: Callable[[], int], outbox: Outbox | None = None) -> None:
        self._now_ms = now_ms
        self._outbox = outbox or Outbox()
        self._changed = threading.Condition()
        self._receipts: deque[bytes] = deque(maxlen=MOST_RECEIPTS)
        self._commands: deque[bytes] = deque(maxlen=MOST_COMMANDS)
        self._list: bytes | None = None
        self._contact: bool | None = None
        self._stopped = False
        self.online = False

    @property
    def stopped(self) -> bool:
        return self._stopped

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Wait, or until stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped, seconds)

    def begin(self, receipted: int, answered: int = 0) -> None:
        """Start from what lockd said; see Outbox.begin."""
        with self._changed:
            self._outbox.begin(receipted, answered)
            self._contact = self.online
            self._changed.notify_all()

    def turn(self, *, online: bool) -> None:
        """The broker came or went."""
        with self._changed:
            self.online = online
            self._contact = online
            self._outbox.rewind()
            self._changed.notify_all()

    def next(self) -> Next | None:
        """What to ask lockd for now; None after a while in which there was nothing to send to."""
        with self._changed:
            wanted = self._outbox.next(self._now_ms())
            if self.online and wanted.limit > 0:
                return wanted
            self._changed.wait(max(wanted.wait_ms, 1) / 1000)
            return None

    def went(self, after: int, last: int) -> bool:
        """Whether these entries are to leave now; see Outbox.went."""
        with self._changed:
            return self.online and self._outbox.went(after, last, self._now_ms())

    def receipt(self, receipted: int, answered: int = 0) -> None:
        """The outbox may go on; see Outbox.receipt."""
        with self._changed:
            self._outbox.receipt(receipted, self._now_ms(), answered)
            self._changed.notify_all()

    def listed(self, receipted: int, answered: int) -> None:
        """A list was adopted; see Outbox.listed."""
        with self._changed:
            self._outbox.listed(receipted, answered)
            self._changed.notify_all()

    def came(self, what: str, payload: bytes) -> None:
        """A message for lockd; a newer list replaces one that still waits."""
        with self._changed:
            if what == "list":
                self._list = payload
            elif what == "receipt":
                self._receipts.append(payload)
            else:
                self._commands.append(payload)
            self._changed.notify_all()

    def contact(self) -> bool | None:
        """Whether lockd is to be told that the township is in reach or not; once."""
        with self._changed:
            told, self._contact = self._contact, None
            return told

    def delivery(self, seconds: float) -> Delivery | None:
        """The next message for lockd, a list first and commands last; None when woken without."""
        with self._changed:
            waiting = self._list or self._receipts or self._commands
            if not (waiting or self._contact is not None or self._stopped):
                self._changed.wait(seconds)
            if self._list is not None:
                payload, self._list = self._list, None
                return "list", payload
            if self._receipts:
                return "receipt", self._receipts.popleft()
            return ("command", self._commands.popleft()) if self._commands else None
