"""Files of the county's tools: written whole or not at all. Calls nothing of ours."""

import os
from pathlib import Path


def replace(path: Path, data: bytes) -> None:
    """The file holds this now, on the disk; raises OSError and leaves what was there."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
