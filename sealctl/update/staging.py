"""What a release has to be before it is tried: signed, newer, for this machine, whole.

Calls `sealctl.update`, `sealctl.link`, `sealctl.journal.schema` (its version) and `wire.lists`.
Nothing here starts or stops anything.
"""

import compileall
import hashlib
import os
import platform
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

from sealctl.config import MachineConfig
from sealctl.journal.schema import VERSION
from sealctl.link import LinkError, ask
from sealctl.update.programs import Programs, tree_name
from sealctl.update.tree import TreeError, differs, digest, unpack
from wire.lists import offer as offers
from wire.lists import releases
from wire.lists.adopt import pin_root
from wire.lists.offer import NAME, Release
from wire.refusals import Refused

CHUNK: Final = 1 << 20
ON_STICK: Final = Path("sealctl/releases")
"""Where a stick has them, below its own folder."""


@dataclass(frozen=True)
class Here:
    """What a release has to fit; `journal` is None where the machine has none yet."""

    architecture: str
    python: str
    journal: int | None
    root: bytes
    now_ms: int

    @classmethod
    def of(cls, config: MachineConfig) -> Self:
        """The machine itself: its journal is as the programs that run keep it. Time is the later of
        the clock's and lockd's.
        """
        machine = platform.machine()
        return cls(
            architecture=offers.ARCHITECTURES.get(machine, machine),
            python=f"{sys.version_info.major}.{sys.version_info.minor}",
            journal=VERSION if config.journal.exists() else None,
            root=pin_root(config.root.read_bytes(), config.root_sha256).root,
            now_ms=max(time.time_ns() // 1_000_000, _lockds_ms(config.socket("console"))),
        )


def look(programs: Programs, here: Here, folder: Path) -> Release:
    """The release in a folder or on a stick that this machine could take; raises Refused."""
    return _judged(programs, here, _offer(_source(folder)))


def stage(programs: Programs, here: Here, folder: Path) -> Release:
    """Take it in: copied, checked, unpacked beside what runs; raises Refused, and then nothing of
    it is left but what was learnt of versions.
    """
    source = _source(folder)
    with programs.held():
        offer = _offer(source)
        release = _judged(programs, here, offer)
        programs.trust(offer)
        (programs.folder / "releases").mkdir(mode=0o755, exist_ok=True)
        programs.forget_others(tree_name(release.version))
        if _whole(programs, release) is not None:
            _take(programs, release, source / release.file)
    return release


def staged(programs: Programs, here: Here) -> Release | None:
    """The release that waits to be tried; raises Refused where what is trusted has expired."""
    offer = programs.trusted
    if offer is None:
        return None
    try:
        release = _judged(programs, here, offer)
    except Refused as refused:
        if refused.code == "release_old":
            return None
        raise
    return release if programs.tree(tree_name(release.version)).exists() else None


def made_ready(programs: Programs, here: Here) -> Release:
    """The staged release, held once more against what the officers signed, and compiled.

    Raises Refused: 'release_none', or 'release_damaged', and then it is staged no longer.
    """
    release = staged(programs, here)
    if release is None:
        raise Refused("release_none")
    why = _whole(programs, release)
    if why is not None:
        shutil.rmtree(programs.tree(tree_name(release.version)))
        raise Refused("release_damaged", why)
    compileall.compile_dir(programs.tree(tree_name(release.version)), quiet=2)
    os.sync()
    return release


def _judged(programs: Programs, here: Here, offer: bytes) -> Release:
    found = releases.accept(offer, pinned=here.root, trusted=programs.trusted, now_ms=here.now_ms)
    return releases.choose(
        found,
        architecture=here.architecture,
        python=here.python,
        running=programs.version,
        journal=here.journal,
    )


def _whole(programs: Programs, release: Release) -> str | None:
    """What is wrong with the staged archive or its tree; None where both are as signed."""
    archive, tree = programs.archive(release.version), programs.tree(tree_name(release.version))
    if not archive.exists() or not tree.exists():
        return "it is not there"
    if digest(archive) != release.sha256:
        return "the archive is not the one that was signed"
    try:
        return differs(archive, tree)
    except TreeError as error:
        return str(error)


def _take(programs: Programs, release: Release, source: Path) -> None:
    """The tree appears last, by one rename, beside an archive that is whole."""
    half = programs.update / f".{release.version}.part"
    unpacked = programs.folder / "releases" / f".{release.version}.part"
    tree = programs.tree(tree_name(release.version))
    for old in (tree, unpacked):
        if old.exists():
            shutil.rmtree(old)
    try:
        _copy(source, half, release)
        unpack(half, unpacked)
    except TreeError as error:
        half.unlink(missing_ok=True)
        shutil.rmtree(unpacked, ignore_errors=True)
        raise Refused("release_damaged", str(error)) from error
    half.rename(programs.archive(release.version))
    unpacked.rename(tree)
    os.sync()


def _copy(source: Path, target: Path, release: Release) -> None:
    """The bytes that were signed, or TreeError."""
    found, left = hashlib.sha256(), release.size
    with _plain(source) as file, target.open("wb") as copy:
        while data := file.read(CHUNK):
            left -= len(data)
            if left < 0:
                break
            found.update(data)
            copy.write(data)
        copy.flush()
        os.fsync(copy.fileno())
    if left or found.digest() != release.sha256:
        raise TreeError(f"{release.file}: not the bytes that were signed")


def _offer(source: Path) -> bytes:
    try:
        with _plain(source / NAME) as file:
            return file.read(offers.LIMIT + 1)
    except TreeError as error:
        raise Refused("release_none", str(error)) from error


def _source(folder: Path) -> Path:
    """The folder itself, or the one that a stick has for releases."""
    on_stick = folder / ON_STICK
    return on_stick if on_stick.is_dir() else folder


def _plain(path: Path) -> BinaryIO:
    """A file that is one, not a link to another; raises TreeError."""
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except OSError as error:
        raise TreeError(f"{path.name}: {error.strerror}") from error
    if not path.is_file():
        file.close()
        raise TreeError(f"{path.name}: not a plain file")
    return file


def _lockds_ms(console: Path) -> int:
    """The time that lockd goes by, which is never set back; 0 without a lockd."""
    try:
        return int(ask(console, "state")["clock"]["wall_ms"])
    except LinkError:
        return 0
