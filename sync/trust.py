"""Whom the courier believes to be its hub: the CA that the token pinned, until the officers' list
names others.

Calls `sync.{config,enrol}`. What follows from the list lies in one file; the authority that issues
now stands last in it.
"""

from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sync import enrol
from sync.config import SyncConfig


def follow(config: SyncConfig, named: Sequence[bytes]) -> bool:
    """Believe those (DER) from now on, or the pinned one where none is named; whether that is a
    change. Raises ValueError for what is no certificate, OSError.

    A pinned one that is younger than all of them came by a token since, and is believed, too.
    """
    wanted = [x509.load_der_x509_certificate(one) for one in named]
    pinned = x509.load_pem_x509_certificate(config.ca.read_bytes())
    if all(pinned.not_valid_before_utc > one.not_valid_before_utc for one in wanted):
        wanted = [pinned, *wanted]
    if wanted == x509.load_pem_x509_certificates(config.cas.read_bytes()):
        return False
    if not named:
        config.followed.unlink()
        return True
    pems = (one.public_bytes(Encoding.PEM) for one in wanted)
    enrol.write_private(config.followed, b"".join(pems))
    return True


def issuer(config: SyncConfig) -> x509.Certificate | None:
    """The authority that issues now, as the officers named it; None where they named none."""
    if not config.followed.exists():
        return None
    return x509.load_pem_x509_certificates(config.followed.read_bytes())[-1]
