"""What lies in a backup: the hash of each file, and the log's head. Calls `hub.log.published`.

`SHA256SUMS` is what `sha256sum -c` reads; `backup.json` says the rest and names its hash, so that
one hash stands for the whole backup.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hub.log.published import write

HEAD: Final = "backup.json"
SUMS: Final = "SHA256SUMS"
VERSION: Final = 1
_CHUNK: Final = 1 << 20


class ManifestError(Exception):
    """The folder is no whole backup; the text says what is wrong, in Chinese and English."""


@dataclass(frozen=True)
class Manifest:
    """`files`: path → SHA-256 in hex. `checkpoint`: the newest signed head, empty before the first;
    `leaves`: how many the second store held. `left_out`: files of the hub that are not here.
    """

    made_ms: int
    database: str
    log_name: str
    checkpoint: str
    leaves: int
    left_out: tuple[str, ...]
    files: Mapping[str, str]


def save(folder: Path, made: Manifest) -> None:
    """Write both files; `backup.json` last."""
    sums = "".join(f"{made.files[path]}  {path}\n" for path in sorted(made.files)).encode()
    write(folder / SUMS, sums)
    said = {name: value for name, value in vars(made).items() if name != "files"}
    said |= {"v": VERSION, "sums": hashlib.sha256(sums).hexdigest()}
    write(folder / HEAD, json.dumps(said, ensure_ascii=False, indent=1).encode())
    for name in (SUMS, HEAD):
        (folder / name).chmod(0o600)


def load(folder: Path) -> Manifest:
    """What it says; raises ManifestError for anything but a whole backup of a known version."""
    try:
        said: dict[str, Any] = json.loads((folder / HEAD).read_bytes())
        sums = (folder / SUMS).read_bytes()
        if said.pop("v") != VERSION or said.pop("sums") != hashlib.sha256(sums).hexdigest():
            raise ValueError(SUMS)
        pairs = [line.split("  ", 1) for line in sums.decode().splitlines()]
        files = {path: sha256 for sha256, path in pairs}
        if any(Path(path).is_absolute() or ".." in Path(path).parts for path in files):
            raise ValueError(SUMS)
        return Manifest(**{**said, "left_out": tuple(said["left_out"]), "files": files})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ManifestError(
            f"{folder}: 不是完整的备份，请换一份。 No whole backup, take another: {error}"
        ) from error


def name(folder: Path) -> str:
    """The hash that stands for the whole backup."""
    return hashlib.sha256((folder / HEAD).read_bytes()).hexdigest()


def verify(folder: Path, held: Manifest) -> None:
    """Read every file; raises ManifestError for the first that is missing or changed."""
    for path, sha256 in sorted(held.files.items()):
        try:
            sound = hashed(folder / path) == sha256
        except OSError:
            sound = False
        if not sound:
            raise ManifestError(
                f"{folder / path}: 备份里的这个文件缺失或坏了，请换一份备份。 "
                f"This file of the backup is missing or spoilt: take another backup."
            )


def hashed(path: Path) -> str:
    """A file's SHA-256 in hex, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest()
