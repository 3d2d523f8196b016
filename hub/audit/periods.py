"""For how long the hub keeps what tells of people and proves nothing: `[retain]` of hub.toml.

Calls `hub.config`. No source gives a figure for any of it: what hub.toml does not name is kept.
"""

from collections.abc import Mapping
from typing import Final

from hub.config import Config, ConfigError

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "searches": ("检查人员的查询", "inspectors' searches"),
    "uses": ("程序使用令牌的记录", "uses of tokens"),
    "notices": ("发给别的系统的通知", "notices to other systems"),
    "reports": ("答复过的直通车反映", "reports to the hotline that were answered"),
    "county_reports": ("已交给县里的封好的反映", "sealed reports that the county was given"),
    "relief": ("扶贫受助名单", "people who were given relief"),
}
"""What may be erased, each by the setting of its name and `_days`."""
LONGEST: Final = 36_500


def days(config: Config) -> Mapping[str, int]:
    """Kind → days, of those that hub.toml names. Raises ConfigError, which names the setting."""
    known = {f"{one}_days": one for one in KINDS}
    for name, value in config.retain.items():
        if name not in known:
            raise ConfigError(f"hub.toml: 没有 retain.{name}。 No such setting: {' '.join(known)}")
        if type(value) is not int or not 1 <= value <= LONGEST:
            raise ConfigError(f"hub.toml: retain.{name} 不对。 Expected 1…{LONGEST}.")
    return {known[name]: value for name, value in config.retain.items()}
