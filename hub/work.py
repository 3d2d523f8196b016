"""`sealhub work`: publishes each machine's list when its grants change, or before it runs out, and
sends the commands that somebody asked for.

Calls `hub.applications.granted`, `hub.corrections.file`, `hub.devices`, `hub.fleet.commands`,
`hub.ingest.models`, `hub.revocations`, `hub.mqtt` and `hub.config`.
A list is in the database before the broker has it, and also while there is no broker: a USB stick
takes it from there. The broker keeps the newest for a machine that is away, and is told all of them
again whenever the connection is new.
"""

import hashlib
import logging
import queue
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from hub.applications import granted as applications
from hub.config import Config
from hub.corrections import file as corrections
from hub.devices import authority
from hub.devices.ca import WORK
from hub.devices.models import Contact, ListVersion
from hub.devices.publish import publish
from hub.fleet import commands
from hub.ingest.models import Record
from hub.log import unconfirmed
from hub.mqtt import Address, Connected, Failed, Link
from hub.operate.pulse import Pulse
from hub.revocations import service as revocations
from hub.revocations.service import Revoked
from wire import topics
from wire.command import REFRESH
from wire.errors import WireError
from wire.lists import bundle as bundles
from wire.lists import content
from wire.lists.content import Grant, Grants, SignedCorrection
from wire.lists.package import AuthorityPackage
from wire.lists.tufapi import CryptoSigner
from wire.refusals import Refused

log = logging.getLogger(__name__)

POLL_S: Final = 0.1
LOOK_MS: Final = 5_000
"""Grants are looked at this often even if no decision was made: they expire."""


Granted = tuple[tuple[Grant, ...], tuple[SignedCorrection, ...], Revoked]
"""What approvers have given a machine, applications and corrections of its stamps, and what is
taken back."""


class WorkError(Exception):
    """The connection or the key cannot be used; the process ends."""


@dataclass
class _Published:
    """A machine's newest list, and when and after which decision it was last looked at."""

    granted: Granted
    package: AuthorityPackage
    due_ms: int
    revision: int
    looked_ms: int


class Publisher:
    """`send(topic, payload)` gives a list to the broker."""

    def __init__(
        self, signer: CryptoSigner, lifetime_s: int, send: Callable[[str, bytes], None]
    ) -> None:
        self._signer = signer
        self._lifetime_s = lifetime_s
        self._send = send
        self._known: dict[str, _Published] = {}

    def step(self, now_ms: int, fresh: Collection[str] = ()) -> None:
        """Publish whatever changed or runs out, and for `fresh` devices in any case; a machine that
        cannot have a list is logged.
        """
        package = authority.current()
        if package is None:
            return
        for device in authority.machines():
            revision = applications.revision(device) + revocations.revision()
            anew = device in fresh
            if not anew and self._is_settled(device, package, revision, now_ms):
                continue
            granted = (
                tuple(applications.granted(device)),
                corrections.signed(device),
                revocations.current(now_ms),
            )
            known = self._known.get(device) or _stored(device)
            same = known is not None and _same(known, granted, package)
            if known is None or anew or not same or now_ms >= known.due_ms:
                known = self._publish(device, granted, package, now_ms)
            known.revision, known.looked_ms = revision, now_ms
            self._known[device] = known

    def repeat(self) -> None:
        """Give the broker every machine's newest list."""
        for device in authority.machines():
            newest = _newest(device)
            if newest is not None:
                self._send(topics.down(device, "list"), bytes(newest.bundle))

    def _is_settled(
        self, device: str, package: AuthorityPackage, revision: int, now_ms: int
    ) -> bool:
        known = self._known.get(device)
        return (
            known is not None
            and known.revision == revision
            and known.package == package
            and now_ms < min(known.looked_ms + LOOK_MS, known.due_ms)
        )

    def _publish(
        self, device: str, granted: Granted, package: AuthorityPackage, now_ms: int
    ) -> _Published:
        version = _last_version(device) + 1
        grants, answers, gone = granted
        listed = Grants(
            version,
            device,
            grants,
            gone.grants,
            gone.persons,
            gone.credentials,
            _receipted(device),
            answers,
        )
        try:
            data = publish(
                package,
                device,
                listed,
                version=version,
                now_ms=now_ms,
                signer=self._signer,
                lifetime_s=self._lifetime_s,
            )
        except (WireError, Refused) as error:
            log.error("%s: no list can be published: %s", device, error)
            return _Published(granted, package, now_ms + LOOK_MS, 0, now_ms)
        ListVersion.objects.create(
            device=device,
            version=version,
            sha256=hashlib.sha256(data).digest(),
            bundle=data,
            published_ms=now_ms,
            expires_ms=_expires_ms(now_ms, self._lifetime_s),
        )
        self._send(topics.down(device, "list"), data)
        log.info("%s: list %d with %d grants", device, version, len(grants))
        return _Published(granted, package, _due_ms(now_ms, self._lifetime_s), 0, now_ms)


