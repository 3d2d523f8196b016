"""The courier's own care for its certificate: a new key and certificate before two thirds of the
life of the old, and recovery by the record key where that has run out.

Calls `sync.{courier,enrol,enrolment,identity}` and `wire.provisioning`. Each machine draws its own
moment, so that those provisioned on one day do not all come back on one.
"""

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync import enrol, enrolment
from sync.courier import AwayError, Courier
from sync.enrolment import Site
from sync.identity import Identity
from wire.provisioning.messages import Recovery
from wire.provisioning.reasons import NotProvisioned
from wire.refusals import Refused

log = logging.getLogger(__name__)

LOOK_S: Final = 30.0
FIRST_PAUSE_MS: Final = 60_000
LONGEST_PAUSE_MS: Final = 3_600_000


def due_ms(begins_ms: int, ends_ms: int, chance: float) -> int:
    """When to renew: between a half and two thirds of the life, as `chance` (0 to 1) has it."""
    return begins_ms + int((ends_ms - begins_ms) * (0.5 + chance / 6))


@dataclass(frozen=True)
class Files:
    """Where the new pair is kept, and the CA that has to have signed it."""

    renewed: Path
    ca: Path


@dataclass(frozen=True)
class Sites:
    """The enrolment site for a machine with a good certificate, and for one without."""

    known: Site
    strangers: Site


class Renewal:
    """Without `sites` nothing is renewed. `chance` (0 to 1) is this process's own; `beat` is called
    whenever it comes round.
    """

    def __init__(
        self,
        device: str,
        courier: Courier,
        identity: Identity,
        files: Files,
        *,
        sites: Sites | None,
        now_ms: Callable[[], int],
        chance: float,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._device = device
        self._courier = courier
        self._identity = identity
        self._files = files
        self._sites = sites
        self._now_ms = now_ms
        self._chance = chance
        self._beat = beat
        self._stopping = threading.Event()
        self._again_ms = 0
        self._pause_ms = FIRST_PAUSE_MS

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Look until stopped; what fails is tried again later, and later still."""
        while not self._stopping.is_set():
            self._beat()
            self.look()
            self._stopping.wait(LOOK_S)

    def look(self) -> bool:
        """Renew if it is time; whether there is a new certificate."""
        now_ms, sites = self._now_ms(), self._sites
        due = due_ms(self._identity.begins_ms, self._identity.ends_ms, self._chance)
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

    def _renew(self, sites: Sites, *, expired: bool) -> None:
        key = enrol.new_key()
        csr = enrol.request_of(key, self._device)
        made = self._recovered(sites.strangers, csr) if expired else sites.known.renew(csr)
        ca = self._files.ca.read_bytes()
        enrolment.check_certificate(made, ca_pem=ca, device=self._device, csr=csr)
        enrol.write_private(self._files.renewed, made + enrol.pem_of(key))
        self._identity.reload()

    def _recovered(self, site: Site, csr: bytes) -> bytes:
        challenge = site.challenge(self._device)
        named = hashlib.sha256(challenge.encode()).digest()
        proof = self._courier.prove(named, enrol.request_hash(csr))
        return site.recover(Recovery(self._device, challenge, csr, proof))
