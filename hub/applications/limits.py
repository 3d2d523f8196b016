"""The hours and counts of an application's way: the usual ones, or what the township's hub.toml
says in `[applications]`.

Calls `hub.config`. No machine judges by them; a figure without a source is called an example.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from hub.config import Config, ConfigError

HOUR_MS: Final = 3_600_000
MOST: Final = {
    "pages_max": 200,
    "requests_per_day": 10_000,
    "uploads_per_minute": 1_000,
    "looks_per_minute": 10_000,
    "names_days": 3660,
}
LONGEST_H: Final = 366 * 24


@dataclass(frozen=True)
class Limits:
    """`pages_max` of one application, unless `pages` names the item (examples).

    `remind_h`: a step may be reminded of once in so many hours (example); `overdue_h`: a step that
    nobody took for so long goes to the offices of `escalate_to`, too (example; approval took ten
    hours less than before where villages have machines, says 余杭). `requests_per_day`: so many
    villagers' requests a village takes in a day (example); `uploads_per_minute`,
    `looks_per_minute`: so many files of theirs are read, and receipt codes looked up (examples).
    `names_days`: so long after its end a request still says who asked (example).
    """

    pages_max: int = 40
    remind_h: int = 4
    overdue_h: int = 72
    requests_per_day: int = 50
    uploads_per_minute: int = 30
    looks_per_minute: int = 600
    names_days: int = 90
    escalate_to: tuple[str, ...] = ("township.leader",)
    pages: Mapping[str, int] = field(default_factory=dict)

    def pages_of(self, item: str) -> int:
        return self.pages.get(item, self.pages_max)


def limits(config: Config) -> Limits:
    """Raises ConfigError, which names the setting and what may stand there."""
    return read(config.applications)


def read(table: Mapping[str, Any]) -> Limits:
    """The `[applications]` of hub.toml; raises ConfigError."""
    names = [one.name for one in fields(Limits)]
    for name in table:
        if name not in names:
            raise _wrong(name, " ".join(names))
    given: dict[str, Any] = {
        name: _count(name, value)
        for name, value in table.items()
        if name not in ("escalate_to", "pages")
    }
    if "escalate_to" in table:
        given["escalate_to"] = _offices(table["escalate_to"])
    if "pages" in table:
        given["pages"] = _pages(table["pages"])
    return Limits(**given)


def _count(name: str, value: object) -> int:
    most = MOST.get(name, LONGEST_H)
    if type(value) is not int or not 1 <= value <= most:
        raise _wrong(name, f"1…{most}")
    return value


def _pages(value: object) -> Mapping[str, int]:
    if not isinstance(value, dict):
        raise _wrong("pages", "residence = 2")
    return {item: _count("pages_max", count) for item, count in value.items()}


def _offices(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise _wrong("escalate_to", '["township.leader"]')
    return tuple(value)


def _wrong(name: str, may: str) -> ConfigError:
    setting = f"applications.{name}"
    return ConfigError(f"hub.toml: {setting} 不对，可以是：{may}。 {setting}: expected {may}.")
