"""The machines' certificates as the hub remembers them: issued, renewed, revoked.

Calls `hub.devices.{ca,models}`. What is revoked stands on the CRL (`ca.write_crl`), which broker
and sites read.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.devices import ca
from hub.devices.models import Certificate
from wire.provisioning.reasons import NotProvisioned
from wire.sig import PublicKey


@dataclass(frozen=True)
class Authority:
    """The device CA: its folder, and for how many days a machine's certificate holds."""

    tls: Path
    days: int


def issue(
    authority: Authority, device: str, csr: bytes, now_ms: int, record_key: PublicKey | None = None
) -> bytes:
    """A certificate (PEM) for the key of that request, remembered; raises NotProvisioned.

    `record_key`: what the machine proved to hold with the request.
    """
    request = request_hash(csr, device)
    signed = ca.sign_csr(authority.tls, csr, device, authority.days)
    found = x509.load_pem_x509_certificate(signed)
    Certificate.objects.create(
        device=device,
        serial=f"{found.serial_number:x}",
        request=request,
        pem=signed,
        alg="" if record_key is None else record_key.alg,
        record_key=b"" if record_key is None else record_key.public,
        issued_ms=now_ms,
        expires_ms=int(found.not_valid_after_utc.timestamp() * 1000),
    )
    return signed


def request_hash(csr: bytes, device: str) -> bytes:
    """SHA-256 of the public key (SubjectPublicKeyInfo, DER) in a request by that device."""
    try:
        public = ca.public_key(csr, device)
    except ca.CertificateError as error:
        raise NotProvisioned("request_invalid", str(error)) from error
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).digest()


def of(device: str) -> list[Certificate]:
    """All that were ever issued to it, the newest first."""
    return list(Certificate.objects.filter(device=device).order_by("-id"))


def newest(device: str, request: bytes | None = None) -> Certificate | None:
    """Its newest certificate, or its newest for that key."""
    rows = Certificate.objects.filter(device=device)
    return (rows if request is None else rows.filter(request=request)).order_by("-id").first()


def is_by(folder: Path, device: str) -> bool:
    """Whether its newest certificate is that CA's."""
    last = newest(device)
    return last is not None and ca.is_by(folder, bytes(last.pem))


def is_revoked(device: str) -> bool:
    """Whether the operator has shut this machine out; a new token alone lets it in again."""
    last = newest(device)
    return last is not None and last.revoked_ms is not None


def shown_key(device: str) -> PublicKey | None:
    """The record key that the machine proved last; None where it never did."""
    last = Certificate.objects.filter(device=device).exclude(alg="").order_by("-id").first()
    return None if last is None else PublicKey(last.alg, bytes(last.record_key))


def owner(key: PublicKey) -> str | None:
    """The device that once proved to hold this record key."""
    rows = Certificate.objects.filter(record_key=key.public)
    return rows.values_list("device", flat=True).first()


def revoke(tls: Path, device: str, now_ms: int) -> int:
    """Shut the machine out; how many certificates were good until now.

    The CRL is written anew in any case, so that a command that was cut short is simply repeated.
    """
    count = Certificate.objects.filter(device=device, revoked_ms=None).update(revoked_ms=now_ms)
    write_crl(tls)
    return count


def write_crl(tls: Path) -> None:
    """The CRL as the table says; certificates that ran out by themselves stay on it."""
    rows = Certificate.objects.filter(revoked_ms__isnull=False).values_list("serial", flat=True)
    ca.write_crl(tls, (int(serial, 16) for serial in rows))


def revoked_devices() -> list[str]:
    """Machines that are shut out now."""
    names = Certificate.objects.filter(revoked_ms__isnull=False).values_list("device", flat=True)
    return sorted(name for name in set(names) if is_revoked(name))
