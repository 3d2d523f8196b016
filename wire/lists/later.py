"""Fields that files of a list got after they were first in use, and what each means where it is
missing. Data; calls only `wire.shape` and `wire.sig`.

A list that officers signed before such a field existed stays in force at a machine whose software
knows it. So every field that is added stands here, with a default that permits nothing that was not
permitted before. `suites` is written always: lists had to have it for a while.
"""

from collections.abc import Mapping
from typing import Final

from wire.shape import Later
from wire.sig import USUAL

LATER: Final[Mapping[str, Mapping[str, Later]]] = {
    "policy": {"suites": Later(list(USUAL), left_out=False), "device_cas": Later([])},
    "machine": {"replaces": Later(None)},
}
