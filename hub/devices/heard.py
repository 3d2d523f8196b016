"""When each machine's newest entry came, and which software it started last.

Calls `hub.devices.models` and `wire`. It follows from the records and is kept beside them, so that
a page of all machines reads a row a machine and not their journals.
"""

from collections.abc import Iterable

from hub.devices.models import Heard
from wire.record.entry import Entry


def keep(entries: Iterable[Entry], came_ms: int) -> None:
    """These entries are the newest of their machines, each machine's in order."""
    found: dict[str, dict[str, object]] = {}
    for one in entries:
        changed = found.setdefault(one.device, {})
        changed |= {"seq": one.seq, "came_ms": came_ms}
        if one.kind == "boot":
            changed |= {"version": one.body["version"], "started_ms": one.time.wall}
    for device, changed in found.items():
        Heard.objects.update_or_create(device=device, defaults=changed)
