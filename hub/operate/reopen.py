"""The last step of a restore: the log is opened only where it is known to be the newest.

Calls `hub.{blobs,ingest,log,operate}` and `wire.tlog`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from hub.blobs.models import Blob
from hub.config import Config, config
from hub.devices.models import ListVersion
from hub.ingest.models import Erased
from hub.ingest.replay import LOST, replay
from hub.log import unconfirmed
from hub.log.models import Ahead
from hub.operate import confirm
from hub.operate.confirm import Heard, Seen
from hub.operate.errors import RestoreError
from hub.operate.manifest import Manifest
from wire.tlog import note
from wire.tlog.checkpoint import decode


def reopen(second: Path, held: Manifest, now_ms: Callable[[], int]) -> tuple[int, tuple[str, ...]]:
    """(leaves that came back, what is missing); raises RestoreError, LogBrokenError."""
    used = config()
    state, mark = used.state, unconfirmed.marked(used.state)
    without = [path for path in held.left_out if not (state / path).exists()]
    if without:
        raise RestoreError(
            f"数据已放回，但缺少私钥：{'、'.join(without)}。请放回后再运行同样的命令。 "
            "All data is back, these private keys are not: put them in place and run the same "
            "command again."
        )
    heard = confirm.ask(used.witnesses)
    _refuse_forks(second, held, heard, now_ms)
    if mark is None or (mark.placed and not heard.enough):
        raise RestoreError(
            "第二存储没有保住，县见证也没有确认：日志可能不是最新的，不签名、不接收。"
            "请接上原来的第二存储，或等县见证能连上，再运行同样的命令；"
            "都没有就与县里一起另起新日志（手册第 8 节）。 "
            "The second store did not survive and no quorum of the county's witnesses answered: "
            "the log may be an old one, nothing is signed. Bring the second store back, or reach "
            "the witnesses, and run the same command again; if there is neither, "
            "begin a new log with the county (guide, section 8)."
        )
    unconfirmed.settle(state)
    count = replay(used, now_ms())
    return count, tuple(_missing(used, count))


def _refuse_forks(second: Path, held: Manifest, heard: Heard, now_ms: Callable[[], int]) -> None:
    if held.checkpoint:
        head = decode(note.parse(held.checkpoint.encode()).text)
        if confirm.root(second, head.size) != head.root:
            raise RestoreError(
                "第二存储与备份里签过的检查点不符。 The second store does not lead to the head "
                "that was signed before the backup: bring another second store or backup."
            )
    found = confirm.contradicted(second, heard.seen)
    if found is not None:
        _keep(found, now_ms())
        raise RestoreError(
            f"县见证 {found.witness} 见过 {found.head.size} 片叶子的日志，这里接不上："
            "备份太旧，不签名。请用更新的备份或原来的第二存储；"
            "都没有就与县里一起另起新日志（手册第 8 节）。 "
            f"The witness has seen a log of {found.head.size} leaves that this one does not lead "
            "to: nothing is signed. Take a newer backup, or the second store; if there is neither, "
            "begin a new log with the county (guide, section 8)."
        )


def _keep(found: Seen, now_ms: int) -> None:
    """So that no process signs past it, whatever happens to the mark."""
    if not Ahead.objects.filter(checkpoint=found.checkpoint).exists():
        Ahead.objects.create(checkpoint=found.checkpoint, witness=found.witness, found_ms=now_ms)


def _missing(used: Config, replayed: int) -> Iterator[str]:
    """What neither backup nor second store had."""
    folder = used.state / "blobs"
    names = Blob.objects.values_list("sha256", flat=True).iterator()
    hexes = (bytes(name).hex() for name in names)
    lost = sum(not (folder / one[:2] / one).exists() for one in hexes)
    if lost:
        yield f"照片和页面缺 {lost} 个 photos and pages that are not here: {lost}"
    if replayed:
        yield (
            f"备份以后的 {replayed} 片叶子从第二存储补回，它们的开示和照片没有 "
            f"{replayed} leaves came from the second store alone: their openings and photos are "
            "with the machines, if anywhere"
        )
    named = Erased.objects.filter(leaf_index__isnull=False, done_ms=None).count()
    if named:
        yield (
            f"备份里有日志写明已清除的照片和开示 {named} 段：请运行 sealhub retain。 "
            f"The backup has what the log names as erased, spans {named}: run `sealhub retain`."
        )
    lists = ListVersion.objects.filter(bundle=LOST).count()
    if lists:
        yield f"只知道哈希的清单 {lists} 份 lists of which only the hash is left: {lists}"
    yield "软件发布要重新导入，消息中间件要重新生成配置 import releases again, run `broker config`"
