"""What of the township's own data files cannot be read: the site keeps what it had of them.

Calls `hub.{affairs,redaction,relief,services}` and `hub.config`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from hub.affairs import catalogue
from hub.config import Config, ConfigError
from hub.redaction import rules
from hub.relief.settings import settings
from hub.services import files

_READ: Final[Mapping[str, Callable[[Config], object]]] = {
    "disclosure": lambda config: catalogue.load(config.state),
    "redaction": lambda config: rules.load(config.state),
    "relief": settings,
    "services": lambda config: files.load(config.state),
}


def spoilt(config: Config) -> dict[str, str]:
    """By matter what is wrong, with file and place."""
    found = {}
    for name, read in _READ.items():
        try:
            read(config)
        except ConfigError as error:
            found[name] = str(error)
    return found
