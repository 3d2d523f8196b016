"""Triggers that refuse to change or delete what was written, for migrations. Calls only Django.

They raise IntegrityError on SQLite and PostgreSQL alike, also past the ORM.
"""

from collections.abc import Callable

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def append_only(table: str, frozen: tuple[str, ...], *, once: str = "") -> RunPython:
    """No row is deleted, no `frozen` column changed; column `once` may be filled, never changed."""
    return RunPython(_installer(table, frozen, once), RunPython.noop)


def _installer(table: str, frozen: tuple[str, ...], once: str) -> Step:
    changed = [f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in frozen]
    if once:
        changed.append(f'(OLD."{once}" IS NOT NULL AND OLD."{once}" IS DISTINCT FROM NEW."{once}")')
    condition = " OR ".join(changed)

    def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            statements = _postgresql(table, condition)
        else:
            statements = _sqlite(table, condition)
        for statement in statements:
            editor.execute(statement)

    return install


def _sqlite(table: str, condition: str) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only');"
    condition = condition.replace("IS DISTINCT FROM", "IS NOT")
    return [
        f"CREATE TRIGGER {table}_keep BEFORE DELETE ON {table} BEGIN {refuse} END;",
        (
            f"CREATE TRIGGER {table}_freeze BEFORE UPDATE ON {table} WHEN {condition} "
            f"BEGIN {refuse} END;"
        ),
    ]


def _postgresql(table: str, condition: str) -> list[str]:
    return [
        (
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} is append-only' USING errcode = 'check_violation'; END $$;"
        ),
        (
            f"CREATE TRIGGER {table}_keep BEFORE DELETE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {table}_refuse();"
        ),
        (
            f"CREATE TRIGGER {table}_freeze BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({condition}) EXECUTE FUNCTION {table}_refuse();"
        ),
    ]
