"""Which role may ask what of lockd: one table a role; what is not in it does not exist for it.

Calls `sealctl.lockd`.
"""

from collections.abc import Mapping
from typing import Final

from sealctl.lockd.camera_verbs import CAMERA
from sealctl.lockd.console_verbs import CONSOLE
from sealctl.lockd.courier_verbs import COURIER
from sealctl.lockd.panel_verbs import PANEL
from sealctl.lockd.verb import Verb

ROLES: Final[Mapping[str, Mapping[str, Verb]]] = {
    "panel": PANEL,
    "courier": COURIER,
    "camera": CAMERA,
    "console": CONSOLE,
}
