"""Whom the courier believes: what its token pinned, what the officers name, what a token brought
since.
"""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.devices import ca
from sync import trust
from sync.config import SyncConfig


def made(folder: Path, monkeypatch: pytest.MonkeyPatch, day: int) -> Path:
    """A CA that was made on that day."""
    with monkeypatch.context() as patch:
        patch.setattr("hub.clock.now_ms", lambda: 1_790_000_000_000 + day * 86_400_000)
        ca.create_ca(folder)
    return folder


@pytest.fixture
def cas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Three, each a day younger."""
    return [made(tmp_path / str(day), monkeypatch, day) for day in range(3)]


def machine(folder: Path, pinned: Path) -> SyncConfig:
    tls = folder / "tls"
    tls.mkdir()
    (tls / "ca.pem").write_bytes(ca.certificate(pinned))
    files = tls / "ca.pem", tls / "device.pem", tls / "device.key"
    return SyncConfig(folder, "sunrise-1", "127.0.0.1", 1, "https://hub.example", *files)


def believed(config: SyncConfig) -> list[bytes]:
    found = x509.load_pem_x509_certificates(config.cas.read_bytes())
    return [one.public_bytes(Encoding.DER) for one in found]


def test_until_the_officers_name_any_it_is_the_pinned_one(tmp_path: Path, cas: list[Path]) -> None:
    config = machine(tmp_path, cas[0])
    assert not trust.follow(config, ())
    assert believed(config) == [ca.der(cas[0])]
    assert trust.issuer(config) is None


def test_whom_the_officers_name_is_believed_and_nobody_else(
    tmp_path: Path, cas: list[Path]
) -> None:
    config, (old, new, _) = machine(tmp_path, cas[0]), [ca.der(one) for one in cas]
    assert trust.follow(config, (old, new))
    assert not trust.follow(config, (old, new))
    assert believed(config) == [old, new]
    assert trust.follow(config, (new,))
    assert believed(config) == [new]
    issuer = trust.issuer(config)
    assert issuer is not None
    assert issuer.public_bytes(Encoding.DER) == new
    assert trust.follow(config, ())
    assert believed(config) == [old]


def test_what_a_token_brought_since_is_believed_too(tmp_path: Path, cas: list[Path]) -> None:
    """The list that this machine follows is older than the CA under which it joined again."""
    config, (_, listed, pinned) = machine(tmp_path, cas[2]), [ca.der(one) for one in cas]
    assert trust.follow(config, (listed,))
    assert believed(config) == [pinned, listed]


def test_what_is_no_certificate_changes_nothing(tmp_path: Path, cas: list[Path]) -> None:
    config = machine(tmp_path, cas[0])
    with pytest.raises(ValueError, match="asn1"):
        trust.follow(config, (b"x" * 300,))
    assert believed(config) == [ca.der(cas[0])]
