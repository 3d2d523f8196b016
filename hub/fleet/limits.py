"""From when on something about a machine is said: the township's figures, `[fleet]` in hub.toml.

Calls only `hub.config`. Where hub.toml says nothing, the defaults below hold; no source gives a
figure for any of them (示例, examples), but for what follows from another that is named.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from hub.config import Config, ConfigError

MOST: Final = 100_000


@dataclass(frozen=True)
class Limits:
    """Hours without a signed entry until a machine is `quiet` though connected (it writes one an
    hour), and until it is `missing`; hours of the list's age (half of the 72 for which one holds);
    entries without a receipt; days of its certificate's life (those at which `sealctl doctor`
    warns); hours for which a command is good.
    """

    quiet_h: int = 3
    missing_h: int = 24
    list_h: int = 36
    backlog: int = 100
    certificate_days: int = 30
    command_h: int = 24


COMMAND_MOST_H: Final = 7 * 24 - 1
"""A machine takes none that is good for longer than seven days."""


def limits(config: Config) -> Limits:
    """Raises ConfigError, which names the setting and what may stand there."""
    return read(config.fleet)


def read(table: Mapping[str, Any]) -> Limits:
    """The `[fleet]` of hub.toml; raises ConfigError."""
    known = asdict(Limits())
    for name, value in table.items():
        most = COMMAND_MOST_H if name == "command_h" else MOST
        if name not in known:
            raise ConfigError(f"fleet.{name}: 没有这个设置，只有 only {', '.join(known)}。")
        if type(value) is not int or not 1 <= value <= most:
            raise ConfigError(f"fleet.{name}: 应为 1 到 {most} 的整数。 1 to {most} is expected.")
    return Limits(**{**known, **table})
