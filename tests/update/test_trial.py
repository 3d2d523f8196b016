"""The trial of a release: the new one stands when it runs well, else the former does."""

import ast
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sealctl.update import trial
from sealctl.update.programs import Programs
from tests.support import releases as rig


@dataclass
class Parts:
    """Parts that do as told: `refuses` at the start, `fails` at which look."""

    programs: Programs
    runs: list[str] = field(default_factory=lambda: ["lockd", "panel"])
    refuses: str | None = None
    fails_at: int | None = None
    started: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    looks: int = 0
    stopped_under: str = ""

    def running(self) -> list[str]:
        return self.runs

    def stop(self) -> None:
        self.stopped_under = self.programs.running

    def start(self, parts: Sequence[str]) -> str | None:
        self.started.append((self.programs.running, tuple(parts)))
        return self.refuses if self.programs.running == "releases/0.2.0" else None

    def wrong(self, parts: Sequence[str]) -> str | None:
        self.looks += 1
        return "panel: failed" if self.looks == self.fails_at else None


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    made = rig.installed(tmp_path)
    (tmp_path / "releases/0.2.0").mkdir(parents=True)
    made.update.mkdir()
    return made


def attempted(programs: Programs, parts: Parts) -> bool:
    trial.write(programs.update / "next", b"releases/0.2.0")
    return trial.attempt(programs.folder, parts, healthy_s=5, pause=lambda _: None)


def test_a_release_that_runs_well_stands(programs: Programs) -> None:
    parts = Parts(programs)
    assert attempted(programs, parts)
    assert programs.running == "releases/0.2.0"
    assert parts.started == [("releases/0.2.0", ("lockd", "panel"))]
    assert parts.looks == 5
    assert not programs.trying
    assert programs.outcome is not None
    assert programs.outcome.good


def test_the_old_parts_end_by_their_own_programs(programs: Programs) -> None:
    parts = Parts(programs)
    attempted(programs, parts)
    assert parts.stopped_under == "venv-0.1.0"


@pytest.mark.parametrize(
    ("refuses", "fails_at", "why"),
    [("lockd ended at once", None, "lockd ended at once"), (None, 5, "panel: failed")],
    ids=["does not start", "fails at the last look"],
)
def test_a_release_that_does_not_is_put_back_and_the_former_started(
    programs: Programs, refuses: str | None, fails_at: int | None, why: str
) -> None:
    parts = Parts(programs, refuses=refuses, fails_at=fails_at)
    assert not attempted(programs, parts)
    assert programs.running == "venv-0.1.0"
    assert parts.started[-1] == ("venv-0.1.0", ("lockd", "panel"))
    assert not programs.trying
    assert programs.outcome is not None
    assert (programs.outcome.good, programs.outcome.why) == (False, why)


def test_a_part_that_was_down_before_is_not_asked_for_but_lockd_always(
    programs: Programs,
) -> None:
    parts = Parts(programs, runs=["camerad"])
    attempted(programs, parts)
    assert parts.started == [("releases/0.2.0", ("lockd", "camerad"))]


def test_a_trial_of_this_start_is_not_settled_beside_it(programs: Programs) -> None:
    """Whoever starts the target once more does not end a trial under way."""
    note = b'{"was": "venv-0.1.0", "now": "releases/0.2.0", "parts": [], "boot": "now"}'
    trial.point(programs.folder, "releases/0.2.0")
    trial.write(programs.update / "trial", note)
    assert trial.settle(programs.folder, "power cut", boot="now") is None
    assert programs.running == "releases/0.2.0"
    assert trial.settle(programs.folder, "power cut", boot="later") is not None
    assert programs.running == "venv-0.1.0"


def test_without_an_order_nothing_is_tried(programs: Programs) -> None:
    parts = Parts(programs)
    assert not trial.attempt(programs.folder, parts)
    assert parts.started == []


def test_it_needs_nothing_that_a_release_brings() -> None:
    """And runs by the system's own Python, without any library, as the package installs it."""
    source = Path(trial.__file__)
    tree = ast.parse(source.read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
    done = subprocess.run(["/usr/bin/python3", "-I", source, "what"], capture_output=True)
    assert done.returncode == 2


@pytest.mark.parametrize("table", ["good", "bad", "staging"])
def test_a_power_cut_at_any_step_leaves_one_of_two_whole_releases(
    tmp_path: Path, table: str
) -> None:
    """Killed before each change of the disk, and again before each of the recovery's."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.update.cuts", table, tmp_path],
        cwd=rig.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cuts, ends = done.stdout.split(maxsplit=1)
    assert int(cuts) >= 10
    wanted = {"good": {"0.1.0", "0.2.0"}, "bad": {"0.1.0"}, "staging": {"none", "0.2.0"}}
    assert set(ends.split()) == wanted[table]
