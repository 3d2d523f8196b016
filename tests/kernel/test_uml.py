"""How a run in User-Mode Linux ends, by programs in the kernel's place: no result is no pass."""

from pathlib import Path

import pytest

from tests.hardware.rig import eventually
from tests.kernel.uml import NO_STATUS, TOO_LONG, run

BOOTS = 'for word; do case $word in SCRATCH=*) eval "$word";; esac; done\n'
WORKS = f"{BOOTS}sh $SCRATCH/command; echo $? >$SCRATCH/status\n"
PANICS = "echo 'Kernel panic - not syncing' >&2; exit 134\n"


def _kernel(folder: Path, script: str) -> Path:
    path = folder / "linux"
    path.write_text(f"#!/bin/sh\n{script}")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("status", [0, 1, 5])
def test_the_commands_status_and_output_come_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], status: int
) -> None:
    command = ["sh", "-c", f"echo '$HOME stays'; pwd; exit {status}"]
    assert run(_kernel(tmp_path, WORKS), 20, command) == status
    assert capfd.readouterr().out == f"$HOME stays\n{Path.cwd()}\n"


@pytest.mark.parametrize("script", [PANICS, "exit 0\n", f"{BOOTS}: >$SCRATCH/status\n"])
def test_a_kernel_that_ends_without_a_result_has_failed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], script: str
) -> None:
    assert run(_kernel(tmp_path, script), 20, ["true"]) == NO_STATUS
    assert "uml: the kernel ended without a result" in capfd.readouterr().err


def test_a_run_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pids = tmp_path / "pids"
    hangs = f"sleep 100 & echo $! $$ >{pids}; wait\n"
    assert run(_kernel(tmp_path, hangs), 1, ["true"]) == TOO_LONG
    assert "uml: not finished after 1 s" in capfd.readouterr().err
    left = [int(pid) for pid in pids.read_text().split()]
    assert len(left) == 2
    eventually(lambda: not any(map(_runs, left)), "all of it is gone")


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_kernel_that_ends_in_time_leaves_nothing_behind_either(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    leaves = f"sleep 100 & echo $! >{pids}\n{WORKS}"
    assert run(_kernel(tmp_path, leaves), 20, ["true"]) == 0
    eventually(lambda: not _runs(int(pids.read_text())), "its child is gone")