def run(config: Config, now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`; prints a line with `ready` when the broker listens to it."""
    unsettled = unconfirmed.sentence(config.state)
    if unsettled is not None:
        raise WorkError(unsettled)
    broker = config.broker
    address = Address(broker.host, broker.port, broker.ca, broker.work_cert, broker.work_key)
    link = Link(address, WORK)
    connected = False

    def send(topic: str, payload: bytes) -> None:
        if connected:
            link.publish(topic, payload, retain=True)

    key, pulse = signer(config.list_key), Pulse(config.state, "work")
    publisher = Publisher(key, config.lifetime_s, send)
    link.start()
    while not stopping.wait(POLL_S):
        if _is_new(link):
            connected = True
            publisher.repeat()
            print("work: ready", flush=True)
        pulse.beat()
        asked = commands.due(now_ms()) if connected else []
        publisher.step(now_ms(), {one.device for one in asked if one.name == REFRESH})
        for one in asked:
            commands.send(one, key, link.publish)
    link.stop()


def signer(path: Path) -> CryptoSigner:
    """The hub's list key; raises WorkError for another kind of key."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise WorkError(f"{path}: 签名密钥不能用。 Not a usable key.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise WorkError(f"{path}: 不是 Ed25519 私钥。 Not an Ed25519 key.")
    return CryptoSigner(key)


def _is_new(link: Link) -> bool:
    """Whether the connection was made since the last call; raises WorkError."""
    made = False
    while True:
        try:
            event = link.events.get_nowait()
        except queue.Empty:
            return made
        if isinstance(event, Failed):
            raise WorkError(event.reason)
        made = made or isinstance(event, Connected)


def _stored(device: str) -> _Published | None:
    newest = _newest(device)
    if newest is None:
        return None
    bundle = bundles.decode(bytes(newest.bundle))
    listed = content.decode(Grants, bundle.files[bundles.grants_path(device)])
    lifetime_s = (newest.expires_ms - newest.published_ms) // 1000
    package = AuthorityPackage(bundle.roots, bundle.targets, {})
    gone = Revoked(listed.revoked_grants, listed.revoked_persons, listed.revoked_credentials)
    granted = listed.grants, listed.corrections, gone
    return _Published(granted, package, _due_ms(newest.published_ms, lifetime_s), 0, 0)


def _same(known: _Published, granted: Granted, package: AuthorityPackage) -> bool:
    """The officers' files are what their targets name."""
    officers = (known.package.roots, known.package.targets)
    return (known.granted, officers) == (granted, (package.roots, package.targets))


def _newest(device: str) -> ListVersion | None:
    """The newest list, unless a restored database has lost its bundle (see hub.ingest.replay)."""
    newest = ListVersion.objects.filter(device=device).order_by("-version").first()
    return newest if newest is not None and newest.bundle else None


def _last_version(device: str) -> int:
    """The highest that was given, also where only the machine remembers it."""
    newest = ListVersion.objects.filter(device=device).order_by("-version")
    given = newest.values_list("version", flat=True).first() or 0
    said = Contact.objects.filter(device=device).values_list("list", flat=True).first() or 0
    return max(given, said)


def _receipted(device: str) -> tuple[int, bytes] | None:
    logged = Record.objects.filter(device=device, leaf_index__isnull=False).order_by("-seq")
    found = logged.values_list("seq", "entry_hash").first()
    return None if found is None else (found[0], bytes(found[1]))


def _expires_ms(now_ms: int, lifetime_s: int) -> int:
    return (now_ms // 1000 + lifetime_s) * 1000


def _due_ms(published_ms: int, lifetime_s: int) -> int:
    """When a third of the lifetime has passed."""
    return published_ms + lifetime_s * 1000 // 3
