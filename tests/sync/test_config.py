"""machine.toml as the courier reads it: right, or refused with the key's name."""

from pathlib import Path

import pytest

from sync.config import ConfigError, load

GOOD = """
device = "sunrise-1"
[hub]
mqtt_host = "127.0.0.1"
mqtt_port = 8706
blobs = "https://127.0.0.1:8705/"
ca = "tls/ca.pem"
certificate = "tls/device.pem"
key = "tls/device.key"
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "machine.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    config = load(_written(tmp_path, GOOD))
    assert (config.device, config.mqtt_port) == ("sunrise-1", 8706)
    assert config.blobs == "https://127.0.0.1:8705"
    assert config.key == tmp_path / "tls/device.key"
    assert config.courier == tmp_path / "run/courier.sock"


@pytest.mark.parametrize(
    ("was", "now", "named"),
    [
        ('device = "sunrise-1"', "device = 1", "device"),
        ("[hub]", "[hug]", "[hub]"),
        ("8706", "0", "mqtt_port"),
        ("8706", '"8706"', "mqtt_port"),
        ("https:", "http:", "blobs"),
        ('key = "tls/device.key"', "", "key"),
        ("[hub]", "[hub", "machine.toml"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, was: str, now: str, named: str) -> None:
    with pytest.raises(ConfigError, match=named.replace("[", r"\[")):
        load(_written(tmp_path, GOOD.replace(was, now)))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load(tmp_path / "machine.toml")
