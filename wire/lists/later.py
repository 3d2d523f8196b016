"""Fields that files of a list got after they were first in use, and what each means where it is
missing. Data; calls only `wire.shape` and `wire.sig`.

A list that officers signed before such a field existed stays in force at a machine whose software
knows it. So every field that is added stands here, with a default that permits nothing that was not
permitted before. `suites` is written always: lists had to have it for a while.
"""

from collections.abc import Mapping
from typing import Any, Final

from wire.shape import Later
from wire.sig import USUAL

PASSKEYS_ALONE: Final = ("passkey",)

LATER: Final[Mapping[str, Mapping[str, Later]]] = {
    "policy": {
        "suites": Later(list(USUAL), left_out=False),
        "device_cas": Later([]),
        "approval_suites": Later(list(PASSKEYS_ALONE)),
        "former_logs": Later([]),
        "photos_days": Later(0),
        "openings_days": Later(0),
        "former_villages": Later([]),
        "absence_days": Later(0),
        "absence_offices": Later([]),
    },
    "machine": {"replaces": Later(None)},
    "person": {"sm2_keys": Later([])},
    "grant": {"absences": Later([])},
    "item": {
        "passkeys_only": Later(default=False),
        "since": Later(""),
        "until": Later(""),
        "bands": Later([]),
        "resolution": Later(default=False),
        "seam_pages": Later(0),
    },
}
"""Form → field → what it is where it is missing."""


def completed(form: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A form's plain fields, with those that it leaves out."""
    return {**{name: one.default for name, one in LATER[form].items()}, **fields}


def as_written(form: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Inverse of completed."""
    known = LATER[form]
    return {
        name: value
        for name, value in fields.items()
        if name not in known or not known[name].left_out or value != known[name].default
    }
