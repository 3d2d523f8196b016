"""Whose pages of services may be others than before: the guide, the lists, or a machine's standing.

Calls `hub.services.{files,guide,machines,near}`, `hub.devices` and `hub.config`.
"""

import hashlib
import json

from django.db.models import Max

from hub.config import config
from hub.devices import authority
from hub.devices.models import Authority
from hub.services import files, machines, near
from hub.services.guide import Guide


def changed(mark: str, now_ms: int) -> tuple[str, frozenset[str] | None]:
    """The next mark, and the villages whose files may be others; None for all of them."""
    guide = files.load(config().state)
    states = machines.online(guide.points.values(), now_ms)
    basis, before = _basis(guide), json.loads(mark or "{}")
    after = json.dumps({"basis": basis, "online": dict(states)}, sort_keys=True)
    if before.get("basis") != basis:
        return after, None
    old = before["online"]
    other = {one for one in states.keys() | old.keys() if states.get(one) != old.get(one)}
    if not other:
        return after, frozenset()
    villages = {one.village for one in authority.machines().values()}
    return after, frozenset(one for one in villages if other & _shown(guide, one))


def _basis(guide: Guide) -> str:
    version = Authority.objects.aggregate(last=Max("version"))["last"]
    return hashlib.sha256(repr((guide, version)).encode()).hexdigest()


def _shown(guide: Guide, village: str) -> set[str]:
    """The machines that the village's pages tell of."""
    return {one.machine for one in near.told(guide, village)}
