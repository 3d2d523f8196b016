"""`sealhub site`: keeps the public site up to date, and makes what takes seconds (paper, voice).

Calls `hub.disclosing`, `hub.site`, `hub.disclosure`, `hub.config` and `hub.operate.pulse`. Pages
are there first, and wait for nothing: slow files are made one after the other in a thread that asks
no database, and each is linked once it lies there.
"""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hub.config import Config, ConfigError
from hub.disclosing import MATTERS, again, build, owner_of, told
from hub.disclosure import queries
from hub.disclosure.front import place
from hub.disclosure.queries import Village
from hub.operate.pulse import Pulse
from hub.site.files import File
from hub.site.folder import Folder
from hub.site.place import Matter, Slow
from hub.site.settings import settings
from hub.site.waiting import Waiting

NAME: Final = "site"
POLL_S: Final = 0.5


def run(config: Callable[[], Config], now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`; prints a line with `ready` once the site is what the hub knows."""
    pulse, ready, broken = Pulse(config().state, NAME), False, dict[str, str]()
    slowly = Slowly()
    while not stopping.is_set():
        made = build(config(), now_ms(), pulse.beat)
        if broken != made.broken:
            broken = dict(made.broken)
            print("\n".join(told(broken)) or "site: 都能读了。 All can be read.", file=sys.stderr)
        pulse.count("villages", made.villages)
        pulse.count("files", made.written)
        if not ready:
            print("site: ready", flush=True)
            ready = True
        slowly.turn(config(), now_ms())
        pulse.beat()
        stopping.wait(POLL_S)


def all_of_it(config: Config, now_ms: int) -> int:
    """Every slow file that is missing; how many were made."""
    slowly = Slowly()
    while slowly.turn(config, now_ms):
        slowly.wait()
    return slowly.made


class _Making(threading.Thread):
    """One file of a village; the process ends without waiting for it."""

    def __init__(self, village: str, slow: Slow) -> None:
        super().__init__(daemon=True)
        self.village, self.path, self.data = village, slow.path, b""
        self._make = slow.make

    def run(self) -> None:
        self.data = self._make() or b""


class Slowly:
    """Makes one file at a time, of the village that waits first. What could not be made is not
    tried again by the same process.
    """

    def __init__(self, matters: Sequence[Matter] = MATTERS) -> None:
        self.made = 0
        self._matters = matters
        self._failed: set[str] = set()
        self._making: _Making | None = None

    def turn(self, config: Config, now_ms: int) -> bool:
        """Take what was made and begin the next, without waiting; False where nothing is left."""
        if self._making is not None and self._making.is_alive():
            return True
        own = settings(config)
        folder, waiting = Folder(own.folder, own.beside), Waiting(own.beside)
        there = {one.id: one for one in queries.villages()}
        if self._making is not None:
            self._take(config, folder, there.get(self._making.village), self._making, now_ms)
            self._making = None
        names = waiting.names()
        if not names:
            return False
        if names[0] not in there or not self._begun(folder, there[names[0]], now_ms):
            waiting.done(names[0])
        return True

    def wait(self) -> None:
        """Until the one that is being made is."""
        if self._making is not None:
            self._making.join()

    def _begun(self, folder: Folder, village: Village, now_ms: int) -> bool:
        done = folder.known(owner_of(village)).keys() | self._failed
        wanted = (one for one in self._wanted(village, now_ms) if one.path not in done)
        if (found := next(wanted, None)) is None:
            return False
        self._making = _Making(village.id, found)
        self._making.start()
        return True

    def _take(
        self, config: Config, folder: Folder, village: Village | None, made: _Making, now_ms: int
    ) -> None:
        """Only what is still wanted: names may have come down, or other words stand there."""
        if not made.data:
            self._failed.add(made.path)
        elif village and any(one.path == made.path for one in self._wanted(village, now_ms)):
            folder.add(owner_of(village), File(made.path, made.data))
            again(config, folder, village, self._matters, now_ms)
            self.made += 1

    def _wanted(self, village: Village, now_ms: int) -> Iterator[Slow]:
        """Of matters that can be asked."""
        for matter in self._matters:
            try:
                yield from matter.slow(place(village), now_ms)
            except ConfigError:
                continue  # `build` says so
