"""The public site's files are what was written. Calls `hub.site`.

While `sealhub site` writes, a file may be newer than its index: look again before it is believed.
"""

from collections.abc import Iterator

from hub.config import Config
from hub.operate.fsck.faults import Fault
from hub.site.folder import Folder
from hub.site.settings import settings


def examine(config: Config) -> Iterator[Fault]:
    """Every file that is gone or another."""
    own = settings(config)
    if not own.beside.is_dir():
        return
    folder = Folder(own.folder, own.beside)
    for owner in folder.owners():
        again = set(folder.torn(owner)) and set(folder.torn(owner))
        for path in sorted(again):
            yield Fault("site_torn", path)
