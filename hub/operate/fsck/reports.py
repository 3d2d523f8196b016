"""The hotline's files: each sealed original is what its row says. Calls `hub.hotline.models`.

Nothing is opened: the key is not needed.
"""

from collections.abc import Iterator
from hashlib import sha256

from hub.hotline.models import Original
from hub.operate.fsck.faults import Fault


def examine() -> Iterator[Fault]:
    """All of them, in their order."""
    rows = Original.objects.values_list("message__case", "pk", "sealed", "sha256").order_by("pk")
    for case, number, sealed, name in rows.iterator(chunk_size=1):
        if sha256(bytes(sealed)).digest() != bytes(name):
            yield Fault("report_spoilt", f"{case}/{number}")
