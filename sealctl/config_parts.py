"""The parts of a machine's body, the drivers that each can have, and the drivers' settings: data.

Calls only `sealctl.config_values`. `sealctl.main` makes the drivers out of it.
"""

from collections.abc import Mapping
from typing import Final

from sealctl.config_values import Setting, text

Drivers = Mapping[str, Mapping[str, Setting]]

PARTS: Final[Mapping[str, Drivers]] = {
    "press": {"sim": {}, "serial": {"port": text()}},
    "camera": {"sim": {}},
}
"""Part → driver → setting."""
