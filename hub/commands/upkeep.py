"""`sealhub backup` and `restore`: the words; `hub.operate` does the work."""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (
    ("hub.operate.backup", "BackupError"),
    ("hub.operate.kept", "BusyError"),
    ("hub.operate.database", "DatabaseCopyError"),
    ("hub.operate.errors", "RestoreError"),
    ("hub.operate.manifest", "ManifestError"),
    ("hub.operate.sealed", "SealedError"),
)


def add(commands: Any) -> None:
    """The verbs."""
    made = parts.add(commands, "backup", _backup, "备份 a copy of all that must be kept")
    made.add_argument("folder", type=Path, help="备份目录，放在另一块盘上 on another disk")
    words = "私钥加密存入，口令在此文件 seal the private keys, the passphrase is in this file"
    made.add_argument("--keys", type=Path, metavar="FILE", help=words)
    back = parts.add(commands, "restore", _restore, "从备份恢复到空目录 into an empty state folder")
    back.add_argument("backup", type=Path, help="一份备份 one backup")
    back.add_argument("--keys", type=Path, metavar="FILE", help="私钥的口令 the passphrase")


def _backup(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.operate.backup import backup

    made = backup(config(), arguments.folder, now_ms(), _secret(arguments))
    held = made.manifest
    keys = "未含私钥 without private keys" if held.left_out else "私钥已加密 private keys sealed"
    print(
        f"{made.folder}: 文件 files {len(held.files)}, 新的 new {made.fresh}, "
        f"日志 leaves {held.leaves}, {keys}"
    )
    if made.same_disk:
        print("备份与平台在同一块盘上。 The backup is on the hub's own disk and is lost with it.")
    if made.spoilt:
        raise parts.UsageError(
            f"备份已完成，但这些照片在盘上已损坏：{'、'.join(made.spoilt)}。 "
            "The backup is whole but for these photos, which the disk has spoilt: run "
            "`sealhub fsck`, and look at the disk."
        )


def _restore(arguments: argparse.Namespace) -> None:
    import django

    from hub.clock import now_ms
    from hub.operate.restore import restore

    state = Path(arguments.state).absolute()
    done = restore(arguments.backup, state, now_ms, _secret(arguments), django.setup)
    print(f"已恢复 restored: {state}, 从第二存储补回 leaves from the second store {done.leaves}")
    for one in done.missing:
        print(f"  {one}")


def _secret(arguments: argparse.Namespace) -> bytes | None:
    from hub.operate import sealed

    return None if arguments.keys is None else sealed.passphrase(arguments.keys)
