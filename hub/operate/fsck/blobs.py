"""Photos and pages: each file is what its name says, each row has its file.

Calls `hub.blobs.models` and `hub.operate.manifest`.
"""

from collections.abc import Iterator
from pathlib import Path

from hub.blobs.models import Blob
from hub.operate.fsck.faults import Fault
from hub.operate.manifest import hashed


def examine(folder: Path) -> Iterator[Fault]:
    """All rows, then all files that no row names."""
    for sha256, size in Blob.objects.values_list("sha256", "size").order_by("id").iterator():
        name = bytes(sha256).hex()
        path = folder / name[:2] / name
        if not path.exists():
            yield Fault("blob_missing", name)
        elif path.stat().st_size != size or hashed(path) != name:
            yield Fault("blob_spoilt", name)
    for shelf in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        names = {path.name for path in shelf.iterdir() if len(path.name) == 64}
        rows = Blob.objects.filter(sha256__in=[bytes.fromhex(one) for one in names])
        listed = {bytes(one).hex() for one in rows.values_list("sha256", flat=True)}
        for name in sorted(names - listed):
            yield Fault("blob_unlisted", name)
