"""Which certificate the courier speaks under now: the installed one, or a later one it got itself.

Calls `sync.config` only. A renewed certificate and its key lie in one file, so that a power cut
leaves both or neither.
"""

import ssl
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from sync.config import SyncConfig


class Identity:
    """Every TLS context it made speaks under the newest certificate from its next connection on.

    Raises OSError where the files are missing or do not fit one another.
    """

    def __init__(self, config: SyncConfig) -> None:
        self._config = config
        self._contexts: list[ssl.SSLContext] = []
        self._newest = self._look()

    @property
    def begins_ms(self) -> int:
        """When the certificate in use begins to hold, ms since 1970 UTC."""
        return int(self._newest.not_valid_before_utc.timestamp() * 1000)

    @property
    def ends_ms(self) -> int:
        return int(self._newest.not_valid_after_utc.timestamp() * 1000)

    def issued_by(self, ca: x509.Certificate) -> bool:
        """Whether that authority signed the certificate in use."""
        try:
            self._newest.verify_directly_issued_by(ca)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def context(self) -> ssl.SSLContext:
        """TLS that believes the township's own CAs alone."""
        made = ssl.create_default_context(cafile=str(self._config.cas))
        self._load(made)
        self._contexts.append(made)
        return made

    def reload(self) -> None:
        """There is a new certificate."""
        self._newest = self._look()
        for one in self._contexts:
            self._load(one)

    def _look(self) -> x509.Certificate:
        return _read(self._pair()[0])

    def _load(self, context: ssl.SSLContext) -> None:
        context.load_cert_chain(*self._pair())

    def _pair(self) -> tuple[Path, Path]:
        installed, renewed = self._config.certificate, self._config.renewed
        try:
            later = _read(renewed).not_valid_before_utc >= _read(installed).not_valid_before_utc
        except OSError:
            later = False
        return (renewed, renewed) if later else (installed, self._config.key)


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as error:
        raise OSError(f"{path}: 不是证书。 Not a certificate.") from error
