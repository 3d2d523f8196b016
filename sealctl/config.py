"""`machine.toml`: what one machine is told about itself and its township. Calls nothing of ours.

A wrong file names its key and the values allowed; nothing falls back silently.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DRIVERS = ("sim",)


class ConfigError(ValueError):
    """The file cannot be used; the text says which key and why, in Chinese and English."""


@dataclass(frozen=True)
class MachineConfig:
    """One machine's settings; `folder` is where the file lies and everything else belongs."""

    folder: Path
    device: str
    driver: str
    root: Path
    root_sha256: bytes
    panel_host: str
    panel_port: int

    @property
    def journal(self) -> Path:
        return self.folder / "journal.sqlite3"

    @property
    def record_key(self) -> Path:
        return self.folder / "keys" / "record.pem"

    @property
    def photos(self) -> Path:
        return self.folder / "photos"

    @property
    def pages(self) -> Path:
        return self.folder / "pages"

    def socket(self, role: str) -> Path:
        """The Unix socket of a role: panel, courier, camera, console, preview or body."""
        return self.folder / "run" / f"{role}.sock"


def load(path: Path) -> MachineConfig:
    """Read the file; raises ConfigError."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: 配置文件不能读取。 Cannot be read: {error}") from error
    folder = path.resolve().parent
    county, panel = _table(document, "county"), _table(document, "panel")
    driver = _text(document, "driver")
    if driver not in DRIVERS:
        raise ConfigError(f"driver = {driver!r}: 只能是 one of {', '.join(DRIVERS)}")
    return MachineConfig(
        folder=folder,
        device=_text(document, "device"),
        driver=driver,
        root=folder / _text(county, "root"),
        root_sha256=_hash(county, "root_sha256"),
        panel_host=_text(panel, "host"),
        panel_port=_port(panel, "port"),
    )


def _table(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = document.get(key)
    if not isinstance(value, dict):
        raise ConfigError(f"[{key}]: 缺少这一段。 This section is missing.")
    return value


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{key}: 应为文字。 A text is expected.")
    return value


def _hash(table: Mapping[str, object], key: str) -> bytes:
    try:
        value = bytes.fromhex(_text(table, key))
    except ValueError as error:
        raise ConfigError(f"{key}: 应为 64 位十六进制。 64 hex digits are expected.") from error
    if len(value) != 32:
        raise ConfigError(f"{key}: 应为 64 位十六进制。 64 hex digits are expected.")
    return value


def _port(table: Mapping[str, object], key: str) -> int:
    value = table.get(key)
    if type(value) is not int or not 1 <= value <= 65535:
        raise ConfigError(f"{key}: 应为 1 到 65535。 1 to 65535 is expected.")
    return value
