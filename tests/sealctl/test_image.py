"""An image for many machines holds nothing of one machine's own, and the check finds it."""

from pathlib import Path

import pytest

from sealctl import cli
from sealctl.commands import furnish

CLEAN = {
    "opt/sealctl/venv/bin/python": "",
    "usr/lib/systemd/system/sealctl-lockd.service": "",
    "var/lib/sealctl/hardware.toml": "",
    "var/lib/sealctl/voice/open.wav": "",
    "etc/machine-id": "",
    "etc/shadow": "root:*:1:0:99999:7:::\npi:!$6$locked:1::\n",
    "home/pi/.ssh/authorized_keys": "ssh-ed25519 AAAA",
}


@pytest.fixture
def card(tmp_path: Path) -> Path:
    for name, text in CLEAN.items():
        _put(tmp_path, name, text)
    (tmp_path / "var/lib/sealctl/keys").mkdir()
    (tmp_path / "var/lib/sealctl/run").symlink_to("/run/sealctl-of-the-card")
    return tmp_path


def test_a_card_with_the_package_alone_may_be_copied(
    card: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["image", str(card)]) == 0
    (card / "etc/machine-id").write_text("uninitialized\n")
    assert cli.main(["image", str(card)]) == 0
    assert "可以复制" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
        ("etc/ssh/ssh_host_ed25519_key", "x"),
        ("etc/ssl/private/server.key", "x"),
        ("root/.ssh/id_ed25519", "x"),
        ("home/pi/.ssh/id_rsa", "x"),
        ("etc/NetworkManager/system-connections/office.nmconnection", "psk=x"),
        ("etc/wpa_supplicant/wpa_supplicant.conf", "psk=x"),
        ("var/lib/systemd/random-seed", "x"),
        ("var/lib/systemd/credential.secret", "x"),
        ("root/.bash_history", "sealctl provision --token SEAL1-X"),
        ("home/pi/.bash_history", "x"),
        ("var/lib/sealctl/machine.toml", "x"),
        ("var/lib/sealctl/tls/device.key", "x"),
        ("etc/shadow", "pi:$6$salt$hash:1:0:99999:7:::\n"),
    ],
)
def test_what_is_one_machines_own_is_found_and_named(
    card: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    _put(card, name, text)
    assert cli.main(["image", str(card)]) == 1
    said = capsys.readouterr().out
    assert name in said
    assert said.count("✗") == 1


def test_a_card_that_joined_once_is_no_image(
    card: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (card / "var/lib/sealctl/run").unlink()
    furnish.provision(card / "var/lib/sealctl")
    assert cli.main(["image", str(card)]) == 1
    said = capsys.readouterr().out
    assert "var/lib/sealctl/keys/record.pem" in said
    assert "var/lib/sealctl/journal.sqlite3" in said


def test_a_card_without_the_package_and_no_card_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["image", str(tmp_path)]) == 1
    assert "没有安装" in capsys.readouterr().out
    assert cli.main(["image", str(tmp_path / "none")]) == 2


def _put(card: Path, name: str, text: str) -> None:
    (card / name).parent.mkdir(parents=True, exist_ok=True)
    (card / name).write_text(text)
