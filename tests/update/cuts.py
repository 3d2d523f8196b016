"""A power cut at every step: `python -m tests.update.cuts good|bad|staging FOLDER`.

Each step is played in a child that kills itself before the n-th change of the disk (audit events,
sys.addaudithook), so nothing of it is tidied up. Prints the number of cuts and how they ended;
AssertionError where what must hold does not.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sealctl.update import staging, trial
from sealctl.update.programs import Programs
from tests.support import releases as rig
from tests.support.releases import Medium
from tests.support.township import Township

CHANGES = frozenset(
    {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.chmod", "os.truncate"}
)
KILLED = -signal.SIGKILL


class Parts:
    """Parts that start, and fail where the release is bad."""

    def __init__(self, programs: Path, *, good: bool) -> None:
        self._programs, self._good = programs, good

    def running(self) -> list[str]:
        return ["lockd"]

    def stop(self) -> None:
        pass

    def start(self, parts: Sequence[str]) -> str | None:
        bad = not self._good and (self._programs / "venv").readlink().name == "0.2.0"
        return "lockd ended at once" if bad else None

    def wrong(self, parts: Sequence[str]) -> str | None:
        return None


def cut(at: int, act: Callable[[], object]) -> bool:
    """Whether the power was cut: before the at-th change, if there are so many."""
    child = os.fork()
    if child == 0:
        left = at

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
            if event in CHANGES or writes:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        act()
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED), status
    return status == KILLED


def main(table: str, folder: Path) -> int:
    town = Township.build()
    (folder / "medium").mkdir()
    medium = Medium(folder / "medium", town)
    medium.release("0.2.0")
    before = folder / "before"
    programs = rig.installed(before)
    speak(before / "venv-0.1.0", "0.1.0")
    if table != "staging":
        staging.stage(programs, rig.here(town), medium.folder)
        speak(before / "releases/0.2.0", "0.2.0")
        trial.write(programs.update / "next", b"releases/0.2.0")
        cuts, ends = trials(before, folder / "now", good=table == "good")
    else:
        cuts, ends = stagings(before, folder / "now", medium)
    print(cuts, *sorted(ends))
    return 0


def speak(tree: Path, version: str) -> None:
    """Let its command say which it is."""
    (tree / "bin/sealctl").write_text(f"#!/bin/sh\necho {version}\n")


def trials(before: Path, now: Path, *, good: bool) -> tuple[int, set[str]]:
    cuts, ends, first, going = 0, set[str](), 1, True
    parts = Parts(now, good=good)
    while going:
        second, again = 1, True
        while again:
            fresh(before, now)
            going = cut(first, lambda: trial.attempt(now, parts, healthy_s=0))
            again = going and cut(second, lambda: trial.settle(now, "power cut"))
            trial.settle(now, "power cut")
            ends.add(run(now))
            assert not (now / "update/trial").exists()
            cuts, second = cuts + 1, second + 1
        first += 1
    return cuts, ends


def stagings(before: Path, now: Path, medium: Medium) -> tuple[int, set[str]]:
    """What ran runs; whatever is half there is staged anew, or was whole."""
    here, cuts, ends, going = rig.here(medium.town), 0, set[str](), True

    def act() -> None:
        staging.stage(Programs(now), here, medium.folder)
        staging.made_ready(Programs(now), here)

    while going:
        cuts += 1
        fresh(before, now)
        going = cut(cuts, act)
        assert run(now) == "0.1.0"
        found = staging.staged(Programs(now), here)
        ends.add("none" if found is None else found.version)
        if found is not None:
            staging.made_ready(Programs(now), here)
        act()
    return cuts, ends


def fresh(before: Path, now: Path) -> None:
    shutil.rmtree(now, ignore_errors=True)
    shutil.copytree(before, now, symlinks=True)


def run(now: Path) -> str:
    """Which release stands behind the link, by its own command."""
    return (now / "venv/bin/sealctl").read_text("utf-8").split()[-1]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], Path(sys.argv[2])))
