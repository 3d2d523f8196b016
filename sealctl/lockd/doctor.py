"""What the machine finds when it examines itself, a line a check. Calls `sealctl` and `wire`."""

import sqlite3
from collections.abc import Iterator

from sealctl.journal import books
from sealctl.lockd.core import Core
from sealctl.rules import judge_machine
from wire.errors import WireError
from wire.refusals import Refused

Line = dict[str, object]


def examine(core: Core) -> list[Line]:
    """{check, ok, detail} for each check."""
    return [{"check": name, "ok": ok, "detail": detail} for name, ok, detail in _checks(core)]


def _checks(core: Core) -> Iterator[tuple[str, bool, str]]:
    connection = core.journal.connection
    try:
        held = books.verify(connection, core.journal.device, core.journal.key)
        yield "journal", books.broken(connection) is None, f"{held} entries"
    except (WireError, sqlite3.Error) as error:
        yield "journal", False, str(error)
    sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
    yield "file", sound == "ok", str(sound)
    yield "head", core.body is not None, "answers" if core.body else "does not answer"
    yield "list", core.lists is not None, f"version {core.lists.version}" if core.lists else "none"
    try:
        judge_machine(core.facts())
        yield "ready", True, ""
    except Refused as refused:
        yield "ready", refused.code == "operator_unknown", refused.code
