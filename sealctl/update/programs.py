"""Where the machine's programs lie, and who may change them at the moment.

Calls `sealctl.update.trial`, `wire`.

    venv -> releases/0.2.0      what runs; the package's own tree is venv-VERSION
    releases/0.2.0/             a release, whole
    update/trusted.cbor         the offer accepted last: what is trusted, written here only
    update/0.2.0.tar.xz         the archive of a release, beside its tree
    update/next, trial, outcome see `sealctl.update.trial`
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sealctl.errors import StartError
from sealctl.update import trial
from wire.lists import offer
from wire.refusals import Refused

PACKAGED: Final = "venv-"


@dataclass(frozen=True)
class Outcome:
    """How the last trial ended: trees by their names, `why` English."""

    was: str
    now: str
    good: bool
    why: str


@dataclass(frozen=True)
class Programs:
    """`folder` is /opt/sealctl, but in tests."""

    folder: Path

    @property
    def update(self) -> Path:
        return self.folder / "update"

    @property
    def running(self) -> str:
        """The name of the tree that runs; raises StartError where this is no installed machine."""
        try:
            return str((self.folder / trial.LINK).readlink())
        except OSError as error:
            raise StartError("release_none", f"{self.folder}: not installed: {error}") from error

    @property
    def version(self) -> str:
        """The version that runs."""
        return version_of(self.running)

    @property
    def trusted(self) -> bytes | None:
        """The offer accepted last."""
        path = self.update / "trusted.cbor"
        return path.read_bytes() if path.exists() else None

    @property
    def outcome(self) -> Outcome | None:
        path = self.update / "outcome"
        return Outcome(**json.loads(path.read_bytes())) if path.exists() else None

    @property
    def trying(self) -> bool:
        """Whether a trial has begun and not ended."""
        return (self.update / "trial").exists()

    def trust(self, offer: bytes) -> None:
        if offer != self.trusted:
            trial.write(self.update / "trusted.cbor", offer)

    def tree(self, name: str) -> Path:
        return self.folder / name

    def archive(self, version: str) -> Path:
        return self.update / f"{version}.tar.xz"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else changes anything inside the block; raises StartError('not_permitted') for a
        user whose folder it is not, Refused('busy') where somebody does.
        """
        if self.folder.stat().st_uid != os.geteuid():
            raise StartError("not_permitted", f"{self.folder} is another user's: sudo")
        self.update.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(self.update, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self.trying:
                raise Refused("busy", "a release is being tried")
            yield
        except BlockingIOError as error:
            raise Refused("busy", "another update is under way") from error
        finally:
            os.close(handle)

    def forget_others(self, *kept: str) -> None:
        """Remove releases that neither run, nor ran before, nor are in `kept` (tree names)."""
        outcome = self.outcome
        keep = {self.running, *kept, *((outcome.was,) if outcome else ())}
        for tree in (self.folder / "releases").iterdir():
            if f"releases/{tree.name}" not in keep:
                shutil.rmtree(tree)
        for archive in self.update.glob("*.tar.xz"):
            if tree_name(archive.name.removesuffix(".tar.xz")) not in keep:
                archive.unlink()
        for half in self.update.glob(".*.part"):
            half.unlink()


def tree_name(version: str) -> str:
    return f"releases/{version}"


def version_of(tree: str) -> str:
    """The version of a tree by its name; StartError for another name."""
    version = tree.rpartition("/")[2].removeprefix(PACKAGED)
    try:
        offer.order(version)
    except ValueError as error:
        raise StartError("release_none", f"{tree}: {error}") from error
    return version
