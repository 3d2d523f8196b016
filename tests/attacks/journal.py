"""The machine's disk in wrong hands: its journal edited, cut, restored from a copy, or forgotten by
everybody who should carry it; and receipts that are none.

Calls `tests.attacks.machine`, `sealctl.lockd.receipts` and `tests.support`.
"""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sealctl.journal import books
from sealctl.lockd import receipts
from sealctl.session.model import LoggedOut
from tests.attacks.machine import build, refused
from tests.attacks.model import AT_MESSAGE, Attack, Notice, Play, Stage, passed
from tests.support import cosigned, crisis
from tests.support.contents import HOUR
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import VKEY, signed_head
from wire import messages
from wire.tlog import proof_file, tree
from wire.tlog.proof_file import ProofFile

Pen = Callable[[sqlite3.Connection], object]
KEPT = ("entry_no_update", "entry_no_delete")


def rewritten(pen: Pen | None) -> Play:
    """The disk is taken out, written to, and put back."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        rig.stamp(rig.grant())
        rig.core.journal.connection.close()
        if pen is not None:
            raw = sqlite3.connect(rig.config.journal)
            for trigger in KEPT:
                raw.execute(f"DROP TRIGGER {trigger}")
            pen(raw)
            raw.commit()
            raw.close()
        rig.restart()
        return refused(rig, lambda: rig.core.login(OPERATOR, PIN))

    return play


def _edit(raw: sqlite3.Connection) -> None:
    row = raw.execute("SELECT seq, envelope FROM entry WHERE kind = 'authorised'").fetchone()
    edited = bytearray(row[1])
    edited[-1] ^= 1
    raw.execute("UPDATE entry SET envelope = ? WHERE seq = ?", (bytes(edited), row[0]))


def _delete(raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM photo")
    raw.execute("DELETE FROM entry WHERE kind = 'stamped'")


def _truncate(raw: sqlite3.Connection) -> None:
    """As if the stamp had never been."""
    (seq,) = raw.execute("SELECT seq FROM entry WHERE kind = 'authorised'").fetchone()
    raw.execute("DELETE FROM photo WHERE seq >= ?", (seq,))
    raw.execute("DELETE FROM opening WHERE seq >= ?", (seq,))
    raw.execute("DELETE FROM authorised WHERE seq >= ?", (seq,))
    raw.execute("DELETE FROM entry WHERE seq >= ?", (seq,))


def _unspend(raw: sqlite3.Connection) -> None:
    """The opening is called one that was given back."""
    raw.execute("UPDATE authorised SET returned = 1")


def _forget_spent(raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM authorised")


def restored(*, stamp: bool, head_too: bool = False, told: bool = False) -> Play:
    """An image of the card from before a stamp is put back after it.

    `head_too`: the head's counters go back with it. `told`: the township's list names the entry
    that it had last.
    """

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        grant = rig.grant()
        rig.core.journal.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        image = _copy(rig.config.folder, stage.folder() / "card")
        counted = rig.body.memory.unlatches, rig.body.memory.presses
        if stamp:
            rig.stamp(grant)
            seq = rig.core.journal.last_seq
            last = seq, books.hash_at(rig.core.journal.connection, seq)
            rig.core.journal.connection.close()
            _copy(image, rig.config.folder)
            if head_too:
                rig.body.memory.unlatches, rig.body.memory.presses = counted
            rig.restart()
            if told:
                rig.publish(grant, receipted=last)
        return refused(rig, lambda: _ready(rig, grant.id))

    return play


def revoked(*, put_back: bool) -> Play:
    """The list from before a revocation is put back onto the machine's disk, without network."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        rig.grant()
        rig.publish(revoked_persons=("jia",))
        rig.core.journal.connection.close()
        if put_back:
            raw = sqlite3.connect(rig.config.journal)
            raw.execute("UPDATE trusted SET bundle = ?", (rig.bundles[-2],))
            raw.commit()
            raw.close()
        rig.restart()
        return refused(rig, lambda: rig.core.login(OPERATOR, PIN))

    return play


def _copy(source: Path, target: Path) -> Path:
    for path in target.glob("journal.sqlite3*"):
        path.unlink()
    return Path(shutil.copytree(source, target, dirs_exist_ok=True))


def _ready(rig: Rig, grant: bytes) -> None:
    rig.core.login(OPERATOR, PIN)
    rig.core.choose(grant)


def dropped(
    hours: int,
    *,
    most: int = 200,
    policy: Mapping[str, Any] = MappingProxyType({"log_key": VKEY}),
    answer: Callable[[Rig], bytes] | None = None,
) -> Play:
    """syncd brings every list, and takes no entry anywhere unless receipts come back (`answer`);
    the machine signs its hourly sign of life, and is asked for a stamp every hour.
    """

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder(), policy={**policy, "receipts_max_count": most})
        grant = rig.grant()
        began = rig.clock.mono
        for hour in range(hours):
            rig.clock.advance(HOUR)
            rig.core.heartbeat()
            if hour % 24 == 0:
                rig.publish(grant)
            if answer is not None:
                receipts.take(rig.core, answer(rig))
            found = refused(rig, lambda: _ready(rig, grant.id))
            if found is not None:
                return replace(found, when=passed((rig.clock.mono - began) / 1000))
            rig.core.feed(LoggedOut())
        return None

    return play


