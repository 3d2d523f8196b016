"""Damaged files in a hub's state folder: one sentence, exit status 1, nothing served."""

import subprocess
import sys
from pathlib import Path

import pytest

CORRUPT = {
    "hub.toml": ("ingest", "hub.toml"),
    "hub.sqlite3": ("ingest", "database"),
    "keys/log.pem": ("ingest", "log.pem"),
    "keys/list.pem": ("work", "list.pem"),
}


def sealhub(state: Path, command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", "--state", str(state), command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", CORRUPT)
def test_a_damaged_file_is_named(name: str, tmp_path: Path) -> None:
    assert sealhub(tmp_path / "hub", "init").returncode == 0
    (tmp_path / "hub" / name).write_bytes(b"\xff not what it was\n" * 300)
    command, words = CORRUPT[name]
    done = sealhub(tmp_path / "hub", command)
    assert done.returncode == 1
    assert words in done.stderr
    assert "。" in done.stderr
    assert "Traceback" not in done.stderr
