"""`sealhub work`: publishes each machine's list when its grants change, and before it runs out.

Calls `hub.applications.granted`, `hub.devices`, `hub.ingest`, `hub.log`, `hub.mqtt` and
`hub.config`. A version is stored before it is published; the broker retains the newest.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from hub.applications import granted
from hub.config import Broker, Config
from hub.devices import authority
from hub.devices.ca import WORK
from hub.devices.models import ListVersion
from hub.devices.publish import publish
from hub.ingest.models import Record
from hub.log import store
from hub.mqtt import Address, Event, Failed, Link
from wire import topics
from wire.lists import bundle as bundles
from wire.lists import content
from wire.lists.content import Grant, Grants
from wire.lists.package import AuthorityPackage
from wire.lists.tufapi import CryptoSigner

TICK_S: Final = 0.1


class WorkError(Exception):
    """The connection cannot be kept; the process ends."""


@dataclass(frozen=True)
class Seen:
    """What a machine's newest list was made of, and until when it need not be made again."""

    revision: int
    package: AuthorityPackage
    renew_ms: int


class Publisher:
    """One for all machines of the township."""

    def __init__(self, signer: CryptoSigner, lifetime_s: int, link: Link) -> None:
        self._signer = signer
        self._lifetime_s = lifetime_s
        self._link = link
        self._seen: dict[str, Seen] = {}

    def tick(self, now_ms: int) -> None:
        """Publish what is due."""
        package = authority.current()
        if package is None:
            return
        for device in authority.machines():
            if self._due(device, package, now_ms):
                self._look(device, package, now_ms)

    def tell_all(self) -> None:
        """The newest list of every machine, for a broker that may have lost it."""
        for device in authority.machines():
            newest = _newest(device)
            if newest is not None:
                self._tell(newest)

    def _due(self, device: str, package: AuthorityPackage, now_ms: int) -> bool:
        seen = self._seen.get(device)
        if seen is None or seen.package is not package or seen.renew_ms <= now_ms:
            return True
        return seen.revision != granted.revision(device)

    def _look(self, device: str, package: AuthorityPackage, now_ms: int) -> None:
        """Publish unless the newest version says all this already and is young."""
        revision, grants = granted.revision(device), tuple(granted.granted(device))
        newest = _newest(device)
        if newest is None or now_ms >= self._renew_ms(newest) or _differs(newest, package, grants):
            newest = self._publish(device, package, grants, newest, now_ms)
        self._seen[device] = Seen(revision, package, self._renew_ms(newest))

    def _publish(
        self,
        device: str,
        package: AuthorityPackage,
        grants: tuple[Grant, ...],
        former: ListVersion | None,
        now_ms: int,
    ) -> ListVersion:
        version = 1 if former is None else former.version + 1
        data = publish(
            package,
            device,
            Grants(version, device, grants, (), (), (), _receipted(device)),
            version=version,
            now_ms=now_ms,
            signer=self._signer,
            lifetime_s=self._lifetime_s,
        )
        made = ListVersion.objects.create(
            device=device,
            version=version,
            sha256=sha256(data).digest(),
            bundle=data,
            published_ms=now_ms,
            expires_ms=now_ms + self._lifetime_s * 1000,
            leaf_index=None,
        )
        self._tell(made)
        return made

    def _tell(self, one: ListVersion) -> None:
        self._link.publish(topics.down(one.device, "list"), bytes(one.bundle), retain=True)

    def _renew_ms(self, one: ListVersion) -> int:
        return one.published_ms + self._lifetime_s * 1000 // 3


def run(config: Config, now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`; prints a line with `ready` when the broker was reached."""
    link = Link(_address(config.broker), WORK)
    publisher = Publisher(load_signer(config.list_key), config.lifetime_s, link)
    link.start()
    while not stopping.is_set():
        if _connected(link.events):
            print("work: ready", flush=True)
            publisher.tell_all()
        publisher.tick(now_ms())
        stopping.wait(TICK_S)
    link.stop()


def load_signer(path: Path) -> CryptoSigner:
    """The list key from its PEM file; raises ValueError for another kind of key."""
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path}: not an Ed25519 key")
    return CryptoSigner(key)


def _newest(device: str) -> ListVersion | None:
    return ListVersion.objects.filter(device=device).order_by("-version").first()


def _differs(newest: ListVersion, package: AuthorityPackage, grants: tuple[Grant, ...]) -> bool:
    bundle = bundles.decode(bytes(newest.bundle))
    if (bundle.targets, bundle.roots) != (package.targets, package.roots):
        return True
    held = content.decode(Grants, bundle.files[bundles.grants_path(newest.device)])
    return held.grants != grants


def _receipted(device: str) -> tuple[int, bytes] | None:
    """The machine's newest entry for which the log answers."""
    head = store.head()
    logged = Record.objects.filter(device=device, leaf_index__lt=0 if head is None else head.size)
    found = logged.order_by("-seq").values_list("seq", "entry_hash").first()
    return None if found is None else (found[0], bytes(found[1]))


def _connected(events: "queue.SimpleQueue[Event]") -> bool:
    found = False
    while not events.empty():
        event = events.get()
        if isinstance(event, Failed):
            raise WorkError(event.reason)
        found = True
    return found


def _address(broker: Broker) -> Address:
    return Address(broker.host, broker.port, broker.ca, broker.work_cert, broker.work_key)
