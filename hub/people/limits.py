"""How long log-ins last and how many may fail: `[login]` of hub.toml. Calls `hub.config`.

Where hub.toml says nothing, the defaults below hold; no source gives a figure for any of them
(示例, examples).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from hub.config import Config, ConfigError

MOST: Final = 100_000
PROXIES: Final = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class Limits:
    """Hours that a session lasts at most, and minutes without a page until it ends. Failed log-ins
    of one person until he is locked out for `lock_minutes`, and in a day; those from one address
    in an hour and in a day, questions for a challenge in an hour.
    """

    session_hours: int = 12
    idle_minutes: int = 60
    lock_minutes: int = 15
    person_failures: int = 5
    person_day: int = 30
    address_hour: int = 60
    address_day: int = 300
    address_asks: int = 240


def limits(config: Config) -> Limits:
    """Raises ConfigError, which names the setting and what may stand there."""
    return read(config.login)


def read(table: Mapping[str, Any]) -> Limits:
    """The numbers of `[login]`; raises ConfigError."""
    known = asdict(Limits())
    given = {name: value for name, value in table.items() if name not in ("rp_id", "proxies")}
    for name, value in given.items():
        if name not in known:
            raise ConfigError(f"login.{name}: 没有这个设置，只有 only {', '.join(known)}。")
        if type(value) is not int or not 1 <= value <= MOST:
            raise ConfigError(f"login.{name}: 应为 1 到 {MOST} 的整数。 1 to {MOST} is expected.")
    return Limits(**{**known, **given})


def proxies(config: Config) -> frozenset[str]:
    """The web servers in front, whose word on a client's address is taken; raises ConfigError."""
    found = config.login.get("proxies", list(PROXIES))
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ConfigError('hub.toml: login.proxies 不对。 Expected ["127.0.0.1"].')
    return frozenset(found)
