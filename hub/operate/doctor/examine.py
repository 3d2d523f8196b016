"""All checks over one look at the hub, in the order of their names.

Calls `hub.operate.doctor.checks`, each by its file, and `hub.operate.doctor.model`.
"""

import importlib
import pkgutil

from hub.operate.doctor import checks
from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> dict[str, Finding]:
    """Check's name → finding."""
    return {name: _check(name, health) for name in names()}


def names() -> list[str]:
    """The checks there are: the files of `checks/`."""
    return sorted(module.name for module in pkgutil.iter_modules(checks.__path__))


def _check(name: str, health: Health) -> Finding:
    module = importlib.import_module(f"{checks.__name__}.{name}")
    found: Finding = module.examine(health)
    return found
