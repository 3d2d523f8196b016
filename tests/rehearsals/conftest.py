"""One house for each rehearsal, and the test stands in its folder."""

import time
from pathlib import Path

import pytest

from tests.rehearsals.house import House


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> House:
    monkeypatch.chdir(tmp_path)
    return House.build(tmp_path, int(time.time()) * 1000)
