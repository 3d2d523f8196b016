"""Whoever holds the township's log key, against an inspector who kept a checkpoint, and the files.

Calls `tests.attacks.bundles` and `tests.support.sealed_log`.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.attacks.bundles import inspected, row, stamped, untouched, verified
from tests.attacks.model import Notice, Play, Stage
from tests.inspector.test_verify import WITNESS_VKEY, cosigned
from tests.support.contents import DEVICE
from tests.support.machine import Rig
from tests.support.sealed_log import SealedLog, signed_head, write_log
from tests.support.seen import named, see
from wire.lists.leaf import list_leaf

Rewrite = Callable[[SealedLog, Path], None]
WITNESSED = {"quorum": 1, "witnesses": [WITNESS_VKEY], "max_age_s": 24 * 3600}


def _truncated(log: SealedLog, rig: Rig) -> None:
    """The last stamp never was."""
    del rig, log.leaves[-4:]


def _forked(log: SealedLog, rig: Rig) -> None:
    """What the inspector saw last time is replaced by something else, and the log goes on."""
    del log.leaves[-1]
    log.leaves += [_published(log, rig, 1), _published(log, rig, 2)]


def _inserted(log: SealedLog, rig: Rig) -> None:
    """A list stands before entries that were logged without it."""
    log.leaves.insert(len(log.leaves) - 2, _published(log, rig, 1))


def _saw(log: SealedLog, rig: Rig) -> None:
    """The machine had a receipt, and each entry since names the head of it."""
    see(log, rig, {3: named})


def _rewritten(log: SealedLog, rig: Rig) -> None:
    """What came before that head is another story for the inspector, under the same key."""
    _saw(log, rig)
    log.leaves.insert(0, log.leaves[0])


def _published(log: SealedLog, rig: Rig, later: int) -> bytes:
    """The leaf of a whole list of the township, so many versions after its last one."""
    version = rig.version + later
    data = rig.township.bundle(version=version, now_ms=rig.clock.wall)
    log.lists[sha256(data).digest()] = data
    return list_leaf(DEVICE, version, sha256(data).digest())


def _sealed(change: Rewrite, **policy: object) -> Play:
    """An honest bundle, in whose files that is changed afterwards."""

    def play(stage: Stage) -> Notice | None:
        log = SealedLog.of(stage.share(stamped))
        log = replace(log, policy={**log.policy, **policy})
        folder = log.write(stage.folder())
        change(log, folder)
        return verified(folder)

    return play


def _nothing(log: SealedLog, folder: Path) -> None:
    del log, folder


def _another_key(log: SealedLog, folder: Path) -> None:
    write_log(folder, log.leaves, key=Ed25519PrivateKey.generate())


def _another_tree(log: SealedLog, folder: Path) -> None:
    head = signed_head(len(log.leaves), sha256(b"another tree").digest())
    (folder / "checkpoint").write_bytes(head)


def _tile(log: SealedLog, folder: Path) -> None:
    del log
    path = next(iter(sorted((folder / "tile" / "0").rglob("*.p/*"))))
    data = bytearray(path.read_bytes())
    data[7] ^= 1
    path.write_bytes(data)


def _seen(ago_s: int, lied_s: int = 0) -> Rewrite:
    """The county's witness saw the head so long ago; its time is shifted after it signed."""

    def change(log: SealedLog, folder: Path) -> None:
        del log
        path = folder / "checkpoint"
        now = time.time_ns() // 1_000_000_000
        path.write_bytes(cosigned(path.read_bytes(), now - ago_s, lied_s=lied_s))

    return change


KEPT = inspected(untouched, kept=True)
PLAIN = _sealed(_nothing)
SEEN = _sealed(_seen(0), **WITNESSED)
ATTACKS = (
    row("truncate", "截去日志末尾", "the log's end cut off", "rolled_back",
        inspected(_truncated, kept=True), KEPT),
    row("fork since the last visit", "改写检查员看过的日志", "what an inspector saw rewritten",
        "rolled_back", inspected(_forked, kept=True), KEPT),
    row("insert into the past", "往过去的日志里插入一条", "a leaf inserted into the past",
        "rolled_back", inspected(_inserted, kept=True), KEPT),
    row("two logs", "给检查员看的不是给机器看过的日志",
        "another log for the inspector than the machine saw", "split",
        inspected(_rewritten), inspected(_saw)),
    row("another log key", "另一把日志密钥签的检查点", "a checkpoint of another log key",
        "checkpoint", _sealed(_another_key), PLAIN),
    row("a head over another tree", "检查点签的是另一棵树", "a head signed over another tree",
        "tree", _sealed(_another_tree), PLAIN),
    row("a tile that lies", "改哈希块", "a hash tile that lies", "tree", _sealed(_tile), PLAIN),
    row("withheld from the inspector", "不给检查员新的记录：拿旧检查点充数",
        "the newest records kept from the inspector", "stale",
        _sealed(_seen(72 * 3600), **WITNESSED), SEEN),
    row("a private log", "未经县见证的私账", "a log that the county's witness never saw",
        "pending", _sealed(_nothing, **WITNESSED), SEEN),
    row("a witness's time forged", "改见证时间", "the time of a cosignature moved",
        "checkpoint", _sealed(_seen(72 * 3600, 72 * 3600), **WITNESSED), SEEN),
)  # fmt: skip
