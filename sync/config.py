"""What the courier reads of `machine.toml`: the device and its [hub]. Calls nothing of ours.

A wrong file names its key and what is expected; nothing falls back silently.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class ConfigError(ValueError):
    """The file cannot be used; the text says which key and why, in Chinese and English."""


@dataclass(frozen=True)
class SyncConfig:
    """One machine's way to its township; `folder` is the machine folder."""

    folder: Path
    device: str
    mqtt_host: str
    mqtt_port: int
    blobs: str
    ca: Path
    certificate: Path
    key: Path
    enrol: str | None = None
    """The enrolment site; a machine that was not told of one renews nothing by itself."""

    @property
    def courier(self) -> Path:
        """The socket on which lockd serves this process."""
        return self.folder / "run" / "courier.sock"

    @property
    def renewed(self) -> Path:
        """Certificate and key that the courier got for itself, in one file."""
        return self.folder / "tls" / "renewed" / "device.pem"

    @property
    def followed(self) -> Path:
        """The certificate authorities that the officers named since, as syncd keeps them."""
        return self.folder / "tls" / "renewed" / "ca.pem"

    @property
    def cas(self) -> Path:
        """Whom the courier believes to be the hub."""
        return self.followed if self.followed.exists() else self.ca

    @property
    def releases(self) -> Path:
        """Where releases wait for root; where it is missing, none is fetched."""
        return self.folder / "releases"

    @property
    def photos(self) -> Path:
        return self.folder / "photos"


def load(path: Path) -> SyncConfig:
    """Read the file; raises ConfigError."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: 配置文件不能读取。 Cannot be read: {error}") from error
    hub = document.get("hub")
    if not isinstance(hub, dict):
        raise ConfigError("[hub]: 缺少这一段。 This section is missing.")
    folder = path.resolve().parent
    return SyncConfig(
        folder=folder,
        device=_text(document, "device"),
        mqtt_host=_text(hub, "mqtt_host"),
        mqtt_port=_port(hub, "mqtt_port"),
        blobs=_https(hub, "blobs"),
        ca=folder / _text(hub, "ca"),
        certificate=folder / _text(hub, "certificate"),
        key=folder / _text(hub, "key"),
        enrol=_https(hub, "enrol") if "enrol" in hub else None,
    )


def ca(path: Path) -> Path | None:
    """The township's authorities; None for a machine that was never told of a network."""
    try:
        return load(path).cas
    except ConfigError:
        return None


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{key}: 应为文字。 A text is expected.")
    return value


def _port(table: Mapping[str, object], key: str) -> int:
    value = table.get(key)
    if type(value) is not int or not 1 <= value <= 65535:
        raise ConfigError(f"{key}: 应为 1 到 65535。 1 to 65535 is expected.")
    return value


def _https(table: Mapping[str, object], key: str) -> str:
    value = _text(table, key)
    if not value.startswith("https://"):
        raise ConfigError(f"{key}: 应以 https:// 开头。 It must start with https://.")
    return value.rstrip("/")
