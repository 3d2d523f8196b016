"""What keeps lockd from feeding its watchdog. Calls `sealctl.{journal,lockd}`; changes nothing.

It is asked by the loop that ticks, after each tick: a loop that hangs is not asked at all.
"""

import sqlite3

from sealctl.journal import books
from sealctl.lockd.core import Core


def wrong(core: Core) -> str | None:
    """None where the body answers, or an entry says that it does not, and the journal can be read.

    A silent body alone is no reason to be ended: a new process would not hear it either.
    """
    if core.body is None and not core.silence_told:
        return "the body does not answer and no entry says so"
    last = core.journal.last_seq
    try:
        read = books.hash_at(core.journal.connection, last)
    except sqlite3.Error as error:
        return f"the journal cannot be read: {error}"
    return None if read is not None or last == 0 else f"entry {last} is no longer in the journal"
