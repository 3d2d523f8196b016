"""Whose tokens read here, for how long, and how often: `[port]` of hub.toml. Calls `hub.config`.

Where hub.toml says nothing, the defaults below hold; no source gives a figure for any of them
(示例, examples).
"""

from dataclasses import dataclass, fields
from typing import Any, Final

from hub.config import Config, ConfigError

READERS: Final = ("township.inspector", "county.inspector")
MOST: Final = {"token_days": 5 * 365}
MOST_A_MINUTE: Final = 100_000


@dataclass(frozen=True)
class Limits:
    """`readers` are the offices that may read here, `token_days` for how long a token is good.

    In a minute: questions by one token; by one token of what a pull asks for, a photo at a time;
    and, from one address, with no token that is in force.
    """

    readers: tuple[str, ...] = READERS
    token_days: int = 365
    token_minute: int = 300
    pull_minute: int = 6000
    stranger_minute: int = 30


def limits(config: Config) -> Limits:
    """Raises ConfigError, which names the setting and what may stand there."""
    known = [one.name for one in fields(Limits)]
    for name in config.port:
        if name not in known:
            raise ConfigError(f"hub.toml: 没有 port.{name}。 No such setting: {' '.join(known)}")
    return Limits(**{name: _read(name, value) for name, value in config.port.items()})


def _read(name: str, value: Any) -> Any:
    if name == "readers":
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise ConfigError('hub.toml: port.readers 不对。 Expected ["township.inspector"].')
        return tuple(value)
    most = MOST.get(name, MOST_A_MINUTE)
    if type(value) is not int or not 1 <= value <= most:
        raise ConfigError(f"hub.toml: port.{name} 不对。 Expected 1…{most}.")
    return value
