"""Triggers that refuse to change or delete what was written. Calls only Django.

They raise IntegrityError on SQLite and PostgreSQL alike, also past the ORM.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.apps.registry import Apps
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations import RunPython

Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def append_only(
    table: str, frozen: tuple[str, ...], *, once: str = "", unless: str = ""
) -> RunPython:
    """No row is deleted, no `frozen` column changed; column `once` may be filled, never changed.

    `unless`: SQL over OLD, for rows that may be deleted all the same.
    """
    return RunPython(_installer(table, frozen, once, unless), RunPython.noop)


def refuse_insert(name: str, table: str, condition: str, words: str) -> RunPython:
    """No row goes in of which `condition`, SQL over NEW, is true."""
    return RunPython(_refuser(name, table, condition, words), RunPython.noop)


@contextmanager
def lifted(tables: Sequence[str]) -> Iterator[None]:
    """Without these tables' triggers, inside the caller's transaction; for the database's owner."""
    with connection.cursor() as cursor:
        off, on = _switches(cursor, tables)
        for statement in off:
            cursor.execute(statement)
        yield
        for statement in on:
            cursor.execute(statement)


def _switches(cursor: CursorWrapper, tables: Sequence[str]) -> tuple[list[str], list[str]]:
    if connection.vendor == "postgresql":
        switch = "ALTER TABLE {} {} TRIGGER USER"
        off = [switch.format(one, "DISABLE") for one in tables]
        return off, [switch.format(one, "ENABLE") for one in tables]
    cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    found = [(name, sql) for name, sql, table in cursor.fetchall() if table in tables]
    return [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]


def no_longer(table: str) -> RunPython:
    """Takes the triggers of a table away again, for a migration that installs others at once."""
    return RunPython(lambda _apps, editor: _remove(table, editor), RunPython.noop)


def _remove(table: str, editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = editor.connection.vendor == "postgresql"
    for name in ("keep", "freeze"):
        editor.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        editor.execute(f"DROP FUNCTION {table}_refuse()")


def _installer(table: str, frozen: tuple[str, ...], once: str, unless: str) -> Step:
    changed = [f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in frozen]
    if once:
        changed.append(f'(OLD."{once}" IS NOT NULL AND OLD."{once}" IS DISTINCT FROM NEW."{once}")')
    condition = " OR ".join(changed)

    def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            statements = _postgresql(table, condition, unless)
        else:
            statements = _sqlite(table, condition, unless)
        for statement in statements:
            editor.execute(statement)

    return install


def _refuser(name: str, table: str, condition: str, words: str) -> Step:
    head = f"CREATE TRIGGER {name} BEFORE INSERT ON {table} "
    sqlite = [head + f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END;"]
    raised = f"RAISE EXCEPTION '{words}' USING errcode = 'check_violation';"
    postgresql = [
        (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {condition} THEN {raised} END IF; RETURN NEW; END $$;"
        ),
        head + f"FOR EACH ROW EXECUTE FUNCTION {name}();",
    ]

    def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for one in postgresql if editor.connection.vendor == "postgresql" else sqlite:
            editor.execute(one)

    return install


def _sqlite(table: str, condition: str, unless: str) -> list[str]:
    kept = f"WHEN NOT ({unless}) " if unless else ""
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only');"
    condition = condition.replace("IS DISTINCT FROM", "IS NOT")
    return [
        f"CREATE TRIGGER {table}_keep BEFORE DELETE ON {table} {kept}BEGIN {refuse} END;",
        (
            f"CREATE TRIGGER {table}_freeze BEFORE UPDATE ON {table} WHEN {condition} "
            f"BEGIN {refuse} END;"
        ),
    ]


def _postgresql(table: str, condition: str, unless: str) -> list[str]:
    allowed = f"IF TG_OP = 'DELETE' AND ({unless}) THEN RETURN OLD; END IF; " if unless else ""
    return [
        (
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{allowed}"
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
