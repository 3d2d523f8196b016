"""All checks, one after another, over one look at how long the log is.

Calls `hub.operate.fsck` and `hub.log`. Nothing is written, and memory does not grow with the log.
What arrives meanwhile is no fault.
"""

from collections.abc import Iterator
from itertools import chain

from hub.config import Config
from hub.log import store
from hub.log.keys import LogKey
from hub.operate.fsck import blobs, heads, leaves, lists, records, reports, site, tiles
from hub.operate.fsck.faults import Fault


def examine(config: Config) -> Iterator[Fault]:
    """Every fault; raises LogKeyError, DatabaseError, OSError where nothing can be examined."""
    key = LogKey.load(config.log_name, config.log_key)
    head, size = store.head(), store.size()
    signed = 0 if head is None else head.size
    public = config.state / "public" / "log"
    return chain(
        leaves.examine(size, min(signed, size), config.state / "second" / "leaves"),
        heads.examine(key, public),
        tiles.examine(key, public),
        records.examine(key.verifier),
        lists.examine(),
        blobs.examine(config.state / "blobs"),
        site.examine(config),
        reports.examine(),
    )
