"""Where the public site lies and which telephones stand on it, as hub.toml has them.

Calls only `hub.config`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hub.config import Config, ConfigError

FOLDER: Final = "public/site"
BESIDE: Final = "site-index"
"""In the state folder: what each owner wrote, and how far each matter was told."""
LINES: Final = (("政务服务热线", "12345"), ("举报电话（纪检监察）", "12388"))
"""Those of the whole country."""


@dataclass(frozen=True)
class Settings:
    """`folder` is given out by a file server; `telephones` are (name, number), the township's own
    first.
    """

    folder: Path
    beside: Path
    telephones: tuple[tuple[str, str], ...]


def settings(config: Config) -> Settings:
    """The site's settings; raises ConfigError."""
    raw: Mapping[str, Any] = config.site
    unknown = raw.keys() - {"folder", "telephones"}
    telephones = raw.get("telephones", {})
    if unknown or not isinstance(telephones, Mapping):
        raise ConfigError(f"[site]: 不认识 {'、'.join(sorted(unknown))}。 Unknown settings.")
    if not all(_is_telephone(one) for one in telephones.values()):
        raise ConfigError('[site.telephones]: 名称 = "电话号码"。 name = "number" expected.')
    return Settings(
        folder=config.state / str(raw.get("folder", FOLDER)),
        beside=config.state / BESIDE,
        telephones=(*telephones.items(), *LINES),
    )


def _is_telephone(value: object) -> bool:
    return (
        isinstance(value, str) and 3 <= len(value) <= 20 and not set(value) - set("0123456789-+ ")
    )
