"""One look at the hotline: its key's file, its database, and who may read and grant. Reads only.

Calls `hub.config`, `hub.hotline.{limits,lists,router,routing,vault}` and `hub.people.roster`.
"""

from typing import Any

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from hub.config import Config
from hub.hotline import limits, lists, vault
from hub.hotline.router import LABEL
from hub.hotline.routing import RECEIVER, routes
from hub.operate.doctor.model import Hotline
from hub.people import roster


def hotline(config: Config, now_ms: int) -> Hotline:
    """Everything its checks need; raises ConfigError."""
    told = limits.limits(config)
    about = {office for one in routes().values() for office in one.offices}
    try:
        asked = _asked(told, now_ms)
    except DatabaseError as error:
        asked = {"why": str(error).strip() or type(error).__name__}
    return Hotline(
        origin=told.origin,
        key=vault.trouble(config.state),
        about=[one for one in told.granters if one in about],
        **asked,
    )


def _asked(told: limits.Limits, now_ms: int) -> dict[str, Any]:
    executor = MigrationExecutor(connections[LABEL])
    leaves = [one for one in executor.loader.graph.leaf_nodes() if one[0] == LABEL]
    if waiting := len(executor.migration_plan(leaves)):
        return {"waiting": waiting}
    people = list(roster.staff(now_ms))
    readers = [one for one in people if RECEIVER in one.offices and not one.of_village]
    granting = {office for one in people if not one.of_village for office in one.offices}
    return {
        "unseen": lists.unseen(readers),
        "readers": len(readers),
        "vacant": [one for one in told.granters if one not in granting],
    }
