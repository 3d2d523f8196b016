"""A certificate is renewed in time by the courier, and recovered by the record key after that."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.signing import TimestampSigner
from hypothesis import given
from hypothesis import strategies as st

from hub.devices import ca, joining
from sealctl import signer
from sealctl.signer import FileSigner
from sync import config as township
from sync import enrol
from sync.enrolment import Site, under
from sync.identity import Identity
from sync.renewal import Renewal, Sites, due_ms
from tests.provisioning.rig import Field
from wire.provisioning import proof
from wire.provisioning.messages import Recovery
from wire.provisioning.proof import Proof
from wire.provisioning.reasons import NotProvisioned

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("provisioning_renewal")]
DAY_MS = 86_400_000


class Lockd:
    """Proves as lockd does, with the machine's record key."""

    def __init__(self, folder: Path, device: str) -> None:
        self._signer = signer.load(folder / "keys" / "record.pem")
        self._device = device

    def prove(self, challenge: bytes, request: bytes) -> bytes:
        return self._signer.sign(proof.encode(Proof("recover", self._device, challenge, request)))


class Machine:
    """A joined machine's courier as far as its certificate goes, at a time of the test's."""

    def __init__(self, field: Field, device: str) -> None:
        self.device = device
        self.field = field
        field.join(field.token(device))
        self.config = township.load(field.folder / "machine.toml")
        self.now_ms = time.time_ns() // 1_000_000

    def renewal(self, chance: float = 1.0) -> Renewal:
        self.identity = Identity(self.config)
        url = str(self.config.enrol)
        lockd: Any = Lockd(self.field.folder, self.device)
        return Renewal(
            self.config,
            lockd,
            self.identity,
            sites=Sites(Site(url, self.identity.context()), self.stranger()),
            now_ms=lambda: self.now_ms,
            chance=chance,
            anew=lambda: None,
        )

    def stranger(self) -> Site:
        """The site as it is for a machine without a certificate."""
        return Site(str(self.config.enrol), under(self.config.ca.read_bytes()))

    def expire(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its certificate is one of long ago."""
        csr = enrol.request_for(self.config.key, self.device)
        with monkeypatch.context() as patch:
            patch.setattr("hub.clock.now_ms", lambda: self.now_ms - 400 * DAY_MS)
            old = ca.sign_csr(self.field.hub.state / "tls", csr, self.device, 30)
        self.config.certificate.write_bytes(old)

    def recovery(self, hand: FileSigner | None = None, **changes: Any) -> Recovery:
        """A request to recover, proved by the record key or by another's hand."""
        csr = enrol.request_of(enrol.new_key(), self.device)
        challenge = changes.get("challenge") or self.stranger().challenge(self.device)
        named = hashlib.sha256(challenge.encode()).digest()
        wanted = Proof("recover", self.device, named, enrol.request_hash(csr))
        used = hand or signer.load(self.field.folder / "keys" / "record.pem")
        made = Recovery(self.device, challenge, csr, used.sign(proof.encode(wanted)))
        return replace(made, **changes)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    made = Field.open(tmp_path_factory.mktemp("town"), "ingest", "work")
    yield made
    made.close()


@pytest.fixture
def machine(town: Field, request: pytest.FixtureRequest) -> Iterator[Machine]:
    device = "m-" + hashlib.sha256(request.node.name.encode()).hexdigest()[:8]
    made = Machine(town.another(device), device)
    town.enlist(made.field.machine(device))
    made.field.hub = town.hub
    yield made
    made.field.house.stop()


@given(st.integers(0, 2**40), st.integers(1000, 2**36), st.floats(0, 1))
def test_the_moment_lies_between_a_half_and_two_thirds(begins: int, life: int, at: float) -> None:
    due = due_ms(begins, begins + life, at)
    assert begins + life // 2 - 1 <= due <= begins + life * 2 // 3 + 1


def test_the_courier_renews_in_time_and_not_before(machine: Machine) -> None:
    renewal = machine.renewal(chance=0.5)
    begins, ends = machine.identity.begins_ms, machine.identity.ends_ms
    due = due_ms(begins, ends, 0.5)
    machine.now_ms = due - 1
    assert not renewal.look()
    machine.now_ms = due
    assert renewal.look()
    pem = machine.config.renewed.read_bytes()
    new = x509.load_pem_x509_certificate(pem)
    old = x509.load_pem_x509_certificate(machine.config.certificate.read_bytes())
    assert new.public_key() != old.public_key()
    assert new.subject == old.subject
    assert machine.config.renewed.stat().st_mode & 0o077 == 0
    assert machine.identity.begins_ms >= begins
    assert Identity(machine.config).ends_ms == int(new.not_valid_after_utc.timestamp() * 1000)
    tls = Identity(machine.config).context()
    assert Site(str(machine.config.enrol), tls).standing().standing == "active"


def test_a_hub_that_is_away_is_asked_again_later_and_later(machine: Machine) -> None:
    renewal = machine.renewal()
    machine.now_ms = machine.identity.ends_ms - DAY_MS
    machine.field.hub.stop("enrol")
    tried = []
    for _ in range(8 * 60):
        before = renewal._again_ms
        assert not renewal.look()
        if renewal._again_ms != before:
            tried.append(machine.now_ms)
        machine.now_ms += 60_000
    pauses = [b - a for a, b in pairwise(tried)]
    assert pauses[0] == 60_000
    assert pauses == sorted(pauses)
    assert max(pauses) == 3_600_000
    machine.field.start_site()
    machine.now_ms += 3_600_000
    assert renewal.look()


def test_a_renewal_is_for_a_new_key_of_the_same_device(machine: Machine) -> None:
    known = Site(str(machine.config.enrol), Identity(machine.config).context())
    old_key = enrol.request_for(machine.config.key, machine.device)
    other_name = enrol.request_of(enrol.new_key(), "sunrise-1")
    for csr in (old_key, other_name, b"no request"):
        assert _code(lambda csr=csr: known.renew(csr)) == "request_invalid"
    new = enrol.request_of(enrol.new_key(), machine.device)
    assert known.renew(new).startswith(b"-----BEGIN CERTIFICATE")
    assert _code(lambda: known.renew(new)) == "request_invalid"
    assert _code(lambda: machine.stranger().renew(new)) == "certificate_needed"
    assert _code(machine.stranger().standing) == "certificate_needed"


def test_an_expired_certificate_is_recovered_by_the_record_key(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.expire(monkeypatch)
    renewal = machine.renewal()
    assert machine.identity.ends_ms < machine.now_ms
    assert renewal.look()
    assert machine.identity.ends_ms > machine.now_ms


def test_a_machine_with_an_expired_certificate_finds_back_by_itself(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.expire(monkeypatch)
    machine.field.start("body", "lockd", "syncd")
    done = machine.field.here("--finish")
    assert done.returncode == 0, done.stderr
    assert machine.config.renewed.exists()


def test_recovery_needs_the_record_key_and_a_fresh_challenge(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = machine.stranger()
    thief = FileSigner(Ed25519PrivateKey.generate())
    assert _code(lambda: site.recover(machine.recovery(thief))) == "proof_invalid"
    stale = machine.recovery(challenge=site.challenge("sunrise-1"))
    assert _code(lambda: site.recover(stale)) == "challenge_stale"
    assert _code(lambda: site.recover(machine.recovery(challenge="x.y:z:q"))) == "challenge_stale"
    once = machine.recovery()
    site.recover(once)
    assert _code(lambda: site.recover(once)) == "request_invalid"


def test_a_challenge_runs_out(machine: Machine) -> None:
    secret = (machine.field.hub.state / "secret.key").read_text("ascii").strip()
    signing = TimestampSigner(key=secret, salt=joining._SALT)
    fresh = signing.sign(f"{machine.device}.00")
    machine.stranger().recover(machine.recovery(challenge=fresh))
    with freeze(time.time() - joining.CHALLENGE_S - 5):
        stale = signing.sign(f"{machine.device}.00")
    asked = machine.recovery(challenge=stale)
    assert _code(lambda: machine.stranger().recover(asked)) == "challenge_stale"


def test_whoever_is_suspended_or_not_listed_recovers_nothing(machine: Machine) -> None:
    field = machine.field
    field.enlist(field.machine(machine.device, "suspended"))
    assert _code(lambda: machine.stranger().recover(machine.recovery())) == "suspended"
    assert field.refused("--finish", "--wait", "0") == "lockd_away"
    stranger = Machine(field.another(f"{machine.device}-x"), f"{machine.device}-x")
    assert _code(lambda: stranger.stranger().recover(stranger.recovery())) == "unlisted"
    known = Site(str(stranger.config.enrol), Identity(stranger.config).context())
    new = enrol.request_of(enrol.new_key(), stranger.device)
    assert _code(lambda: known.renew(new)) == "unlisted"


def test_a_suspended_machine_is_told_so_once_its_records_have_arrived(machine: Machine) -> None:
    machine.field.enlist(machine.field.machine(machine.device, "suspended"))
    machine.field.start("body", "lockd", "syncd")
    assert machine.field.refused("--finish") == "suspended"
    rows = machine.field.hub.rows(
        "SELECT kind FROM ingest_record WHERE device = ? ORDER BY seq", machine.device
    )
    assert rows[0] == ("boot",)


def test_without_ingest_the_receipt_is_waited_for_in_vain(machine: Machine) -> None:
    machine.field.hub.stop("ingest")
    machine.field.start("body", "lockd", "syncd")
    try:
        assert machine.field.refused("--finish", "--wait", "6") == "receipt_pending"
    finally:
        machine.field.hub.start("ingest")
    assert machine.field.here("--finish").returncode == 0


@contextmanager
def freeze(at_s: float) -> Iterator[None]:
    """Django signs at that time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: at_s)
        yield


def _code(ask: Any) -> str:
    with pytest.raises(NotProvisioned) as caught:
        ask()
    return caught.value.code
