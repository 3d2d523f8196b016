"""What a token may read, and whose office may have one. Calls `hub.config` and `hub.people.roster`.

Who holds an office stands in the officers' signed rosters; `[port]` of hub.toml only says which
offices may read here, and for how many days a token is good. No source gives a figure: the default
is an example (示例).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hub.config import Config, ConfigError
from hub.people.roster import Staff

SCOPES: Final[Mapping[str, tuple[str, str]]] = {
    "lists": ("各机清单和县级根", "machines' lists, county roots"),
    "openings": ("开示和照片", "openings and photos"),
    "records": ("用印记录", "records"),
    "alarms": ("报警", "alarms"),
    "cases": ("案卷", "cases"),
    "machines": ("机器", "machines"),
    "statistics": ("用印统计", "statistics"),
    "exports": ("批量导出", "bulk exports"),
}
PROGRAM: Final = ("lists", "openings")
"""All that a program of nobody may read: what `sealinspect pull` asks for."""
WHOLE: Final = ("lists", "openings", "exports")
"""Not for whoever is narrowed to villages: a list says whose machine it is and holds the
applications of its village, and nobody can hold a village's records against the log without the
newest list of each machine.
"""
READERS: Final = ("township.inspector", "county.inspector")
VILLAGE: Final = "village."
TOKEN_DAYS: Final = 365
LONGEST_DAYS: Final = 5 * 365


@dataclass(frozen=True)
class Settings:
    """`readers` are the offices that may read here, `token_days` for how long a token is good."""

    readers: tuple[str, ...] = READERS
    token_days: int = TOKEN_DAYS


def settings(config: Config) -> Settings:
    """Raises ConfigError, which names the setting."""
    known = {"readers": list(READERS), "token_days": TOKEN_DAYS}
    for name in config.port:
        if name not in known:
            raise ConfigError(f"hub.toml: 没有 port.{name}。 No such setting: {' '.join(known)}")
    found = {**known, **config.port}
    offices, days = found["readers"], found["token_days"]
    if not isinstance(offices, list) or not all(isinstance(one, str) and one for one in offices):
        raise ConfigError('hub.toml: port.readers 不对。 Expected ["township.inspector"].')
    if type(days) is not int or not 1 <= days <= LONGEST_DAYS:
        raise ConfigError(f"hub.toml: port.token_days 不对。 Expected 1…{LONGEST_DAYS}.")
    return Settings(tuple(offices), days)


def villages(staff: Staff, readers: tuple[str, ...]) -> frozenset[str] | None:
    """Where that person may read: None for everywhere, by an office of township or county; his own
    village by one of a village; nowhere without any of these offices.
    """
    held = staff.offices & set(readers)
    if any(not office.startswith(VILLAGE) for office in held):
        return None
    return frozenset({staff.village}) if held else frozenset()
