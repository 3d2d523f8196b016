"""A township that an earlier version built is opened by this one."""

import sqlite3
from pathlib import Path

import pytest

from demo import local
from demo.__main__ import main
from demo.processes import DemoError
from demo.state import PORTS, DemoState
from hub.config import Origins
from hub.init import initialise


def test_the_tables_of_an_earlier_version_are_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what the township needs for its villagers is laid beside them, once."""

    def stop(*_: object) -> None:
        raise DemoError("far enough")

    state = DemoState.create(tmp_path, PORTS)
    state.save(built=True)
    initialise(
        state.hub_dir, origins=Origins(*(state.origins[one] for one in ("hub", "public", "county")))
    )
    with sqlite3.connect(state.hub_dir / "hub.sqlite3") as database:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'records_*'"
        for (name,) in database.execute(tables).fetchall():
            database.execute(f"DROP TABLE {name}")
        database.execute("DELETE FROM django_migrations WHERE app = 'records'")
    monkeypatch.setattr("demo.house.start", stop)
    assert main(["--var", str(tmp_path)]) == 1
    assert "far enough" in capsys.readouterr().err
    with sqlite3.connect(state.hub_dir / "hub.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM records_review").fetchone() == (0,)
    names = ("hub.toml", "services.toml", "services.csv", "redaction.toml")
    laid = [(state.hub_dir / name).read_text("utf-8") for name in names]
    assert state.origins["hotline"] in laid[0]
    local.lay(state)
    assert [(state.hub_dir / name).read_text("utf-8") for name in names] == laid
    assert len(list((state.hub_dir / "disclosure").iterdir())) == 1


def test_a_township_without_a_witness_is_not_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ports = {name: port for name, port in PORTS.items() if name != "witness"}
    DemoState.create(tmp_path, ports).save(built=True)
    assert main(["--var", str(tmp_path)]) == 1
    assert "由旧版本建立" in capsys.readouterr().err
    assert (tmp_path / "demo.json").exists()
