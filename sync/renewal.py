"""The courier's own care for its certificate: a new key and certificate before two thirds of the
life of the old, or as soon as the officers name another authority, and recovery by the record key
where the old one has run out or is believed no more.

Calls `sync.{config,courier,enrol,enrolment,identity,trust}` and `wire.provisioning`. Each machine
draws its own moment, so that those provisioned on one day do not all come back on one.
"""

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from sync import enrol, enrolment, trust
from sync.config import SyncConfig
from sync.courier import AwayError, Courier
from sync.enrolment import Site
from sync.identity import Identity
from wire.provisioning.messages import Recovery
from wire.provisioning.reasons import NotProvisioned
from wire.refusals import Refused

log = logging.getLogger(__name__)

LOOK_S: Final = 30.0
AWAY_S: Final = 1.0
FIRST_PAUSE_MS: Final = 60_000
LONGEST_PAUSE_MS: Final = 3_600_000


def due_ms(begins_ms: int, ends_ms: int, chance: float) -> int:
    """When to renew: between a half and two thirds of the life, as `chance` (0 to 1) has it."""
    return begins_ms + int((ends_ms - begins_ms) * (0.5 + chance / 6))


@dataclass(frozen=True)
class Sites:
    """The enrolment site for a machine with a good certificate, and for one without."""

    known: Site
    strangers: Site


class Renewal:
    """Without `sites` nothing is renewed. `chance` (0 to 1) is this process's own; `anew` is called
    when others are believed than before, which no connection made so far knows; `beat` whenever it
    comes round.
    """

    def __init__(
        self,
        config: SyncConfig,
        courier: Courier,
        identity: Identity,
        *,
        sites: Sites | None,
        now_ms: Callable[[], int],
        chance: float,
        anew: Callable[[], None],
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._config = config
        self._courier = courier
        self._identity = identity
        self._anew = anew
        self._sites = sites
        self._now_ms = now_ms
        self._chance = chance
        self._beat = beat
        self._bell = threading.Event()
        self._stopped = False
        self._again_ms = 0
        self._pause_ms = FIRST_PAUSE_MS

    def wake(self) -> None:
        """Another list may name others."""
        self._bell.set()

    def stop(self) -> None:
        self._stopped = True
        self._bell.set()

    def run(self) -> None:
        """Look until stopped; what fails is tried again later, and later still."""
        while not self._stopped:
            self._beat()
            self._bell.clear()
            others = self.follow()
            if others:
                self._anew()
                return
            self.look()
            self._bell.wait(AWAY_S if others is None else LOOK_S)

    def follow(self) -> bool | None:
        """Believe whom the list in force names; whether that is a change, None without lockd."""
        try:
            named = self._courier.hub_cas()
            return named is not None and trust.follow(self._config, named)
        except AwayError:
            return None
        except (Refused, OSError, ValueError) as error:
            log.warning("authorities not followed: %s", error)
            return False

    def look(self) -> bool:
        """Renew if it is time; whether there is a new certificate."""
        now_ms, sites = self._now_ms(), self._sites
        due = due_ms(self._identity.begins_ms, self._identity.ends_ms, self._chance)
        if self._moves():
            due = now_ms
        if sites is None or now_ms < max(due, self._again_ms):
            return False
        try:
            self._renew(sites, expired=now_ms >= self._identity.ends_ms)
        except (NotProvisioned, AwayError, Refused, OSError) as error:
            log.warning("certificate not renewed: %s", error)
            self._again_ms = now_ms + self._pause_ms
            self._pause_ms = min(2 * self._pause_ms, LONGEST_PAUSE_MS)
            return False
        self._again_ms, self._pause_ms = 0, FIRST_PAUSE_MS
        log.info("certificate renewed")
        return True

    def _moves(self) -> bool:
        """Whether the certificate in use is by another authority than the one that issues now."""
        issuer = trust.issuer(self._config)
        return issuer is not None and not self._identity.issued_by(issuer)

    def _renew(self, sites: Sites, *, expired: bool) -> None:
        key, device = enrol.new_key(), self._config.device
        csr, issuer = enrol.request_of(key, device), trust.issuer(self._config)
        by = None if issuer is None else issuer.fingerprint(hashes.SHA256())
        made = self._recovered(sites.strangers, csr, by) if expired else self._next(sites, csr, by)
        ca = self._config.ca.read_bytes() if issuer is None else issuer.public_bytes(Encoding.PEM)
        enrolment.check_certificate(made, ca_pem=ca, device=device, csr=csr)
        enrol.write_private(self._config.renewed, made + enrol.pem_of(key))
        self._identity.reload()

    def _next(self, sites: Sites, csr: bytes, by: bytes | None) -> bytes:
        """By the certificate in use, or by the record key where the hub believes it no more."""
        try:
            return sites.known.renew(csr, by)
        except NotProvisioned as refused:
            if refused.code != "certificate_needed" or not self._moves():
                raise
        return self._recovered(sites.strangers, csr, by)

    def _recovered(self, site: Site, csr: bytes, by: bytes | None) -> bytes:
        device = self._config.device
        challenge = site.challenge(device)
        named = hashlib.sha256(challenge.encode()).digest()
        proof = self._courier.prove(named, enrol.request_hash(csr))
        return site.recover(Recovery(device, challenge, csr, proof), by)
