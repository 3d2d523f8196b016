"""All checks over one look at the machine, in the order of their names.

Calls `sealctl.doctor.checks`, each by its file, and `sealctl.doctor.model`.
"""

import importlib
import pkgutil

from sealctl.doctor import checks
from sealctl.doctor.model import Finding, Health


def examine(health: Health) -> dict[str, Finding]:
    """Check's name → finding."""
    return {name: check(name, health) for name in names()}


def names() -> list[str]:
    """The checks there are: the files of `checks/`."""
    return sorted(module.name for module in pkgutil.iter_modules(checks.__path__))


def check(name: str, health: Health) -> Finding:
    """That one alone."""
    module = importlib.import_module(f"{checks.__name__}.{name}")
    found: Finding = module.examine(health)
    return found
