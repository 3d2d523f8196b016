"""What counts as unusual, and how much is sampled: the defaults, or `[daily]` of hub.toml.

Calls `hub.config`. No source gives a figure for any of these: all defaults are examples (示例).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from hub.config import Config, ConfigError

MOST: Final = 10_000
BOUNDS: Final = {
    **dict.fromkeys(("night_from", "night_to", "office_from", "office_to"), 24),
    "office_days": 7,
    "pair_percent": 100,
}


@dataclass(frozen=True)
class Limits:
    """`night_from` and `night_to` are hours of the day; the office is open from `office_from` to
    `office_to` on the first `office_days` days of a week, Monday the first; a burst are
    `burst_count` applications at one machine within `burst_minutes`; a pair of approvers is told of
    from `pair_least` applications in `pair_days` days and `pair_percent` of the village's on;
    splitting are `split_count` applications of one person for one item within `split_days` days;
    `sample` stamps a day are drawn, and `listed` unusual ones shown at most.
    """

    night_from: int = 20
    night_to: int = 7
    office_from: int = 8
    office_to: int = 17
    office_days: int = 5
    burst_count: int = 5
    burst_minutes: int = 10
    pair_days: int = 90
    pair_percent: int = 90
    pair_least: int = 10
    split_count: int = 3
    split_days: int = 30
    sample: int = 5
    listed: int = 100


def limits(config: Config) -> Limits:
    """Raises ConfigError, which names the setting."""
    return read(config.daily)


def read(table: Mapping[str, Any]) -> Limits:
    """The `[daily]` of hub.toml; raises ConfigError."""
    known = [field.name for field in fields(Limits)]
    for name, value in table.items():
        if name not in known:
            raise ConfigError(f"hub.toml: 没有 daily.{name}。 No such setting: {' '.join(known)}")
        most = BOUNDS.get(name, MOST)
        if type(value) is not int or not 0 <= value <= most:
            raise ConfigError(f"hub.toml: daily.{name} 不对。 Expected 0…{most}.")
    return Limits(**table)