def brought(forge: Callable[[Rig, bytes], bytes]) -> Play:
    """syncd, or a stick, brings receipts."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder(), policy={"log_key": VKEY})
        made = forge(rig, crisis.receipts(rig))
        return refused(rig, lambda: receipts.take(rig.core, made), AT_MESSAGE)

    return play


def _as_given(rig: Rig, given: bytes) -> bytes:
    del rig
    return given


def _of_another_log(rig: Rig, given: bytes) -> bytes:
    """The same tree under the key of a log that the policy does not name."""
    del rig
    ((seq, data),) = messages.decode_receipts(given)
    made = proof_file.decode(data)
    head = signed_head(made.index + 1, bytes(32), key=Ed25519PrivateKey.generate())
    return messages.encode_receipts([(seq, proof_file.encode(replace(made, checkpoint=head)))])


def _of_another_entry(rig: Rig, given: bytes) -> bytes:
    """The proof of the last entry, said to be of the first."""
    del rig
    ((_, data),) = messages.decode_receipts(given)
    return messages.encode_receipts([(1, data)])


def _of_the_future(rig: Rig, given: bytes) -> bytes:
    ((_, data),) = messages.decode_receipts(given)
    return messages.encode_receipts([(rig.core.journal.last_seq + 1, data)])


def _without_a_tree(rig: Rig, given: bytes) -> bytes:
    """The log's own key over a tree that holds no entry of this machine."""
    ((seq, _),) = messages.decode_receipts(given)
    leaf = tree.leaf_hash(b"something else")
    made = ProofFile(0, (), signed_head(1, tree.root_of([leaf])))
    del rig
    return messages.encode_receipts([(seq, proof_file.encode(made))])


def _deep(rig: Rig, given: bytes) -> bytes:
    del rig, given
    return b"\x81" * 200_000 + b"\x00"


def _row(name: str, zh: str, en: str, code: str, play: Play, control: Play) -> Attack:
    return Attack(name, zh, en, "lockd", code, play, control)


WHOLE, CARD, CARRIED, GIVEN = (
    rewritten(None),
    restored(stamp=False),
    dropped(80, answer=cosigned.receipts),
    brought(_as_given),
)
ATTACKS = (
    _row("journal edited", "改机器日志库里的一条", "an entry edited on the machine's disk",
         "journal_broken", rewritten(_edit), WHOLE),
    _row("journal deleted from", "删机器日志库里的一条", "an entry deleted on the machine's disk",
         "journal_broken", rewritten(_delete), WHOLE),
    _row("journal truncated", "截去机器日志库的末尾",
         "the end of the machine's journal cut off", "journal_broken",
         rewritten(_truncate), WHOLE),
    _row("spent opening given back", "在磁盘上把已用的开锁改成“已退回”",
         "a spent opening called returned on the disk", "journal_broken",
         rewritten(_unspend), WHOLE),
    _row("spent opening forgotten", "在磁盘上删去已用的记号", "the mark of a spent opening deleted",
         "journal_broken", rewritten(_forget_spent), WHOLE),
    _row("revoked list put back", "在磁盘上换回撤销之前的清单",
         "the list from before a revocation put back on the disk", "journal_broken",
         revoked(put_back=True), revoked(put_back=False)),
    _row("SD card restored", "把用印前的存储卡镜像写回去",
         "an image of the card restored after a stamp", "journal_broken",
         restored(stamp=True), CARD),
    _row("SD card and head restored", "存储卡与印头计数一起倒回",
         "card and head's counters restored together", "journal_broken",
         restored(stamp=True, head_too=True, told=True), CARD),
    _row("syncd drops everything", "传送进程丢弃全部记录，只带回清单",
         "syncd brings lists and drops every entry", "receipts_overdue",
         dropped(100), CARRIED),
    _row("the stick drops everything", "送U盘的人丢弃全部记录",
         "whoever carries the stick drops every entry", "receipts_overdue",
         dropped(100, most=20), CARRIED),
    _row("receipt of another log", "别的日志的回执", "a receipt of another log", "tlog",
         brought(_of_another_log), GIVEN),
    _row("receipt of another entry", "把别条的回执当本条的", "another entry's receipt", "tlog",
         brought(_of_another_entry), GIVEN),
    _row("receipt of an entry to come", "预先给还没有的记录发回执",
         "a receipt for an entry that does not exist yet", "chain", brought(_of_the_future), GIVEN),
    _row("receipt without the entry", "日志里没有这条，却发回执",
         "a receipt by a log without the entry", "tlog", brought(_without_a_tree), GIVEN),
    _row("deep receipts", "嵌套过深的回执", "receipts of deeply nested CBOR", "cbor",
         brought(_deep), GIVEN),
)  # fmt: skip
