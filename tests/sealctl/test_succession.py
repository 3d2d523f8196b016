"""Another record key for a machine at work: the old one's last act is to adopt the list that names
its successor, and the journal goes on.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspector.cli import main as inspect
from sealctl import keys
from sealctl.config import MachineConfig, Part
from sealctl.journal import books, succession
from sealctl.journal.store import Journal
from sealctl.lockd.core import JournalFailedError
from sealctl.session.model import Mode
from sealctl.signer import FileSigner, Signer, SignerError
from tests.sealctl.test_keys import SM2, TOKEN
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog
from tests.support.soft_token import PIN, SoftToken
from wire.errors import WireError
from wire.record import entry, envelope
from wire.refusals import Refused
from wire.sig import PublicKey

FILE = Part("file", {"suite": "EdDSA"})
SUITES = ("EdDSA", "ES256", "SM2")


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A machine with an Ed25519 key that has stamped once."""
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    SoftToken.make(tmp_path / "soft")
    pin = tmp_path / "keys" / "token.pin"
    pin.parent.mkdir()
    pin.write_text(PIN)
    pin.chmod(0o600)
    made = Rig.build(tmp_path, policy={"log_key": VKEY, "suites": SUITES})
    made.picture = b"a sheet"
    made.stamp(made.grant())
    return made


def follow(rig: Rig, part: Part = SM2) -> Signer:
    """The key that is to take over is made, and lockd started with both."""
    rig.config = replace(rig.config, next_record=part)
    made = keys.create_next(rig.config, part)
    rig.restart()
    return made


def name(rig: Rig, key: PublicKey) -> None:
    """The officers' next package names that key; the hub publishes it."""
    machine = replace(rig.township.machine, alg=key.alg, public_key=key.public)
    rig.township = rig.township.change(machine=machine)
    rig.publish()


def kids(rig: Rig) -> list[bytes]:
    rows = books.entries(rig.core.journal.connection, 0, 1000)
    return [envelope.parse(row.envelope).kid for row in rows]


def kinds(rig: Rig) -> list[str]:
    rows = books.entries(rig.core.journal.connection, 0, 1000)
    return [entry.decode(envelope.parse(row.envelope).payload).kind for row in rows]


def held(rig: Rig) -> int:
    journal = rig.core.journal
    return books.verify(journal.connection, journal.device, journal.key)


def alone(config: MachineConfig) -> MachineConfig:
    """What the operator does afterwards: the successor stands in the old key's place."""
    part = config.next_record
    assert part is not None
    if part.driver == "file":
        config.next_key.replace(config.record_key)
    return replace(config, record=part, next_record=None)


@pytest.mark.parametrize("part", [SM2, TOKEN, FILE], ids=["SM2", "ES256", "EdDSA"])
def test_the_journal_goes_on_under_another_key(rig: Rig, tmp_path: Path, part: Part) -> None:
    old = rig.core.journal.key
    successor = follow(rig, part)
    before = rig.core.journal.last_seq
    assert set(kids(rig)) == {old.kid}
    name(rig, successor.public_key)
    assert kinds(rig)[before:] == ["list_adopted"]
    assert kids(rig)[-1] == old.kid
    rig.stamp(rig.grant(title="another"))
    assert set(kids(rig)[before + 1 :]) == {successor.public_key.kid}
    assert inspect(["verify", str(SealedLog.of(rig).write(tmp_path / "bundle"))]) == 0
    rig.restart()
    assert kids(rig)[-1] == successor.public_key.kid
    rig.config = alone(rig.config)
    rig.restart()
    assert books.broken(rig.core.journal.connection) is None
    assert held(rig) == rig.core.journal.last_seq
    rig.stamp(rig.grant(title="a third"))


def test_it_goes_on_from_key_to_key(rig: Rig) -> None:
    name(rig, follow(rig, SM2).public_key)
    rig.config = alone(rig.config)
    name(rig, follow(rig, FILE).public_key)
    rig.restart()
    assert held(rig) == rig.core.journal.last_seq
    assert len(succession.keys(rig.core.journal.connection, rig.core.journal.key)) == 3


def test_a_list_that_names_a_stranger_is_refused(rig: Rig) -> None:
    follow(rig)
    before = kinds(rig)
    with pytest.raises(Refused, match="another record key"):
        name(rig, PublicKey("EdDSA", bytes(32)))
    assert kinds(rig) == before


def test_a_power_cut_after_the_handover_goes_on_with_the_successor(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    successor = follow(rig)

    def cut(_: Journal) -> None:
        raise InterruptedError

    monkeypatch.setattr(Journal, "hand_over", cut)
    with pytest.raises(InterruptedError):
        name(rig, successor.public_key)
    rig.restart()
    assert kids(rig)[-1] == successor.public_key.kid
    assert held(rig) == rig.core.journal.last_seq


def test_an_opening_may_end_under_the_successor(rig: Rig) -> None:
    successor = follow(rig)
    rig.ready_to_stamp(rig.grant(title="under way"))
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    name(rig, successor.public_key)
    rig.clock.advance(200)
    assert rig.body.press()
    rig.restart()
    assert kinds(rig)[-1] == "interrupted"
    assert held(rig) == rig.core.journal.last_seq


def test_nothing_is_handed_over_to_a_key_that_cannot_sign(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    successor = follow(rig, FILE)
    old, before = rig.core.journal.key, kinds(rig)

    def gone(_: FileSigner, payload: bytes) -> bytes:
        raise SignerError("the token was pulled out")

    assert rig.core.journal.successor is not None
    monkeypatch.setattr(rig.core.journal.successor, "sign", gone.__get__(successor))
    with pytest.raises(SignerError):
        name(rig, successor.public_key)
    assert (rig.core.journal.key, kinds(rig)) == (old, before)
    with pytest.raises(JournalFailedError):
        rig.core.tick()


def test_the_former_key_alone_opens_nothing_any_more(rig: Rig) -> None:
    before = rig.config
    name(rig, follow(rig).public_key)
    grant = rig.grant(title="another")
    rig.config = before
    rig.restart()
    with pytest.raises(Refused, match="journal_broken"):
        rig.stamp(grant)


def test_the_disk_cannot_add_a_key(rig: Rig) -> None:
    """Who writes to the disk and has no key of this machine cannot vouch for his own."""
    connection = rig.core.journal.connection
    stranger = FileSigner(Ed25519PrivateKey.generate())
    succession.vouch(connection, rig.core.journal.key, stranger)
    with pytest.raises(WireError, match="former keys"):
        held(rig)
    rig.restart()
    assert books.broken(rig.core.journal.connection) is not None


def test_a_former_key_signs_nothing_after_its_successor(rig: Rig) -> None:
    old = keys.load(rig.config)
    name(rig, follow(rig).public_key)
    rig.core.heartbeat()
    rig.core.journal._signer = old
    rig.core.heartbeat()
    with pytest.raises(WireError, match="former one again"):
        held(rig)
