"""The machine's courier: `sealctl syncd`, or alone `python -m sync.syncd --config machine.toml`.

Calls its siblings of `sync`. Four threads ask lockd (sender, receiver, blobs, renewal), one asks
for releases, the main one runs the broker's connection. Nothing lasts here but a release that
waits for root: a new process begins from lockd's `hello`. An error in any thread ends all.
"""

import argparse
import logging
import random
import signal
import ssl
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from sync.blobs import BlobSite, BlobWorker
from sync.commands import Commands
from sync.config import ConfigError, SyncConfig, load
from sync.courier import AwayError, Courier
from sync.enrolment import Site
from sync.identity import Identity
from sync.mqtt import Address, Link, Message
from sync.receiver import Receiver
from sync.releases import ReleaseWorker
from sync.renewal import Renewal, Sites
from sync.sender import Sender
from sync.window import Window
from wire import command, messages, topics
from wire.errors import WireError

log = logging.getLogger(__name__)

AWAY_S: Final = 0.2
LONGEST: Final = {"list": 4 << 20, "receipt": messages.LIMIT, "command": command.LIMIT}
JOIN_S: Final = 3.0
MAIN: Final = "main"
ROUNDS_S: Final[Mapping[str, float]] = {
    "sender": 60,
    "receiver": 60,
    "blobs": 1800,
    "renewal": 180,
    "releases": 7200,
}
"""By thread, the longest that one of its rounds may take; one photo over a bad line takes minutes.
"""

Beat = Callable[[str], None]
"""Called by each thread with its name, MAIN or one of ROUNDS_S, when it begins a round."""


class Syncd:
    """All parts of one courier, connected; raises OSError where TLS files are missing or wrong."""

    def __init__(self, config: SyncConfig, beat: Beat = lambda _: None) -> None:
        self._beat = beat
        self._device = config.device
        self.window = Window(_now_ms)
        identity = Identity(config)
        site = BlobSite(config.blobs, identity.context())
        self.blobs = BlobWorker(
            Courier(config.courier), site, config.photos, partial(beat, "blobs")
        )
        self.releases = ReleaseWorker(
            config.blobs, identity.context(), config.releases, partial(beat, "releases")
        )
        address = Address(config.mqtt_host, config.mqtt_port, config.device)
        jitter = partial(random.uniform, 0.5, 1.5)
        self.link = Link(address, identity.context(), self, jitter, partial(beat, MAIN))
        self.sender = Sender(
            config.device,
            Courier(config.courier),
            self.window,
            self.link.publish,
            self.blobs.wake,
            partial(beat, "sender"),
        )
        self.renewal = _renewal(config, identity, self._begin_anew, partial(beat, "renewal"))
        courier = Courier(config.courier)
        commands = Commands(courier, self._answer, self.link.ask_again, time.monotonic)
        self.receiver = Receiver(
            courier, self.window, commands, self._listed, partial(beat, "receiver")
        )
        self.failed = False

    def run(self) -> int:
        """Work until stopped; the process's exit code."""
        parts: dict[str, Callable[[], None]] = {
            "sender": self.sender.run,
            "receiver": self.receiver.run,
            "blobs": self.blobs.run,
            "releases": self.releases.run,
            "renewal": self.renewal.run,
        }
        threads = [
            threading.Thread(target=self._guarded, args=(part,), name=name, daemon=True)
            for name, part in parts.items()
        ]
        self._guarded(self._greet)
        for thread in threads:
            thread.start()
        self._guarded(self.link.run)
        self.stop()
        deadline = time.monotonic() + JOIN_S
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return 1 if self.failed else 0

    def stop(self) -> None:
        """End everything."""
        self.link.stop()
        self.window.stop()
        self.blobs.stop()
        self.renewal.stop()
        self.releases.stop()

    def topics(self) -> list[str]:
        return [topics.down(self._device, what) for what in topics.DOWN]

    def will(self) -> Message:
        return self.sender.will()

    def connected(self) -> None:
        self.sender.forget_status()
        self.window.turn(online=True)

    def lost(self) -> None:
        self.window.turn(online=False)

    def received(self, topic: str, payload: bytes) -> None:
        try:
            what = topics.parse(topic).what
        except WireError as error:
            log.warning("broker: %s", error)
            return
        if not 0 < len(payload) <= LONGEST.get(what, 0):
            log.warning("broker: %s of %d bytes", what, len(payload))
            return
        self.window.came(what, payload)

    def _greet(self) -> None:
        said = False
        while not self.window.stopped:
            for name in (*ROUNDS_S, MAIN):  # the threads have not begun
                self._beat(name)
            try:
                self.sender.begin()
            except AwayError as error:
                if not said:
                    log.warning("lockd: %s", error)
                said = True
                self.window.pause(AWAY_S)
            else:
                return

    def _listed(self) -> None:
        self.blobs.wake()
        self.renewal.wake()

    def _answer(self, data: bytes) -> None:
        self.link.publish(Message(topics.up(self._device, "answer"), data))

    def _begin_anew(self) -> None:
        """TLS forgets no authority that it was told of: a new process does."""
        log.warning("others are the hub's authorities now: beginning anew")
        self.failed = True
        self.stop()

    def _guarded(self, part: Callable[[], None]) -> None:
        try:
            part()
        except Exception:
            log.exception("%s failed", threading.current_thread().name)
            self.failed = True
            self.stop()


def run(config: SyncConfig, beat: Beat, ready: Callable[[], None]) -> int:
    """Carry until SIGTERM. Exit code: 0, or 1 after an error; raises OSError as Syncd does.

    `ready` is called once its files are read: it then waits for lockd and township by itself.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)
    syncd = Syncd(config, beat)
    signal.signal(signal.SIGTERM, lambda *_: _stopper(syncd))
    signal.signal(signal.SIGINT, lambda *_: _stopper(syncd))
    ready()
    return syncd.run()


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 after SIGTERM, 1 after an error, 2 for a configuration that cannot be used."""
    parser = argparse.ArgumentParser(prog="syncd", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        return run(load(arguments.config), lambda _: None, lambda: None)
    except (ConfigError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _stopper(syncd: Syncd) -> None:
    threading.Thread(target=syncd.stop, daemon=True).start()


def _renewal(
    config: SyncConfig, identity: Identity, anew: Callable[[], None], beat: Callable[[], None]
) -> Renewal:
    """With no enrolment site in machine.toml, one that only comes round."""
    sites = None
    if config.enrol is not None:
        strangers = ssl.create_default_context(cafile=str(config.cas))
        sites = Sites(Site(config.enrol, identity.context()), Site(config.enrol, strangers))
    return Renewal(
        config,
        Courier(config.courier),
        identity,
        sites=sites,
        now_ms=lambda: time.time_ns() // 1_000_000,
        chance=random.SystemRandom().random(),
        anew=anew,
        beat=beat,
    )


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
