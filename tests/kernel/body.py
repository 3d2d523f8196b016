"""Bolt, lever and case of a bare machine, hung on the lines of a simulated GPIO chip.

Calls hardware.sim.mechanism and tests.kernel.chip. A thread plays the iron: it looks at the coil's
line every other millisecond and draws the switches' lines as the simulated mechanism moves.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

from hardware.pins import Input, Output, Wiring
from hardware.sim.faults import Faults
from hardware.sim.mechanism import MAX_ON_MS, Bolt, Mechanism
from tests.kernel.chip import Chip

LABEL: Final = "pinctrl-bcm2711"
COIL, LATCH, PRESS, CASE = 17, 27, 22, 23
DEBOUNCE_MS: Final = 80
WIRING: Final = Wiring(
    Output(COIL), *(Input(line, True, "none", DEBOUNCE_MS) for line in (LATCH, PRESS, CASE))
)
"""Switches to ground; the resistors that draw an open one up stand outside."""
BOUNCES: Final = 3
"""How often a contact that closes or opens springs back, 2 ms each time."""
BEAT_S: Final = 0.002
REST_MS: Final = 3 * DEBOUNCE_MS
"""So long the stamp rests on the paper once its contact bounces no more, however busy we are."""


class Body:
    """A running one, at rest at first; as a context manager it ends with the block."""

    def __init__(self, chip: Chip) -> None:
        self.chip = chip
        self.contacts = 0
        self.case_closed = True
        self._shown_contacts = 0
        self._up_at_ms = 0
        self._mechanism = Mechanism(Faults(), self._contact)
        self._shown: dict[int, bool] = {}
        self._held: set[int] = set()
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._play, name="iron")

    def __enter__(self) -> Self:
        with self._guard:
            self._move()
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def pull_lever(self) -> bool:
        """False when the bolt blocks it."""
        with self._guard:
            self._move()
            return self._mechanism.press(_now())

    def current(self) -> bool:
        """Whether the coil has current."""
        return self.chip.level(COIL) == 1

    def locked(self) -> bool:
        with self._guard:
            return self._mechanism.bolt is Bolt.ENGAGED

    @contextmanager
    def held(self, line: int) -> Iterator[None]:
        """The iron lets go of a switch's line: it is the test's to draw."""
        with self._guard:
            self._held.add(line)
        yield
        with self._guard:
            self._held.discard(line)

    def _play(self) -> None:
        while not self._over.wait(BEAT_S):
            with self._guard:
                self._move()

    def _move(self) -> None:
        current, now = self.current(), _now()
        if current and not self._mechanism.powered:
            self._mechanism.energise(now, MAX_ON_MS)
        elif self._mechanism.powered and not current:
            self._mechanism.release(now)
        self._mechanism.settle(now)
        self._show(LATCH, closed=self._mechanism.bolt is Bolt.ENGAGED)
        if self._shown_contacts < self.contacts:
            self._show(PRESS, closed=True)
            self._shown_contacts, self._up_at_ms = self.contacts, _now() + REST_MS
        elif now >= self._up_at_ms:
            self._show(PRESS, closed=False)
        self._show(CASE, closed=self.case_closed)

    def _show(self, line: int, *, closed: bool) -> None:
        if line in self._held:
            return
        if self._shown.get(line, closed) is not closed:
            bounce(self.chip, line, up=not closed)
        self.chip.pull(line, up=not closed)
        self._shown[line] = closed

    def _contact(self, _at_ms: int) -> None:
        self.contacts += 1


def bounce(chip: Chip, line: int, *, up: bool) -> None:
    """A contact goes over, springing back on its way."""
    for _ in range(BOUNCES):
        for level in (up, not up):
            chip.pull(line, up=level)
            time.sleep(BEAT_S)
    chip.pull(line, up=up)


def chatter(chip: Chip, line: int, look: Callable[[], bool], *, up: bool) -> set[bool] | None:
    """A contact goes over and springs back for three times the debounce: what was seen in all that
    time; None where it once rested too long, as on a busy computer.
    """
    seen: set[bool] = set()
    short, until = True, _now() + 3 * DEBOUNCE_MS
    while _now() < until:
        for level in (up, not up):
            found = touch(chip, line, look, up=level)
            short &= found is not None
            seen |= found or set()
    chip.pull(line, up=up)
    return seen if short else None


def touch(chip: Chip, line: int, look: Callable[[], bool], *, up: bool) -> set[bool] | None:
    """A contact goes over for a fraction of the debounce: what is seen meanwhile; None where it was
    more, as on a busy computer. To let it go again is the caller's.
    """
    began = _now()
    chip.pull(line, up=up)
    seen = {look()}
    while _now() - began < DEBOUNCE_MS // 8:
        time.sleep(BEAT_S / 2)
        seen.add(look())
    return seen if _now() - began < DEBOUNCE_MS // 2 else None


def _now() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
