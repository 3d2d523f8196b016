"""Releases for tests: archives of this checkout's own programs, offered and signed by a township.

Calls `county.release`, `tests.support.township` and `wire`. The archive's Python is the one that
runs the tests; libraries come from where they lie for it.
"""

import io
import json
import platform
import site
import sys
import tarfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from county.release import draft_offer, sign_offer
from sealctl.journal.schema import VERSION
from sealctl.update.programs import Programs
from sealctl.update.staging import Here
from tests.support.contents import NOW, YEAR
from tests.support.township import Township
from wire.lists.offer import ARCHITECTURES, NAME, file_name
from wire.lists.tufapi import CryptoSigner

ROOT = Path(__file__).parents[2]
ARCHITECTURE = ARCHITECTURES[platform.machine()]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
LIBRARY = f"lib/python{PYTHON}/site-packages"
ELSEWHERE = {"hub", "county", "inspector"}
"""Packages that no machine loads."""
FOUND = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
PACKAGES = [
    name
    for one in FOUND["packages"]["find"]["include"]
    if (name := one.rstrip("*")) not in ELSEWHERE
]
LAUNCHER = (ROOT / "systemd/release/sealctl").read_bytes()
JOURNAL = VERSION
SMALL = {f"{LIBRARY}/sealctl/__init__.py": b"", "bin/sealctl": LAUNCHER}


def archive(
    folder: Path,
    version: str,
    files: Mapping[str, bytes] = SMALL,
    *,
    architecture: str = ARCHITECTURE,
    python: str = PYTHON,
    journal: int = JOURNAL,
    more: Iterable[tarfile.TarInfo] = (),
) -> Path:
    """An archive with these files; `more` are members without bytes."""
    facts = {
        "version": version,
        "architecture": architecture,
        "python": python,
        "journal": journal,
    }
    path = folder / file_name(version, architecture, python)
    with tarfile.open(path, "w:xz", preset=0) as made:
        for name, data in {"release.json": json.dumps(facts).encode(), **files}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o755 if name.startswith("bin/") else 0o644
            made.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("bin/python")
        link.type, link.linkname = tarfile.SYMTYPE, sys.executable
        made.addfile(link)
        for member in more:
            made.addfile(member)
    return path


def whole(version: str, changed: Mapping[str, bytes] | None = None) -> Mapping[str, bytes]:
    """The machine's programs as they are here, saying that they are of that version."""
    files = {
        f"{LIBRARY}/{path.relative_to(ROOT).as_posix()}": path.read_bytes()
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    metadata = f"Metadata-Version: 2.1\nName: sealctl\nVersion: {version}\n"
    own = {
        f"{LIBRARY}/sealctl-{version}.dist-info/METADATA": metadata.encode(),
        f"{LIBRARY}/others.pth": "\n".join(site.getsitepackages()).encode(),
        "pyvenv.cfg": f"home = {Path(sys.base_prefix) / 'bin'}\n".encode(),
        "bin/sealctl": LAUNCHER,
    }
    return {**files, **own, **(changed or {})}


def offer(
    town: Township,
    archives: Sequence[Path],
    *,
    former: bytes | None = None,
    officers: Sequence[CryptoSigner] | None = None,
    least: str = "0.0.0",
    expires_ms: int | None = None,
) -> bytes:
    """Signed by two officers, or by whom is given."""
    made = draft_offer(
        archives,
        authority=town.package,
        former=former,
        least=least,
        expires_ms=expires_ms or town.now_ms + YEAR,
    )
    for officer in town.keys.officers[:2] if officers is None else officers:
        made = sign_offer(made, officer)
    return made


@dataclass
class Medium:
    """A folder that brings releases, and the township that signs them."""

    folder: Path
    town: Township
    former: bytes | None = None

    def bring(self, *archives: Path, **given: object) -> bytes:
        """The next offer, of these archives alone."""
        data = offer(self.town, archives, former=self.former, **given)  # type: ignore[arg-type]
        (self.folder / NAME).write_bytes(data)
        self.former = data
        return data

    def release(self, version: str, files: Mapping[str, bytes] = SMALL) -> Path:
        """An archive in this folder, and the offer of it."""
        made = archive(self.folder, version, files)
        self.bring(made)
        return made


def installed(folder: Path, version: str = "0.1.0") -> Programs:
    """Programs as the package leaves them."""
    (folder / f"venv-{version}/bin").mkdir(parents=True)
    (folder / "venv").symlink_to(f"venv-{version}")
    return Programs(folder)


def here(town: Township) -> Here:
    """A machine of that township with a journal of today."""
    return Here(ARCHITECTURE, PYTHON, JOURNAL, town.roots[0], NOW)


def at(place: Here, now_ms: int) -> Here:
    """The same machine at another time."""
    return replace(place, now_ms=now_ms)
