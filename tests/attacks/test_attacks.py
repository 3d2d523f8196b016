"""Ten of the named attacks, and that the table cannot be satisfied by an attack that did nothing.

`make attacks` plays all of them.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.attacks.__main__ import play
from tests.attacks.model import NEVER, Attack, Notice, Stage, named
from tests.attacks.page import WHO
from tests.attacks.table import ATTACKS

pytestmark = pytest.mark.processes
TEN = (
    "edit",
    "truncate",
    "split view",
    "a return as approval",
    "a passkey added",
    "mix and match",
    "SD card restored",
    "look-alike page",
    "another machine's topic",
    "cloned machine",
)
LEAST = 45


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("attacks")) as made:
        yield made


@pytest.mark.parametrize("name", TEN)
def test_it_is_noticed(stage: Stage, name: str) -> None:
    row = play(stage, ATTACKS[name])
    assert row.wrong == ""
    assert row.found is not None


def test_the_table_is_as_long_as_it_has_to_be_and_names_known_components() -> None:
    assert len(ATTACKS) >= LEAST
    for one in ATTACKS.values():
        assert (one.by in WHO, bool(one.code)) == (
            (True, True) if not one.blind else (False, False)
        )


def heard(stage: Stage) -> Notice | None:
    del stage
    return Notice("lockd", "busy", NEVER)


def unheard(stage: Stage) -> Notice | None:
    del stage
    return None


def crashed(stage: Stage) -> Notice | None:
    raise AssertionError(str(stage.root))


PLAIN = Attack("plain", "示例", "an example", "lockd", "busy", heard, unheard)


@pytest.mark.parametrize(
    ("attack", "wrong"),
    [
        (PLAIN, ""),
        (replace(PLAIN, play=unheard), "UNNOTICED"),
        (replace(PLAIN, code="same_person"), "noticed by lockd: busy"),
        (replace(PLAIN, by="inspector"), "noticed by lockd: busy"),
        (replace(PLAIN, control=heard), "its control is noticed"),
        (replace(PLAIN, play=crashed), "AssertionError"),
        (replace(PLAIN, control=crashed), "AssertionError"),
        (replace(PLAIN, blind=NEVER, play=unheard), ""),
        (replace(PLAIN, blind=NEVER), "noticed after all"),
    ],
)
def test_a_row_fails_where_nobody_or_somebody_else_noticed(
    tmp_path: Path, attack: Attack, wrong: str
) -> None:
    with Stage(tmp_path) as stage:
        said = play(stage, attack).wrong
    assert wrong in said
    assert bool(said) == bool(wrong)


def test_two_attacks_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="plain"):
        named([PLAIN, replace(PLAIN, zh="另一个")])
