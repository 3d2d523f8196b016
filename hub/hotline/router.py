"""Which database holds what: the hotline's tables stand in one of their own. Calls nothing.

Nothing of the hotline lies in the hub's database and nothing of the hub in the hotline's: no key
leads from one into the other.
"""

from typing import Any, Final

LABEL: Final = "hotline"
"""Of the application, and of its database among Django's."""
MODELS: Final = "hub.hotline.models"


class Router:
    """Django asks it for every model."""

    def db_for_read(self, model: Any, **_: Any) -> str | None:
        return LABEL if model.__module__ == MODELS else None

    def db_for_write(self, model: Any, **_: Any) -> str | None:
        return self.db_for_read(model)

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool:
        return (db == LABEL) == (app_label == LABEL)
