"""What every test has: a database that can be emptied after tests that commit."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase


@pytest.fixture(autouse=True, scope="session")
def _append_only_tables_can_be_emptied() -> Iterator[None]:
    """Django empties tables by DELETE after a transactional test; triggers step aside for that."""
    original = vars(TransactionTestCase)["_fixture_teardown"]
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", _without_triggers(original))
    yield
    patch.undo()


def _without_triggers(
    teardown: Callable[[TransactionTestCase], None],
) -> Callable[[TransactionTestCase], None]:
    def wrapped(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            teardown(case)
            for _, sql in triggers:
                cursor.execute(sql)

    return wrapped
