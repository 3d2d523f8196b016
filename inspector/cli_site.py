"""`sealinspect site`: whether a copy of the township's public site is as it was signed.

Calls `inspector` and `wire.site_manifest`. The key is the inspector's own knowledge; the copy is
believed in nothing. It says that nobody altered a file, not that the copy is the newest.
"""

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

from inspector.answer import Answer, Commands
from inspector.findings import UnusableError
from wire import site_manifest
from wire.errors import WireError
from wire.site_manifest import LIST, SIGNATURE
from wire.tlog import note
from wire.tlog.note import Verifier


def add(commands: Commands) -> argparse.ArgumentParser:
    """The command with its own arguments."""
    parser = commands.add_parser("site", help="核对公开网页的副本 hold a copy of the public site")
    parser.add_argument("folder", type=Path, help="网页目录 the site's folder")
    parser.add_argument(
        "--key", required=True, help="网页公钥 the site's key (sealhub site --once)"
    )
    return parser


def run(options: argparse.Namespace) -> Answer:
    """Whether every file holds; raises UnusableError."""
    count, wrong = hold(options.folder, options.key)
    text = f"{count} 个文件与签名的清单一致。 {count} files are as they were signed."
    lines = [text, *(f"✗ {one}" for one in wrong)]
    return Answer(not wrong, {"files": count, "wrong": wrong}, "\n".join(lines))


def hold(folder: Path, key: str) -> tuple[int, list[str]]:
    """How many files are as signed, and what is not, a line each; raises UnusableError."""
    try:
        verifier = note.verifier(key)
    except WireError as error:
        raise UnusableError(f"{key}: 不是公钥。 Not a verifier key.") from error
    lists = sorted(folder.rglob(LIST))
    if not lists:
        raise UnusableError(f"{folder}: 没有签名的清单。 No signed list of files is here.")
    listed: set[str] = set()
    wrong = [
        line
        for one in lists
        for line in _held(folder, one.relative_to(folder).as_posix(), verifier, listed)
    ]
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    good = len(listed) - len(wrong)
    return good, wrong + [f"{path}: 清单里没有 no list names it" for path in sorted(there - listed)]


def _held(folder: Path, path: str, verifier: Verifier, listed: set[str]) -> Iterator[str]:
    """What one list names and is not so; fills `listed`."""
    manifest, beside = folder / path, (folder / path).with_name(SIGNATURE)
    listed |= {path, beside.relative_to(folder).as_posix()}
    try:
        files = site_manifest.opened(path, manifest.read_bytes(), beside.read_bytes(), verifier)
    except (WireError, OSError) as error:
        yield f"{path}: 签名不成立 not signed by this key: {error}"
        return
    for one in files:
        listed.add(one.path)
        try:
            data = (folder / one.path).read_bytes()
        except OSError:
            yield f"{one.path}: 缺少 missing"
            continue
        if (len(data), hashlib.sha256(data).hexdigest()) != (one.bytes, one.sha256):
            yield f"{one.path}: 被改过 altered"
