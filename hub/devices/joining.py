"""What the enrolment site decides: who gets a certificate, and what he is told. Raises
NotProvisioned for everybody else.

Calls `hub.devices.{authority,ca,certificates,invitations,succession}`, `hub.ingest.models`,
`hub.config` and `wire`. A machine that the officers list is believed by the record key that they
named, and no token replaces that; one that they do not list yet gets a certificate and is nobody's
until they do.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Final

from django.core import signing
from django.db import transaction

from hub.config import Config
from hub.devices import authority, ca, certificates, invitations, succession
from hub.devices.certificates import Authority
from hub.devices.models import Invitation
from hub.ingest.models import Record
from wire.errors import WireError
from wire.provisioning import proof
from wire.provisioning.messages import (
    OTHER_KEY,
    UNLISTED,
    Join,
    Joined,
    Predecessor,
    Recovery,
    Standing,
)
from wire.provisioning.proof import Proof
from wire.provisioning.reasons import NotProvisioned
from wire.sig import PublicKey

CHALLENGE_S: Final = 120
_SALT: Final = "sealctl.enrol.recover"


class Joining:
    """One township's answers; `now_ms` is its clock."""

    def __init__(self, config: Config, now_ms: Callable[[], int]) -> None:
        self._config = config
        self._now_ms = now_ms
        self._ca = Authority(config.broker.ca.parent, config.machines.machine_days)

    @property
    def ca(self) -> bytes:
        """The CA (PEM) that the hub itself is known by."""
        return ca.certificate(self._ca.tls)

    def join(self, asked: Join) -> Joined:
        """A token, spent on a certificate; the same keys are given the same answer again."""
        name = hashlib.sha256(asked.secret).digest()
        key = PublicKey(asked.alg, asked.public_key)
        device = invitations.device_of(name)
        _refuse_other_name(asked.csr, device)
        request = certificates.request_hash(asked.csr, device)
        _prove(asked.proof, key, Proof("join", device, name, request))
        _refuse_strange_key(device, key)
        now_ms = self._now_ms()
        keys = hashlib.sha256(key.kid + key.public + request).digest()
        with transaction.atomic():
            used, again = invitations.use(name, asked.serial, keys, now_ms)
            _refuse_other_predecessor(used)
            before = certificates.newest(device, request) if again else None
            if before is not None and before.revoked_ms is not None:
                raise NotProvisioned("revoked")
            signed = (
                bytes(before.pem)
                if before is not None
                else certificates.issue(self._ca, device, asked.csr, now_ms, key)
            )
        return self._joined(signed, used, now_ms)

    def standing(self, device: str) -> Standing:
        """What the officers' list says of the machine."""
        return Standing(_standing(device), self._now_ms())

    def renew(self, device: str, csr: bytes, by: str | None) -> bytes:
        """The next certificate of a machine that speaks under one that is good; `by` is the CA that
        it asks for.
        """
        if certificates.is_revoked(device):
            raise NotProvisioned("revoked")
        if device not in authority.machines():
            raise NotProvisioned("unlisted")
        return self._next(device, csr, by)

    def challenge(self, device: str) -> str:
        """What a machine has to sign within CHALLENGE_S; nothing is kept of it."""
        return signing.TimestampSigner(salt=_SALT).sign(f"{device}.{secrets.token_hex(16)}")

    def recover(self, asked: Recovery, by: str | None) -> bytes:
        """The next certificate of a machine whose last ran out or is believed no more, by the
        record key on the list.
        """
        _check_challenge(asked.challenge, asked.device)
        machine = authority.machines().get(asked.device)
        if machine is None:
            raise NotProvisioned("unlisted")
        request = certificates.request_hash(asked.csr, asked.device)
        named = hashlib.sha256(asked.challenge.encode()).digest()
        _prove(asked.proof, machine.key, Proof("recover", asked.device, named, request))
        if machine.state != "active":
            raise NotProvisioned("suspended")
        if certificates.is_revoked(asked.device):
            raise NotProvisioned("revoked")
        return self._next(asked.device, asked.csr, by)

    def _next(self, device: str, csr: bytes, by: str | None) -> bytes:
        """A certificate for a key that never had one."""
        authority_ = succession.issuing(self._ca, by)
        request = certificates.request_hash(csr, device)
        if certificates.newest(device, request) is not None:
            raise NotProvisioned("request_invalid", "a renewal is for a new key")
        return certificates.issue(
            authority_, device, csr, self._now_ms(), certificates.shown_key(device)
        )

    def _joined(self, certificate: bytes, used: Invitation, now_ms: int) -> Joined:
        package = authority.current()
        broker = self._config.broker
        return Joined(
            certificate=certificate,
            village=used.village,
            roots=() if package is None else package.roots,
            mqtt_host=broker.host,
            mqtt_port=broker.port,
            blobs=self._config.machines.blobs,
            standing=_standing(used.device),
            predecessor=_predecessor(used.replaces),
            now_ms=now_ms,
        )


def _refuse_other_name(csr: bytes, device: str) -> None:
    try:
        named = ca.request_name(csr)
    except ca.CertificateError as error:
        raise NotProvisioned("request_invalid", str(error)) from error
    if named != device:
        raise NotProvisioned("token_other_device", f"made for {device}")


def _standing(device: str) -> str:
    machine, shown = authority.machines().get(device), certificates.shown_key(device)
    if machine is None:
        return UNLISTED
    if shown is not None and shown != machine.key:
        return OTHER_KEY
    return machine.state


def _refuse_strange_key(device: str, key: PublicKey) -> None:
    """One key, one device: on the officers' list, and among all that ever joined."""
    listed = authority.machines()
    named = next((one.device for one in listed.values() if one.key == key), None)
    elsewhere = named or certificates.owner(key)
    if elsewhere not in (None, device):
        raise NotProvisioned("key_elsewhere", f"known as {elsewhere}")
    if device in listed and listed[device].key != key:
        raise NotProvisioned("key_differs", f"the list names {listed[device].kid.hex()}")


def _refuse_other_predecessor(used: Invitation) -> None:
    """The officers may have listed the machine since its token was made."""
    listed = authority.machines().get(used.device)
    if listed is not None and not invitations.agrees(listed, used.replaces):
        raise NotProvisioned(
            "replaces_differs", f"list: {listed.replaces}, token: {used.replaces or None}"
        )


def _prove(data: bytes, key: PublicKey, expected: Proof) -> None:
    try:
        proof.verify(data, key, expected)
    except WireError as error:
        raise NotProvisioned("proof_invalid", str(error)) from error


def _check_challenge(challenge: str, device: str) -> None:
    try:
        value = signing.TimestampSigner(salt=_SALT).unsign(challenge, max_age=CHALLENGE_S)
    except signing.BadSignature as error:
        raise NotProvisioned("challenge_stale", type(error).__name__) from error
    if value.rpartition(".")[0] != device:
        raise NotProvisioned("challenge_stale", "the challenge of another device")


def _predecessor(device: str) -> Predecessor | None:
    logged = Record.objects.filter(device=device, leaf_index__isnull=False).order_by("-seq")
    found = logged.values_list("seq", "entry_hash").first() if device else None
    return None if found is None else Predecessor(device, found[0], bytes(found[1]))
