"""Another device CA for a running township: made beside the one in use, then put in its place.

Calls `hub.devices.{authority,ca,certificates}` and `wire`. Meanwhile broker and sites believe
machines by both. Each step may be the last before a power cut: the command is simply run again.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from hub.devices import authority, ca, certificates
from hub.devices.ca import CertificateError
from hub.devices.certificates import Authority
from wire.lists.policy import device_cas
from wire.provisioning.reasons import NotProvisioned


@dataclass(frozen=True)
class Standing:
    """Where a change stands: certificates (DER) of the CA in use and of the next, whether the
    officers' list names the next, and the machines that have no certificate by it yet.
    """

    current: bytes
    following: bytes | None
    named: bool
    waiting: Sequence[str]


def prepare(tls: Path) -> Path:
    """Make the next CA, by which clients are believed from now on; the file that the officers get.

    Raises CertificateError where there is one, NoAuthorityError before there are machines.
    """
    authority.policy()
    beside = tls / ca.NEXT
    if _beside(tls) is None:
        shutil.rmtree(beside, ignore_errors=True)
        ca.create_ca(beside)
    elif ca.certificate(beside) in (tls / "ca.pem").read_bytes():
        raise CertificateError(
            f"{beside}: 下一个证书机构已备好。 The next authority is there already."
        )
    certificates.write_crl(tls)
    ca.write_believed(tls, ca.certificate(tls), ca.certificate(beside))
    return beside / "ca.pem"


def standing(tls: Path) -> Standing:
    """Raises NoAuthorityError where no package was imported."""
    beside = _beside(tls)
    if beside is None:
        return Standing(ca.der(tls), None, False, ())
    following = ca.der(beside)
    named = following in device_cas(authority.policy())
    return Standing(ca.der(tls), following, named, _waiting(beside))


def retire(tls: Path, days: int, *, now: bool) -> Sequence[str]:
    """The next CA takes the place of the one in use, which is believed no more; the machines that
    have no certificate by it. `now`: also where there are such.

    Raises CertificateError.
    """
    found, beside = standing(tls), _beside(tls)
    if beside is None:
        raise CertificateError(
            "没有备好的证书机构：先运行 sealhub ca next。 "
            "There is no next authority: `sealhub ca next` first."
        )
    if not found.named:
        raise CertificateError(
            "清单还没有写明新的证书机构：请县里授权人员先签（authority ca），再导入。 "
            "The officers' list does not name the next authority: they sign it first "
            "(`authority ca`), and the hub imports it."
        )
    if found.waiting and not now:
        names = ", ".join(found.waiting)
        raise CertificateError(
            f"还没有换证书的机器：{names}。等它们联网，或加 --now。 "
            f"Machines without a certificate by the next authority: {names}. Wait until they have "
            "been in contact, or give --now."
        )
    ca.take_over(tls, beside)
    for name in ca.OWN:
        ca.renew(tls, name, days)
    certificates.write_crl(tls)
    shutil.rmtree(beside)
    return found.waiting


def check_named(tls: Path, named: Sequence[bytes]) -> None:
    """Raises CertificateError for a list by which no machine could know this hub any more."""
    beside = _beside(tls)
    ours = {ca.der(tls), *(() if beside is None else (ca.der(beside),))}
    if named and named[-1] not in ours:
        raise CertificateError(
            f"清单最后写明的证书机构（{fingerprint(named[-1])}）不是本平台的。 "
            "The authority that the list names last is not this hub's."
        )


def issuing(authority_: Authority, wanted: str | None) -> Authority:
    """The CA of that fingerprint (hex), by default the one in use; raises NotProvisioned.

    The machine asks by what the officers' list says, so that it is never given a certificate that
    it could not believe yet.
    """
    if wanted is None or wanted == ca.fingerprint(authority_.tls).hex():
        return authority_
    beside = _beside(authority_.tls)
    if beside is None or ca.fingerprint(beside).hex() != wanted:
        raise NotProvisioned("request_invalid", "the hub has no such authority")
    return Authority(beside, authority_.days)


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate as people compare it."""
    return x509.load_der_x509_certificate(der).fingerprint(hashes.SHA256()).hex()


def _beside(tls: Path) -> Path | None:
    beside = tls / ca.NEXT
    return beside if (beside / "ca.pem").exists() else None


def _waiting(beside: Path) -> Sequence[str]:
    """Machines in use whose newest certificate is another CA's."""
    listed = authority.machines().values()
    active = sorted(one.device for one in listed if one.state == "active")
    return tuple(device for device in active if not certificates.is_by(beside, device))
