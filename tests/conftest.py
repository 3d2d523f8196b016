"""What every test has: a limit on how long it may take, a database that can be emptied after it.

With xdist, a file's tests stay together: they share processes that take seconds to start.
"""

import signal
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

SLOW = ("processes", "browser")
LIMIT_S = 180
DRILL_LIMIT_S = 360
"""Two cores that do other things, too, take thrice what a test takes alone."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """By file: xdist 3.8 loses its groups under pytest 9.2, whose node ids cannot be renamed."""
    return LoadFileScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts processes or a browser takes longest and goes first: no worker idles later."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, SLOW)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test that hangs fails, and the others go on."""
    limit_s = DRILL_LIMIT_S if item.get_closest_marker("drill") else LIMIT_S

    def late(*_: object) -> None:
        raise TimeoutError(f"{item.nodeid} takes longer than {limit_s} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(limit_s)
    try:
        return (yield)
    finally:
        signal.alarm(0)


@pytest.fixture(autouse=True, scope="session")
def _append_only_tables_can_be_emptied() -> Iterator[None]:
    """Django empties tables by DELETE after a transactional test; triggers step aside for that."""
    original = vars(TransactionTestCase)["_fixture_teardown"]
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", _without_triggers(original))
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _nothing_is_remembered_at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """`sealinspect` remembers what it verified in the inspector's own folder."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
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
