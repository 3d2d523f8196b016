"""The hotline's address, its ways out and its counts: `[hotline]` of hub.toml.

Calls `hub.config`. No telephone and no address is invented: what hub.toml does not name is not
shown. A figure without a source is called an example.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from hub.config import Config, ConfigError
from hub.hotline.routing import DATA

MOST: Final = {
    "files_max": 20,
    "reports_per_day": 10_000,
    "uploads_per_minute": 1_000,
    "looks_per_minute": 10_000,
    "open_hours": 24 * 30,
}
WORDS: Final = ("origin", "county_name", "county_address", "county_key", "township_address")
LONGEST: Final = 200


@dataclass(frozen=True)
class Limits:
    """`origin`: where people reach the hotline; `county_name`, `county_address`: of the level
    above; `county_key`: the file of its public key in the state folder, without which no report is
    taken for it; `township_address`: where one may come in person; `telephones`: name → number.

    Examples: `files_max` of one message; `reports_per_day`; `uploads_per_minute`,
    `looks_per_minute`: so many files are read and codes looked up; `open_hours`: so long after it
    was granted an identity may be read. `granters`: the offices that are asked for it (example).
    """

    origin: str = ""
    county_name: str = "县纪委监委"
    county_address: str = ""
    county_key: str = ""
    township_address: str = ""
    telephones: Mapping[str, str] = field(default_factory=dict)
    files_max: int = 6
    reports_per_day: int = 200
    uploads_per_minute: int = 30
    looks_per_minute: int = 600
    open_hours: int = 24
    granters: tuple[str, ...] = ("township.leader",)


def limits(config: Config) -> Limits:
    """Raises ConfigError, which names the setting and what may stand there."""
    return read(config.hotline)


def read(table: Mapping[str, Any]) -> Limits:
    """The `[hotline]` of hub.toml; raises ConfigError."""
    names = [one.name for one in fields(Limits)]
    for name in table:
        if name not in names:
            raise _wrong(name, " ".join(names))
    given: dict[str, Any] = {
        **{name: _count(name, table[name]) for name in MOST if name in table},
        **{name: _words(name, table[name]) for name in WORDS if name in table},
    }
    if "telephones" in table:
        given["telephones"] = _telephones(table["telephones"])
    if "granters" in table:
        given["granters"] = _granters(table["granters"])
    return Limits(**given)


def ways(told: Limits) -> list[tuple[str, str]]:
    """Every telephone that leads out, by name: nationwide ones, then the township's own."""
    return nationwide() + list(told.telephones.items())


def nationwide() -> list[tuple[str, str]]:
    """Those that lead past the township."""
    rows = tomllib.loads((DATA / "ways.toml").read_text("utf-8"))["way"]
    return [(one["zh"], one["number"]) for one in rows]


def _count(name: str, value: object) -> int:
    if type(value) is not int or not 1 <= value <= MOST[name]:
        raise _wrong(name, f"1…{MOST[name]}")
    return value


def _words(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise _wrong(name, f"“…”, {LONGEST}")
    if name == "origin" and not value.startswith(("http://", "https://")):
        raise _wrong(name, "https://…")
    return value.rstrip("/") if name == "origin" else value


def _telephones(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise _wrong("telephones", '"镇纪委" = "…"')
    return value


def _granters(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise _wrong("granters", '["township.leader"]')
    return tuple(value)


def _wrong(name: str, may: str) -> ConfigError:
    setting = f"hotline.{name}"
    return ConfigError(f"hub.toml: {setting} 不对，可以是：{may}。 {setting}: expected {may}.")
