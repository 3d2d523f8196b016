"""`sealctl drop` as systemd runs it, a process of its own, and what it says. Calls sealctl.cli."""

import re
import subprocess
import sys
from pathlib import Path

from tests.hardware.rig import ROOT

Ended = subprocess.CompletedProcess[str]


def drop(folder: Path) -> Ended:
    """The command over a machine's folder, run to its end."""
    command = [
        sys.executable,
        "-m",
        "sealctl.cli",
        "--config",
        str(folder / "machine.toml"),
        "drop",
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def assert_done(ended: Ended) -> None:
    """It is certain that there is no current."""
    said = (ended.returncode, ended.stdout, ended.stderr)
    assert said == (0, "锁线圈已断电 the lock's coil has no current\n", "")


def assert_refused(ended: Ended, why: str) -> None:
    """It is not: status 1, both languages, the code, and this detail."""
    assert (ended.returncode, ended.stdout) == (1, "")
    chinese, english, detail = ended.stderr.splitlines()
    assert "联系镇里" in chinese
    assert "call the township" in english
    assert detail.startswith("[hardware_fault] ")
    assert re.search(why, detail), detail
