"""docs/threats.md names tests that exist."""

import re
from pathlib import Path

import pytest

from docs.examples import text

TESTS = Path(__file__).parents[1]
TEXT = (Path(text.__file__).parents[1] / "threats.md").read_text("utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| **")]
PROOFS = sorted(set(re.findall(r"`([\w/]+\.py)(?:::(\w+)|\[([^\]]+)\])`", TEXT)))


@pytest.mark.parametrize(("file", "test", "case"), PROOFS)
def test_the_proof_exists(file: str, test: str, case: str) -> None:
    source = (TESTS / file).read_text("utf-8")
    assert f"def {test}(" in source if test else f'"{case}":' in source


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_a_proof(row: str) -> None:
    assert re.search(r"`[\w/]+\.py(::\w+|\[[^\]]+\])`", row.rstrip(" |").split(" | ")[-1])


def test_every_name_of_a_file_in_a_proof_is_read_as_one() -> None:
    cells = " ".join(row.rstrip(" |").split(" | ")[-1] for row in ROWS)
    assert cells.count(".py") == len(re.findall(r"`[\w/]+\.py(?:::\w+|\[[^\]]+\])`", cells))
