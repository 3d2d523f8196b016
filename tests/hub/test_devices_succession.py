"""A change of the device CA that the power cuts short is gone on with by the same command."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from county.edit import rules
from hub.devices import authority, ca, succession
from hub.devices.ca import CertificateError
from hub.revoked import revoked
from tests.support.township import Township

pytestmark = pytest.mark.django_db


class CutError(Exception):
    """The power was cut."""


@pytest.fixture
def tls(tmp_path: Path) -> Path:
    """A township's CA with a revoked certificate; its one machine is suspended."""
    folder = tmp_path / "tls"
    ca.create_ca(folder)
    ca.issue_server(folder, ["127.0.0.1"])
    for name in (ca.INGEST, ca.WORK):
        ca.issue_client(folder, name)
    ca.write_crl(folder, [7])
    return folder


@pytest.fixture
def town(db: None) -> Township:
    town = Township.build(now_ms=1_790_000_000_000).suspend()
    take(town)
    return town


def take(town: Township) -> None:
    pin = hashlib.sha256(town.roots[0]).digest()
    authority.import_package(town.package, root_sha256=pin)


def cut(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """The power fails with the at-th file that the CA replaces, before it lies there."""
    written, real = [0], ca._replace

    def failing(*given: Any) -> None:
        written[0] += 1
        if written[0] == at:
            raise CutError
        real(*given)

    monkeypatch.setattr(ca, "_replace", failing)


def again(call: Callable[[], object], monkeypatch: pytest.MonkeyPatch, at: int) -> bool:
    """Whether the power was cut in it; then it is called again."""
    with monkeypatch.context() as patch:
        cut(patch, at)
        try:
            call()
        except CutError:
            pass
        else:
            return False
    call()
    return True


def test_whenever_the_power_fails_the_change_is_gone_on_with(
    tls: Path, town: Township, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(1, 20):
        old = ca.der(tls)
        prepared = again(lambda: succession.prepare(tls), monkeypatch, at)
        both = (tls / "ca.pem").read_bytes()
        assert ca.certificate(tls) in both
        assert ca.certificate(tls / ca.NEXT) in both
        assert (tls / "crl.pem").read_bytes().count(b"BEGIN") == 2
        named = rules.name_cas(town.authority, [both, ca.certificate(tls / ca.NEXT)])
        town = town.change(policy=named.policy)
        take(town)
        retired = again(lambda: succession.retire(tls, 30, now=False), monkeypatch, at)
        assert ca.der(tls) != old
        assert (tls / "ca.pem").read_bytes() == ca.certificate(tls)
        assert all(ca.is_by(tls, (tls / f"{name}.pem").read_bytes()) for name in ca.OWN)
        assert (tls / "ca.key").stat().st_mode & 0o077 == 0
        assert revoked(tls / "crl.pem") == {7}
        if not prepared and not retired:
            return
    raise AssertionError("the power never stopped failing")


def test_a_machine_that_is_not_over_is_waited_for_unless_it_is_passed_over(
    tls: Path, town: Township
) -> None:
    town = town.change(machine=replace(town.machine, state="active"))
    take(town)
    succession.prepare(tls)
    with pytest.raises(CertificateError, match="does not name the next"):
        succession.retire(tls, 30, now=True)
    cas = [ca.certificate(folder) for folder in (tls, tls / ca.NEXT)]
    take(town.change(policy=rules.name_cas(town.authority, cas).policy))
    with pytest.raises(CertificateError, match=town.machine.device):
        succession.retire(tls, 30, now=False)
    assert succession.retire(tls, 30, now=True) == (town.machine.device,)
    with pytest.raises(CertificateError, match="no next authority"):
        succession.retire(tls, 30, now=True)
