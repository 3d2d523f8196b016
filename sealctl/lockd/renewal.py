"""Whether a list leads the machine to a new log, and may. Calls `sealctl.journal` and `wire`.

That the officers name the former log was held before (`wire.lists.adopt`). Here it is held against
what this machine saw: the head from which the new log goes on is not before that.
"""

import sqlite3

from sealctl.journal import plight
from wire.lists import renewal
from wire.lists.content import ApprovalList, Policy
from wire.lists.renewal import FormerLog
from wire.refusals import Refused
from wire.tlog import checkpoint
from wire.tlog.checkpoint import Checkpoint


def renews(connection: sqlite3.Connection, before: ApprovalList | None, after: Policy) -> bool:
    """Whether the log is another one than before; raises Refused('list_rollback') where its former
    one is named with an older or another head than the machine has seen.
    """
    held = plight.seen(connection)
    seen = None if held is None else checkpoint.decode(held)
    log = _log(before, seen)
    if log in (None, renewal.origin(after.log_key)):
        return False
    for former in after.former_logs:
        if seen is not None and former.origin == seen.origin and not _reaches(former, seen):
            detail = f"{former.origin}: {former.size} leaves, this machine saw {seen.size}"
            raise Refused("list_rollback", detail)
    return True


def _log(before: ApprovalList | None, seen: Checkpoint | None) -> str | None:
    """Whose receipts the machine has: by its list, or by them where that cannot be read."""
    if before is not None:
        return renewal.origin(before.policy.log_key)
    return None if seen is None else seen.origin


def _reaches(former: FormerLog, seen: Checkpoint) -> bool:
    same = former.size == seen.size
    return former.root == seen.root.hex() if same else former.size > seen.size
