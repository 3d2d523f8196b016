"""For how long a closed case keeps its evidence: `[cases]` of hub.toml. Calls `hub.config`.

No source gives a figure: the default is an example (示例).
"""

from typing import Final

from hub.config import Config, ConfigError

KEEP_DAYS: Final = 365
LONGEST: Final = 36_500


def keep_days(config: Config) -> int:
    """Raises ConfigError, which names the setting."""
    for name in config.cases:
        if name != "keep_days":
            raise ConfigError(f"hub.toml: 没有 cases.{name}。 No such setting: keep_days")
    days = config.cases.get("keep_days", KEEP_DAYS)
    if type(days) is not int or not 0 <= days <= LONGEST:
        raise ConfigError(f"hub.toml: cases.keep_days 不对。 Expected 0…{LONGEST}.")
    return days
