"""One consistent copy of each of the hub's databases while it is at work, and the way back.

The hotline's is one of its own. SQLite by its online backup, PostgreSQL by its own `pg_dump` and
`pg_restore`. Calls only Django.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

HUB: Final = "default"
HOTLINE: Final = "hotline"
NAMES: Final = {
    HUB: {"sqlite": "hub.sqlite3", "postgresql": "hub.pgdump"},
    HOTLINE: {"sqlite": "hotline.sqlite3", "postgresql": "hotline.pgdump"},
}
"""Database among Django's → Django's name for its kind → the copy's file name."""


class DatabaseCopyError(Exception):
    """The database was not copied; the text says why, in Chinese and English."""


def dump(folder: Path, which: str = HUB) -> str:
    """Write the copy; its file name. It is as the database was at one moment."""
    connection = connections[which]
    name = NAMES[which][connection.vendor]
    path = folder / name
    path.unlink(missing_ok=True)
    if connection.vendor == "sqlite":
        _copy(Path(connection.settings_dict["NAME"]), path)
    else:
        _postgresql(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--file={path}",
            *_database(connection),
            env=connection,
        )
    path.chmod(0o600)
    return name


def load(path: Path, which: str = HUB) -> None:
    """Bring it back into a database without tables; raises DatabaseCopyError."""
    connection = connections[which]
    if path.name != NAMES[which][connection.vendor]:
        raise DatabaseCopyError(
            f"备份是另一种数据库的：{path.name}；请检查 SEALHUB_DATABASE。 "
            f"The backup is of another kind of database: see SEALHUB_DATABASE."
        )
    if connection.vendor == "sqlite":
        _place(path, Path(connection.settings_dict["NAME"]))
        return
    if connection.introspection.table_names():
        raise DatabaseCopyError(
            "数据库不是空的，不覆盖。 The database is not empty: not overwritten."
        )
    options = ("--no-owner", "--exit-on-error", "--single-transaction")
    *reached, name = _database(connection)
    _postgresql("pg_restore", *options, f"--dbname={name}", *reached, str(path), env=connection)
    connection.close()


def _copy(source: Path, target: Path) -> None:
    uri = f"file:{source}?mode=ro"
    with (
        closing(sqlite3.connect(uri, uri=True, timeout=20)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")


def _place(source: Path, target: Path) -> None:
    beside = target.with_name(target.name + ".new")
    shutil.copyfile(source, beside)
    beside.chmod(0o600)
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(target)


def _database(connection: BaseDatabaseWrapper) -> list[str]:
    held = connection.settings_dict
    options = {"--host": held["HOST"], "--port": held["PORT"], "--username": held["USER"]}
    return [f"{name}={value}" for name, value in options.items() if value] + [held["NAME"]]


def _postgresql(program: str, *arguments: str, env: BaseDatabaseWrapper) -> None:
    """The password goes by the environment: a command line is seen by others."""
    secret = {"PGPASSWORD": str(env.settings_dict["PASSWORD"])}
    try:
        done = subprocess.run(
            [program, "--no-password", *arguments],
            env={**os.environ, **secret},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise DatabaseCopyError(
            f"没有 {program}，请安装 postgresql-client。 Install postgresql-client for {program}."
        ) from error
    if done.returncode:
        raise DatabaseCopyError(f"{program} 失败。 {program} failed: {done.stderr.strip()[-300:]}")
