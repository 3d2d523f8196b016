"""docs/attacks.md has a row for every attack that is played, and no others."""

from pathlib import Path

from docs.examples import text
from tests.attacks import page
from tests.attacks.table import ATTACKS

TEXT = (Path(text.__file__).parents[1] / "attacks.md").read_text("utf-8")


def test_the_table_is_that_of_the_attacks() -> None:
    assert page.HEAD in TEXT
    assert page.rewritten(TEXT, ATTACKS.values()) == TEXT, (
        "write it anew: .venv/bin/python -m tests.attacks --write"
    )
