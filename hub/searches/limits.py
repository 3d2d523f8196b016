"""Whose office sees what inspectors searched for: `[searches]` of hub.toml. Calls `hub.config`.

No source names the office: the default is an example (示例). Who holds it stands in the officers'
signed rosters.
"""

from typing import Final

from hub.config import Config, ConfigError

SEEN_BY: Final = ("township.leader",)


def seen_by(config: Config) -> frozenset[str]:
    """Raises ConfigError, which names the setting."""
    for name in config.searches:
        if name != "seen_by":
            raise ConfigError(f"hub.toml: 没有 searches.{name}。 No such setting: seen_by")
    offices = config.searches.get("seen_by", list(SEEN_BY))
    if not isinstance(offices, list) or not all(isinstance(one, str) for one in offices):
        raise ConfigError('hub.toml: searches.seen_by 不对。 Expected ["township.leader"].')
    return frozenset(offices)
