"""What provisioning asks of a township: its site, a certificate request, and whether what came back
is what was asked for.

Calls `sync`, loaded when one is asked for: no process of the machine loads it for a command.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sealctl.config import MachineConfig

if TYPE_CHECKING:
    from sync.enrolment import Site
    from wire.provisioning.messages import Joined


def hub_site(url: str, ca_sha256: bytes) -> tuple["Site", bytes]:
    """A township's enrolment site, its CA pinned by fingerprint, and that CA; NotProvisioned."""
    from sync import enrolment

    ca = enrolment.fetch_ca(url, ca_sha256)
    return enrolment.Site(url, enrolment.under(ca)), ca


def own_site(config: MachineConfig) -> "Site":
    """The same under the machine's own certificate; raises NotProvisioned where it has none."""
    from sync import config as township
    from sync.enrolment import Site
    from sync.identity import Identity
    from wire.provisioning.reasons import NotProvisioned

    try:
        found = township.load(config.file)
        return Site(found.enrol or "", Identity(found).context())
    except (township.ConfigError, OSError) as error:
        raise NotProvisioned("not_joined", str(error)) from error


def tls_request(key: Path, device: str) -> tuple[bytes, bytes]:
    """A certificate request for the key in that file, made where missing, and the hash of what it
    asks for; raises NotProvisioned.
    """
    from sync import enrol
    from wire.provisioning.reasons import NotProvisioned

    try:
        csr = enrol.request_for(key, device)
    except (enrol.EnrolError, OSError) as error:
        raise NotProvisioned("key_unusable", str(error)) from error
    return csr, enrol.request_hash(csr)


def check_joined(joined: "Joined", *, ca: bytes, device: str, csr: bytes) -> None:
    """The certificate is what was asked for, and the clocks agree; raises NotProvisioned."""
    from hardware.clock import SystemClock
    from sync import enrolment

    enrolment.check_certificate(joined.certificate, ca_pem=ca, device=device, csr=csr)
    enrolment.check_clock(joined.now_ms, SystemClock().wall_ms)
