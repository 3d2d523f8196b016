"""What differs by place: `[relief]` of hub.toml, or the usual figures. Calls `hub.config`.

A notice of 10 days at least is the rule for villages; no source gives any of the other figures:
they are examples (示例). Who may take lists in is the township's to say, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from hub.config import Config, ConfigError

HOTLINE: Final = "12317"
CALLED: Final = "扶贫监督举报电话"
"""The telephone of relief supervision, and how it is called."""
RANGES: Final = {
    "notice_days": (1, 366),
    "delay_ms": (100, 10_000),
    "address_day": (1, 100_000),
    "key_day": (1, 100_000),
    "day": (1, 1_000_000),
}


@dataclass(frozen=True)
class Settings:
    """`notice_days`: a list of people is shown so many days at least. A look-up is answered after
    `delay_ms`; a day takes `day` of them, `address_day` from one address, and `key_day` for one
    name or one household's code. `offices` take lists in. `county`: the county's own site.
    """

    notice_days: int = 10
    delay_ms: int = 800
    address_day: int = 40
    key_day: int = 12
    day: int = 5_000
    offices: tuple[str, ...] = ("township.duty", "township.leader")
    county_name: str = ""
    county: str = ""


def settings(config: Config) -> Settings:
    """Raises ConfigError, which names the setting and what may stand there."""
    return read(config.relief)


def read(table: Mapping[str, Any]) -> Settings:
    """The `[relief]` of hub.toml; raises ConfigError."""
    known = [one.name for one in fields(Settings)]
    for name in table:
        if name not in known:
            raise _wrong(name, " ".join(known))
    given = {name: _number(name, table[name]) for name in RANGES if name in table}
    return Settings(
        **given,
        offices=_offices(table.get("offices", list(Settings.offices))),
        county_name=_text(table, "county_name"),
        county=_address(table),
    )


def _number(name: str, value: object) -> int:
    least, most = RANGES[name]
    if type(value) is not int or not least <= value <= most:
        raise _wrong(name, f"{least}…{most}")
    return value


def _offices(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(
        isinstance(one, str) and one.startswith("township.") for one in value
    ):
        raise _wrong("offices", '["township.duty"]')
    return tuple(value)


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name, "")
    if not isinstance(value, str) or len(value) > 60 or not value.isprintable():
        raise _wrong(name, '"苍南县扶贫公开网"')
    return value


def _address(table: Mapping[str, Any]) -> str:
    value = table.get("county", "")
    if value and not (isinstance(value, str) and value.startswith(("https://", "http://"))):
        raise _wrong("county", '"https://…"')
    return str(value)


def _wrong(name: str, may: str) -> ConfigError:
    setting = f"relief.{name}"
    return ConfigError(f"hub.toml: {setting} 不对，可以是：{may}。 {setting}: expected {may}.")
