"""From the broker to lockd: lists, receipts, commands, and whether the township is in reach.

Calls `sync.{commands,courier,window}` and `wire.refusals`. lockd judges what it is given; what it
refuses is logged. While lockd is away a message waits.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from sync.commands import Commands
from sync.courier import AwayError, Courier
from sync.window import Delivery, Window
from wire.refusals import Refused

log = logging.getLogger(__name__)

AWAY_S: Final = 0.2
IDLE_S: Final = 5.0


class Receiver:
    """`adopted` is called after lockd took a list: there may be pages to fetch now. `beat` is
    called whenever it comes round.
    """

    def __init__(
        self,
        courier: Courier,
        window: Window,
        commands: Commands,
        adopted: Callable[[], None],
        beat: Callable[[], None],
    ) -> None:
        self._courier = courier
        self._window = window
        self._commands = commands
        self._adopted = adopted
        self._beat = beat

    def run(self) -> None:
        """Hand over until the window is stopped."""
        while not self._window.stopped:
            self._beat()
            delivery = self._window.delivery(IDLE_S)
            contact = self._window.contact()
            if contact is not None:
                self._patiently(partial(self._courier.contact, online=contact))
            if delivery is not None:
                self._patiently(partial(self._hand_over, delivery))
            self._obey()

    def _hand_over(self, delivery: Delivery) -> None:
        what, payload = delivery
        if what == "command":
            self._commands.came(payload)
        elif what == "list":
            self._commands.listed()
            log.info("list: version %d adopted", self._courier.adopt(payload))
            held = self._courier.hello()
            self._window.listed(held.receipted, held.answered)
            self._adopted()
        else:
            now = self._courier.receipts(payload)
            self._window.receipt(now.receipted, now.answered)

    def _obey(self) -> None:
        """Commands wait for nobody and nobody waits for them: what lockd cannot do now is tried
        when this thread comes round again.
        """
        try:
            self._commands.step()
        except AwayError as error:
            log.info("commands: %s", error)
        except Refused as refused:
            log.warning("commands: lockd refused: %s", refused)

    def _patiently(self, action: Callable[[], None]) -> None:
        while not self._window.stopped:
            self._beat()
            try:
                action()
            except AwayError:
                self._window.pause(AWAY_S)
            except Refused as refused:
                log.warning("lockd refused: %s", refused)
                return
            else:
                return
