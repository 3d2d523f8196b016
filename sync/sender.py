"""From lockd's journal to the broker: entries and openings as they come, and the machine's status.

Calls `sync.courier`, `sync.window` and `wire`. It waits inside lockd's `pull`, so that an entry
leaves in the millisecond in which it was committed.
"""

import logging
import time
from collections.abc import Callable
from typing import Final

from sync.courier import AwayError, Courier, Hello, Pulled
from sync.mqtt import Message
from sync.outbox import portions
from sync.window import Window
from wire import messages, topics

log = logging.getLogger(__name__)

AWAY_S: Final = 0.2
STATUS_S: Final = 10.0

Publish = Callable[..., None]


class WrongMachineError(Exception):
    """The lockd on the socket is another machine's."""


class Sender:
    """`sent` is called after entries left: there may be photos now. `beat` is called whenever it
    comes round.
    """

    def __init__(
        self,
        device: str,
        courier: Courier,
        window: Window,
        publish: Publish,
        sent: Callable[[], None],
        beat: Callable[[], None],
    ) -> None:
        self._device = device
        self._courier = courier
        self._window = window
        self._publish = publish
        self._sent = sent
        self._beat = beat
        self._told: Hello | None = None
        self._told_at = 0.0
        self.known: Hello | None = None

    def run(self) -> None:
        """Send until the window is stopped; lockd's absence is waited out."""
        begun = False
        while not self._window.stopped:
            self._beat()
            try:
                if not begun:
                    self.begin()
                    begun = True
                self._step()
            except AwayError as error:
                if begun:
                    log.warning("lockd: %s", error)
                begun = False
                self._window.pause(AWAY_S)

    def begin(self) -> None:
        """Ask lockd where it stands; raises WrongMachineError."""
        hello = self._courier.hello()
        if hello.device != self._device:
            raise WrongMachineError(f"lockd is {hello.device}, machine.toml says {self._device}")
        self.known = hello
        self._window.begin(hello.receipted, hello.answered)

    def will(self) -> Message:
        """What the broker says when this process is gone."""
        return self._status(self.known, online=False)

    def forget_status(self) -> None:
        """There is a new connection: the status is said again."""
        self._told = None

    def _step(self) -> None:
        if self._window.online:
            self._tell()
        wanted = self._window.next()
        if wanted is None:
            return
        entries = self._courier.pull(wanted.after, wanted.limit, wanted.wait_ms)
        if entries and self._window.went(wanted.after, entries[-1].seq):
            self._publish(*self._messages(entries))
            self._sent()

    def _tell(self) -> None:
        if self._told is not None and time.monotonic() - self._told_at < STATUS_S:
            return
        self._told_at = time.monotonic()
        self.known = self._courier.hello()
        if self.known != self._told:
            self._told = self.known
            self._publish(self._status(self.known, online=True))

    def _messages(self, entries: tuple[Pulled, ...]) -> list[Message]:
        envelopes = [one.envelope for one in entries]
        openings = [one.openings for one in entries if one.openings is not None]
        made = [
            Message(topics.up(self._device, "entry"), messages.encode_entries(portion))
            for portion in portions(envelopes)
        ]
        made += [
            Message(topics.up(self._device, "opening"), messages.encode_openings(portion))
            for portion in portions(openings)
        ]
        return made

    def _status(self, hello: Hello | None, *, online: bool) -> Message:
        known = hello or Hello(self._device, 0, 0, 0, 0)
        status = messages.Status(online, known.list_version, known.last, known.receipted)
        payload = messages.encode_status(status)
        return Message(topics.up(self._device, "status"), payload, retain=True)
