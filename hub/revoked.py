"""Whether a certificate stands on the township's CRLs (each of its authorities has one), read
again whenever the file changed.

Calls nothing of ours. The file is written by `hub.devices.ca`, on the same disk.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography import x509

CRL: Final = "crl.pem"
_BEGIN: Final = b"-----BEGIN X509 CRL-----"


def is_revoked(crl: Path, serial: int) -> bool:
    """Raises OSError or ValueError without a CRL that can be read: then nobody is let in."""
    return serial in revoked(crl)


def revoked(crl: Path) -> frozenset[int]:
    """The serial numbers on it; raises OSError or ValueError."""
    found = crl.stat()
    return _serials(crl, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=2)
def _serials(crl: Path, _changed: int, _size: int) -> frozenset[int]:
    lists = [_BEGIN + one for one in crl.read_bytes().split(_BEGIN)[1:]]
    if not lists:
        raise ValueError(f"{crl}: no CRL")
    return frozenset(one.serial_number for text in lists for one in x509.load_pem_x509_crl(text))
