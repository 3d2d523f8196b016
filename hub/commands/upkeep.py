"""`sealhub backup`, `restore` and `retain`: the words; `hub.operate` does the work."""

import argparse
from datetime import UTC, datetime
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
    ("hub.operate.retain.run", "RetainError"),
)
WHAT: Final = {"photos": ("照片", "photos"), "openings": ("开示", "openings")}


def add(commands: Any) -> None:
    """The verbs."""
    made = parts.add(commands, "backup", _backup, "备份 a copy of all that must be kept")
    made.add_argument("folder", type=Path, help="备份目录，放在另一块盘上 on another disk")
    words = "私钥加密存入，口令在此文件 seal the private keys, the passphrase is in this file"
    made.add_argument("--keys", type=Path, metavar="FILE", help=words)
    back = parts.add(commands, "restore", _restore, "从备份恢复到空目录 into an empty state folder")
    back.add_argument("backup", type=Path, help="一份备份 one backup")
    back.add_argument("--keys", type=Path, metavar="FILE", help="私钥的口令 the passphrase")
    words = "按保存期清除照片和开示 erase photos and openings whose time is over"
    gone = parts.add(commands, "retain", _retain, words)
    gone.add_argument("--dry-run", action="store_true", help="只说不做 say it and do nothing")


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


def _retain(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.audit import periods
    from hub.clock import now_ms
    from hub.config import config
    from hub.operate.retain.run import preview, retain

    made = preview(config(), now_ms()) if arguments.dry_run else retain(config(), now_ms())
    for one in made.planned:
        zh, en = WHAT[one.what]
        print(
            f"{one.device} #{one.first}–#{one.last}: {one.count} 条记录的{zh}，"
            f"最新的是 {_day(one.newest_ms)}。 {en} of {one.count} entries, the newest of that day."
        )
    for some in made.rows:
        zh, en = periods.KINDS[some.what]
        said = "到期 due" if arguments.dry_run else "已清除 erased"
        print(
            f"{zh}：{_day(some.until_ms)} 以前的，{said} {some.count}，案件留住 held {some.held}。 "
            f"Of {en}, before that day."
        )
    if arguments.dry_run:
        print("以上到期，还没有写明，也没有清除。 Due, neither named nor erased yet.")
    elif made.planned:
        print("以上已交日志写明，下次运行时清除。 The log says so; the next run erases it.")
    done = made.done
    if not arguments.dry_run:
        print(f"已清除照片 {done.photos} 张，开示 {done.openings} 条。 Erased photos and openings.")
        gone = made.forgotten
        print(
            f"已去掉姓名的村民申请 {gone.requests} 份，没有提交的页 {gone.pages} 张。 "
            "Villagers' requests without names now, and pages that nobody sent."
        )
        print(f"已去掉姓名的预约 {made.visits} 个。 Appointments without names now.")
        print(f"已清空的个人信息检查 {made.emptied} 处。 Findings whose words are gone now.")
    if done.held:
        print(f"{done.held} 条被案件或复核留住。 Entries that are held fast and stay.")
    if made.waiting:
        print(f"{made.waiting} 段已写明，等见证或留住的。 Spans named and not erased yet.")


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d")


def _secret(arguments: argparse.Namespace) -> bytes | None:
    from hub.operate import sealed

    return None if arguments.keys is None else sealed.passphrase(arguments.keys)
