"""Commands of the hub: judged by lockd, carried out here, answered with what lockd signs.

Calls `sync.courier` and `wire.command`. All that can be carried out is to have the broker send the
list again; what else is asked for, lockd's answer holds. Whoever floods a machine with commands
gets MOST of them a minute looked at.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from sync.courier import AwayError, Courier
from wire.command import REFRESH
from wire.refusals import Refused

log = logging.getLogger(__name__)

MOST: Final = 6
WITHIN_S: Final = 60.0
LIST_S: Final = 10.0
"""So long the answer waits for a list that was asked for again."""


class Commands:
    """`publish` sends an answer, `ask_again` has the broker send the list again, `now_s` is
    monotonic.
    """

    def __init__(
        self,
        courier: Courier,
        publish: Callable[[bytes], None],
        ask_again: Callable[[], None],
        now_s: Callable[[], float],
    ) -> None:
        self._courier = courier
        self._publish = publish
        self._ask_again = ask_again
        self._now_s = now_s
        self._times: deque[float] = deque(maxlen=MOST)
        self._waiting: deque[bytes] = deque(maxlen=MOST)
        self._due: tuple[int, float] | None = None
        """The number that waits for its answer, and until when."""

    def came(self, data: bytes) -> None:
        """A command arrived."""
        now_s = self._now_s()
        if len(self._times) == MOST and now_s - self._times[0] < WITHIN_S:
            log.warning("commands: more than %d within a minute: one is dropped", MOST)
            return
        self._times.append(now_s)
        self._waiting.append(data)

    def listed(self) -> None:
        """A list came for lockd: an answer waits for it no longer."""
        if self._due is not None:
            self._due = (self._due[0], 0.0)

    def step(self) -> None:
        """Do what can be done now; raises AwayError where lockd cannot, Refused where it says no:
        then that command is over.
        """
        while self._due is not None or self._waiting:
            if self._due is None:
                self._judge(self._waiting[0])
            elif self._now_s() >= self._due[1]:
                self._answer(self._due[0])
            else:
                return

    def _judge(self, data: bytes) -> None:
        try:
            judged = self._courier.command(data)
        except Refused as refused:
            if refused.code == "busy":
                raise AwayError("the lock is in use") from refused
            self._waiting.popleft()
            raise
        self._waiting.popleft()
        refreshing = judged.name == REFRESH
        self._due = (judged.number, self._now_s() + LIST_S if refreshing else 0.0)
        log.info("command %d: %s", judged.number, judged.name or "not carried out")
        if refreshing:
            self._ask_again()

    def _answer(self, number: int) -> None:
        try:
            answer = self._courier.answer(number)
        except Refused:
            self._due = None
            raise
        self._due = None
        self._publish(answer)
