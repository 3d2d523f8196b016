"""`machine.toml`: what one machine is told about itself and its township.

Calls only `sealctl.config_*` and `sealctl.toml_lines`. A wrong file names its line, the key and
the values allowed; nothing falls back silently.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sealctl.config_parts import EXTRAS, PARTS, RECORD_KEYS, Settings
from sealctl.config_values import REQUIRED, Setting, choice, hexadecimal, text, whole
from sealctl.toml_lines import line_of

SECTIONS: Final[Mapping[str, Mapping[str, Setting]]] = {
    "": {"device": text()},
    "county": {"root": text(), "root_sha256": hexadecimal(32)},
    "panel": {"host": text(), "port": whole(1, 65535), "phone": text("")},
}
OTHERS: Final = ("hub",)
"""Sections that other programs of the machine read."""


class ConfigError(ValueError):
    """The file cannot be used; the text says which line and why, in Chinese and English."""


@dataclass(frozen=True)
class Part:
    """One part of the body: the driver chosen for it and that driver's settings."""

    driver: str
    settings: Mapping[str, Any] = field(default_factory=dict)


FILE_KEY: Final = Part("file", {"suite": "EdDSA"})
"""The record key of a machine.toml without [keys]: Ed25519, in a file."""


@dataclass(frozen=True)
class MachineConfig:
    """One machine's settings; `folder` is where the `file` lies and everything else belongs.

    `hardware` has one entry for each of `PARTS`.
    """

    file: Path
    folder: Path
    device: str
    hardware: Mapping[str, Part]
    root: Path
    root_sha256: bytes
    panel_host: str
    panel_port: int
    panel_phone: str = ""
    """Whom the screen tells people to call, as it is to be read; empty: nobody is named."""
    record: Part = FILE_KEY
    """The record key: one of `RECORD_KEYS` with its settings."""
    next_record: Part | None = None
    """The one that takes over with the list that names it."""

    @property
    def journal(self) -> Path:
        return self.folder / "journal.sqlite3"

    @property
    def record_key(self) -> Path:
        return self.folder / "keys" / "record.pem"

    @property
    def next_key(self) -> Path:
        return self.folder / "keys" / "next.pem"

    @property
    def photos(self) -> Path:
        return self.folder / "photos"

    @property
    def pages(self) -> Path:
        return self.folder / "pages"

    @property
    def tally(self) -> Path:
        """The counters of a machine that has no head of its own to keep them."""
        return self.folder / "tally"

    @property
    def voices(self) -> tuple[Path, ...]:
        """Folders of spoken clips: the village's own, a checkout's, the package's."""
        return self.folder / "voice", self.folder / "clips", Path("/usr/share/sealctl/voice")

    def socket(self, role: str) -> Path:
        """The Unix socket of a role: panel, courier, camera, console, preview or body."""
        return self.folder / "run" / f"{role}.sock"


def load(path: Path) -> MachineConfig:
    """Read the file; raises ConfigError."""
    try:
        source = path.read_text("utf-8")
        document = tomllib.loads(source)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: 配置文件不能读取。 Cannot be read: {error}") from error
    reader = _Reader(path, source)
    reader.only(document, "", {*SECTIONS[""], *SECTIONS, *OTHERS, "hardware", "keys"})
    found = {name: reader.section(document, name) for name in SECTIONS}
    folder = path.resolve().parent
    return MachineConfig(
        file=path,
        folder=folder,
        device=found[""]["device"],
        hardware=reader.hardware(document),
        root=folder / found["county"]["root"],
        root_sha256=found["county"]["root_sha256"],
        panel_host=found["panel"]["host"],
        panel_port=found["panel"]["port"],
        panel_phone=found["panel"]["phone"],
        record=reader.record_key(document),
        next_record=reader.next_record_key(document),
    )


class _Reader:
    """Takes values out of one file, and knows where they stand in it."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._source = source

    def hardware(self, document: Mapping[str, Any]) -> Mapping[str, Part]:
        parts = self._table(document, "hardware")
        self.only(parts, "hardware", set(PARTS))
        return {name: self._part(parts, name) for name in PARTS}

    def record_key(self, document: Mapping[str, Any]) -> Part:
        if "keys" not in document:
            return FILE_KEY
        table = self._table(document, "keys")
        own = {name: value for name, value in table.items() if name != "next"}
        return self._chosen(own, "keys", "record", RECORD_KEYS)

    def next_record_key(self, document: Mapping[str, Any]) -> Part | None:
        if "next" not in document.get("keys", {}):
            return None
        table = self._table(document["keys"], "next", "keys.next")
        return self._chosen(table, "keys.next", "record", RECORD_KEYS)

    def section(self, document: Mapping[str, Any], name: str) -> dict[str, Any]:
        table = document if name == "" else self._table(document, name)
        if name:
            self.only(table, name, set(SECTIONS[name]))
        return {key: self._value(table, name, key, one) for key, one in SECTIONS[name].items()}

    def only(self, table: Mapping[str, Any], where: str, allowed: set[str]) -> None:
        """Refuse what the schema does not know: it would be a mistyped name without effect."""
        for key in table:
            if key not in allowed:
                names = ", ".join(sorted(allowed - {""}))
                raise self._error(
                    _join(where, key), f"没有这个设置。 No such setting, only {names}"
                )

    def _part(self, parts: Mapping[str, Any], name: str) -> Part:
        if name in EXTRAS and name not in parts:
            return Part("none")
        where = f"hardware.{name}"
        return self._chosen(self._table(parts, name, where), where, "driver", PARTS[name])

    def _chosen(
        self, table: Mapping[str, Any], where: str, key: str, known: Mapping[str, Settings]
    ) -> Part:
        """What the table's `key` chooses, with the settings that belong to it and no others."""
        chosen = self._value(table, where, key, choice(*known))
        self.only(table, where, {key, *known[chosen]})
        settings = {
            name: self._value(table, where, name, one) for name, one in known[chosen].items()
        }
        return Part(chosen, settings)

    def _table(self, document: Mapping[str, Any], key: str, where: str = "") -> Mapping[str, Any]:
        value = document.get(key)
        if not isinstance(value, dict):
            raise self._error(where or key, "缺少这一段。 This section is missing.")
        return value

    def _value(self, table: Mapping[str, Any], where: str, key: str, setting: Setting) -> Any:
        if key not in table and setting.default is not REQUIRED:
            return setting.default
        value = setting.check(table[key]) if key in table else None
        if value is None:
            said = repr(table[key]) if key in table else "缺少 missing"
            raise self._error(_join(where, key), f"{said}。应为{setting.allowed}")
        return value

    def _error(self, key: str, reason: str) -> ConfigError:
        line = line_of(self._source, key)
        return ConfigError(f"{self._path}: 第 {line} 行 line {line}: {key}: {reason}")


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
