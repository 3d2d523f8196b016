"""`sealhub restore BACKUP`: a hub again, which can contradict nothing that it ever said.

Calls `hub.operate`, `hub.log`, `hub.ingest.replay` and Django. Nothing that exists is overwritten.
The mark `unconfirmed` comes first and goes last: no list and no head is signed before the second
store or the county's witnesses have shown that the log is the newest. Broken off, it goes on.
"""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.config import FILE, UNDER_WAY
from hub.log import second, unconfirmed
from hub.log.published import write
from hub.log.unconfirmed import Unconfirmed
from hub.operate import manifest, sealed
from hub.operate.errors import RestoreError
from hub.operate.manifest import Manifest

SECOND: Final = Path("second") / "leaves"
_PIECES: Final = "second/leaves."


@dataclass(frozen=True)
class Restored:
    """`leaves` came back from the second store; `missing`: what is not there, in two languages."""

    leaves: int
    missing: tuple[str, ...]


def restore(
    backup: Path,
    state: Path,
    now_ms: Callable[[], int],
    secret: bytes | None,
    set_up: Callable[[], None],
) -> Restored:
    """Bring it back into an empty state folder, or go on with that.

    `set_up` sets Django up once the configuration is in place. Raises RestoreError, ManifestError,
    SealedError, DatabaseCopyError, LogBrokenError.
    """
    held, name = manifest.load(backup), manifest.name(backup)
    if not _is_waiting(state, name):
        _refuse_others(state, name)
        manifest.verify(backup, held)
        _begin(state, name)
    _keys(backup, state, held, secret)
    _second(backup, state, held, name)
    if (state / UNDER_WAY).exists():
        _files(backup, state, held)
    set_up()
    if (state / UNDER_WAY).exists():
        _database(backup, state, held)
        (state / UNDER_WAY).unlink()
    from hub.operate import reopen  # Django's settings are read from the folder's files

    return Restored(*reopen.reopen(state / SECOND, held, now_ms))


def _is_waiting(state: Path, name: str) -> bool:
    """Whether all of that backup is in place, and only the log is not confirmed."""
    mark = unconfirmed.marked(state)
    return mark is not None and mark.backup == name and not (state / UNDER_WAY).exists()


def _refuse_others(state: Path, name: str) -> None:
    """A folder that is not empty must be one that this very restore has begun."""
    path = state / UNDER_WAY
    if path.exists() and json.loads(path.read_bytes())["backup"] == name:
        return
    others = [one.name for one in state.iterdir()] if state.exists() else []
    if set(others) - {SECOND.parts[0], "lost+found"}:
        raise RestoreError(
            f"{state}: 不是空目录，不覆盖。 Not empty: nothing is overwritten. "
            "Give an empty folder, in which only second/ may stand."
        )


def _begin(state: Path, name: str) -> None:
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o700)
    if not (state / UNDER_WAY).exists():
        write(state / UNDER_WAY, json.dumps({"backup": name}).encode())
    if unconfirmed.marked(state) is None:
        unconfirmed.mark(state, Unconfirmed(name, placed=False))


def _second(backup: Path, state: Path, held: Manifest, name: str) -> None:
    """Where a second store is there, it must go on from the backup's; else the backup's is taken.

    One that is longer than what was put back here has survived elsewhere and was brought since.
    """
    path = state / SECOND
    if not path.exists():
        unconfirmed.mark(state, Unconfirmed(name, placed=True))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name("leaves.new")
        with beside.open("wb") as file:
            for data in _pieces(backup, held):
                file.write(data)
        beside.chmod(0o600)
        beside.replace(path)
        return
    with path.open("rb") as file:
        if any(file.read(len(data)) != data for data in _pieces(backup, held)):
            raise RestoreError(
                f"{path}: 第二存储与备份不是同一本日志，或比备份旧。 The second store is another "
                "log than the backup's, or older: bring the newest, or take it away and run again."
            )
    if second.measured(path)[0] > held.leaves:
        unconfirmed.mark(state, Unconfirmed(name, placed=False))


def _pieces(backup: Path, held: Manifest) -> Iterator[bytes]:
    for path in sorted(one for one in held.files if one.startswith(_PIECES)):
        yield (backup / path).read_bytes()


def _keys(backup: Path, state: Path, held: Manifest, secret: bytes | None) -> None:
    """The private keys, if they are here and can be opened; those that are there already stay."""
    if sealed.NAME not in held.files or secret is None:
        return
    for path, data in sealed.unseal((backup / sealed.NAME).read_bytes(), secret).items():
        if not (state / path).exists():
            (state / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (state / path).touch(mode=0o600)
            write(state / path, data)
            (state / path).chmod(0o600)


def _files(backup: Path, state: Path, held: Manifest) -> None:
    """Everything but second store, sealed keys and database; the configuration comes last."""
    apart = {sealed.NAME, held.database, FILE, *_reports(held)}
    for path in sorted(held.files):
        target = state / path
        if path in apart or path.startswith(_PIECES) or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = target.with_name(target.name + ".new")
        shutil.copyfile(backup / path, beside)
        beside.chmod(0o600)
        beside.replace(target)
    (state / "public" / "log").mkdir(parents=True, exist_ok=True)
    if not (state / "secret.key").exists():
        write(state / "secret.key", secrets.token_urlsafe(50).encode())
        (state / "secret.key").chmod(0o600)
    write(state / FILE, (backup / FILE).read_bytes())
    (state / FILE).chmod(0o600)


def _database(backup: Path, state: Path, held: Manifest) -> None:
    from hub.operate import database

    said = json.loads((state / UNDER_WAY).read_bytes())
    if "database" not in said:
        database.load(backup / held.database)
        write(state / UNDER_WAY, json.dumps({**said, "database": True}).encode())
    said = json.loads((state / UNDER_WAY).read_bytes())
    if "hotline" not in said:
        for name in _reports(held):
            database.load(backup / name, database.HOTLINE)
        write(state / UNDER_WAY, json.dumps({**said, "hotline": True}).encode())
    from django.core.management import call_command

    for which in (database.HUB, database.HOTLINE):
        call_command("migrate", database=which, verbosity=0, interactive=False)


def _reports(held: Manifest) -> list[str]:
    """The copy of the hotline's database; a backup from before there was one has none."""
    return [name for name in ("hotline.sqlite3", "hotline.pgdump") if name in held.files]
