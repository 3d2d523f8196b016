"""Files of a bundle that are there whole or not at all. Calls nothing of ours."""

import os
from pathlib import Path


def keep(path: Path, data: bytes) -> None:
    """Write durably, replacing what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
