"""Trying a release: at rest, signed for in the journal, and put back by itself where it fails.

Calls `sealctl.{link,config}` and `sealctl.update`. What starts the trial is handed in: systemd on a
machine.
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from sealctl.config import MachineConfig
from sealctl.link import LinkError, ask
from sealctl.update import staging, trial
from sealctl.update.programs import Outcome, Programs, tree_name, version_of
from sealctl.update.staging import Here
from sealctl.update.tree import digest
from wire.refusals import Refused

Launch = Callable[[], None]
"""Runs `trial.attempt` to its end, in a process that no release is part of."""


def activate(programs: Programs, here: Here, config: MachineConfig, launch: Launch) -> Outcome:
    """Try the staged release; raises Refused, LinkError (`busy`, `not_now`: it stays staged)."""
    with programs.held():
        release = staging.made_ready(programs, here)
        return _try(programs, config, tree_name(release.version), release.sha256, launch)


def back(programs: Programs, config: MachineConfig, launch: Launch) -> Outcome:
    """Try what ran before the last release: it reads the same journal, or was refused then."""
    with programs.held():
        last = programs.outcome
        if last is None or not last.good or last.now != programs.running:
            raise Refused("release_none", "nothing ran before")
        archive = programs.archive(version_of(last.was))
        sha256 = digest(archive) if archive.exists() else bytes(32)
        return _try(programs, config, last.was, sha256, launch)


def waiting(programs: Programs, here: Here) -> bool:
    """Whether a release is staged that was neither put back nor left by `back`."""
    release, last = staging.staged(programs, here), programs.outcome
    if release is None:
        return False
    return last is None or tree_name(release.version) not in (last.was, last.now)


def _try(
    programs: Programs, config: MachineConfig, tree: str, sha256: bytes, launch: Launch
) -> Outcome:
    if not programs.tree(tree).exists():
        raise Refused("release_none", f"{tree} is no longer there")
    _sign_for(config, programs.version, version_of(tree), sha256)
    wanted = programs.update / "next"
    trial.write(wanted, tree.encode())
    launch()
    outcome = programs.outcome
    if wanted.exists() or outcome is None or outcome.now != tree:
        wanted.unlink(missing_ok=True)
        raise Refused("release_failed", "the trial did not begin")
    if not outcome.good:
        raise Refused("release_failed", outcome.why)
    return outcome


def _sign_for(config: MachineConfig, was: str, now: str, sha256: bytes) -> None:
    """The word of lockd that it is at rest, journalled; without any lockd nothing is under way."""
    try:
        ask(config.socket("console"), "release", former=was, version=now, sha256=sha256)
    except LinkError as error:
        if error.refusal["code"] != "unavailable" or _lockd_holds(config.pages):
            raise


def _lockd_holds(pages: Path) -> bool:
    """Whether a lockd lives, as far as this user may know: the kernel keeps its lock on its folder
    (`sealctl.held`).
    """
    try:
        handle = os.open(pages, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
