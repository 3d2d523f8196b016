"""What a process has imported, by Python's own account. Calls nothing.

Start it with ENVIRONMENT and keep what it says on stderr.
"""

from collections.abc import Mapping
from typing import Final

ENVIRONMENT: Final[Mapping[str, str]] = {"PYTHONPROFILEIMPORTTIME": "1"}


def packages(said: str) -> frozenset[str]:
    """The top-level packages among the modules that `said` names (python -X importtime)."""
    lines = (line for line in said.splitlines() if line.startswith("import time:"))
    return frozenset(line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines)
