"""The township's enrolment site, as a machine asks it: HTTPS under the pinned CA.

Calls `httpx` and `wire.provisioning`. Whatever goes wrong is a NotProvisioned, with a sentence for
the operator. Before the CA is known by its fingerprint, nothing is said and nothing believed.
"""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from wire import cbor
from wire.errors import WireError
from wire.provisioning import messages
from wire.provisioning.messages import Join, Joined, Recovery, Standing
from wire.provisioning.reasons import REASONS, NotProvisioned

T = TypeVar("T")

TIMEOUT_S: Final = 10.0
APART_MS: Final = 600_000
"""Clocks further apart than this are not left so."""
_TIME: Final = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED (openssl-verify(1))."""


_NOT_KNOWN: Final = ("ALERT_CERTIFICATE", "ALERT_UNKNOWN_CA")


def fetch_ca(url: str, ca_sha256: bytes) -> bytes:
    """The township CA's certificate (PEM), known by its fingerprint; raises NotProvisioned."""
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    pem = Site(url, unverified).ca()
    try:
        found = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise NotProvisioned("hub_garbled", "no certificate where the CA's should be") from error
    fingerprint = found.fingerprint(hashes.SHA256())
    if fingerprint != ca_sha256:
        raise NotProvisioned("hub_other", f"{fingerprint.hex()}, not {ca_sha256.hex()}")
    return found.public_bytes(Encoding.PEM)


def under(ca_pem: bytes) -> ssl.SSLContext:
    """TLS that believes this CA alone, for a machine without a certificate."""
    return ssl.create_default_context(cadata=ca_pem.decode("ascii"))


class Site:
    """The enrolment site at `url`; `tls` says whom to believe and who asks."""

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        self._url = url
        self._tls = tls

    def ca(self) -> bytes:
        return self._ask("GET", messages.CA)

    def join(self, asked: Join) -> Joined:
        """Spend the token on a certificate."""
        return self._decoded(Joined, self._ask("POST", messages.JOIN, messages.encode(asked)))

    def standing(self) -> Standing:
        """What the officers' list says; needs a certificate."""
        return self._decoded(Standing, self._ask("GET", messages.STANDING))

    def renew(self, csr: bytes, ca: bytes | None = None) -> bytes:
        """The next certificate (PEM) for that request; needs one that is good. `ca`: SHA-256 of the
        authority that is to sign it, else the one that the hub itself is known by.
        """
        return self._ask("POST", _by(messages.RENEW, ca), csr)

    def challenge(self, device: str) -> str:
        """What a machine has to sign to get a certificate again."""
        try:
            return self._ask("GET", f"{messages.CHALLENGE}?device={device}").decode("ascii")
        except UnicodeDecodeError as error:
            raise NotProvisioned("hub_garbled", "challenge") from error

    def recover(self, asked: Recovery, ca: bytes | None = None) -> bytes:
        """The next certificate (PEM) of a machine whose last has run out; `ca` as in `renew`."""
        return self._ask("POST", _by(messages.RECOVER, ca), messages.encode(asked))

    def _ask(self, method: str, path: str, content: bytes | None = None) -> bytes:
        try:
            with httpx.Client(
                verify=self._tls, timeout=TIMEOUT_S, follow_redirects=False, trust_env=False
            ) as client:
                answer = client.request(method, self._url + path, content=content)
        except httpx.TransportError as error:
            raise _trouble(error, self._url) from error
        if answer.status_code != httpx.codes.OK:
            raise _refusal(answer)
        if len(answer.content) > messages.LIMIT:
            raise NotProvisioned("hub_garbled", f"{len(answer.content)} bytes")
        return answer.content

    def _decoded(self, kind: type[T], data: bytes) -> T:
        try:
            return messages.decode(kind, data)
        except WireError as error:
            raise NotProvisioned("hub_garbled", str(error)) from error


def check_certificate(pem: bytes, *, ca_pem: bytes, device: str, csr: bytes) -> None:
    """Raises NotProvisioned unless the CA certified that device and the key of that request."""
    try:
        made, ca = x509.load_pem_x509_certificate(pem), x509.load_pem_x509_certificate(ca_pem)
        made.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise NotProvisioned("hub_garbled", "a certificate that is not the CA's") from error
    names = [one.value for one in made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    wanted = x509.load_pem_x509_csr(csr).public_key()
    if names != [device] or _der(made.public_key()) != _der(wanted):
        raise NotProvisioned("hub_garbled", "a certificate for another device or key")


def check_clock(hub_ms: int, now_ms: Callable[[], int]) -> None:
    """Raises NotProvisioned where the machine's clock is far from the hub's."""
    here = now_ms()
    if abs(hub_ms - here) > APART_MS:
        raise NotProvisioned("clock_off", f"hub {_utc(hub_ms)}, machine {_utc(here)}")


def _by(path: str, ca: bytes | None) -> str:
    return path if ca is None else f"{path}?{messages.ISSUER}={ca.hex()}"


def _trouble(error: httpx.TransportError, url: str) -> NotProvisioned:
    found = _of_ssl(error)
    if isinstance(found, ssl.SSLCertVerificationError):
        detail = f"{url}: {found.verify_message}"
        if found.verify_code in _TIME:
            return NotProvisioned("clock_off", f"{detail}; machine {_utc(_now_ms())}")
        return NotProvisioned("hub_other", detail)
    if found is not None and any(one in str(found.reason) for one in _NOT_KNOWN):
        revoked = "REVOKED" in str(found.reason)
        return NotProvisioned("revoked" if revoked else "certificate_needed", str(found.reason))
    if found is not None or isinstance(error, httpx.ProtocolError):
        return NotProvisioned("hub_garbled", f"{url}: {error}")
    return NotProvisioned("hub_unreachable", f"{url}: {error}")


def _of_ssl(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _refusal(answer: httpx.Response) -> NotProvisioned:
    """What the hub says in its own words; anything else is not the hub's."""
    try:
        said = cbor.decode(answer.content, limit=4096)
    except WireError:
        said = None
    code = said.get("code") if isinstance(said, dict) else None
    if isinstance(said, dict) and isinstance(code, str) and code in REASONS:
        return NotProvisioned(code, str(said.get("detail", ""))[:300])
    return NotProvisioned("hub_garbled", f"{answer.url}: status {answer.status_code}")


def _der(key: Any) -> bytes:
    found: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return found


def _now_ms() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


def _utc(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
