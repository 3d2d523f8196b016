"""The one writer of the log: leaves → second store → signed head → published files.

Calls `hub.log`, `hub.config` and `wire`. Each step is durable before the next begins, and
each can be done again: whatever a crash left undone, `open` and `advance` complete. Where another
store is longer than the table, or tells another story, it refuses: a log never shrinks or forks.
A witness that holds a head of this log is such a store, too (`Ahead`).
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Self

from django.db import transaction

from hub.config import Config
from hub.log import published, store, unconfirmed
from hub.log.keys import LogKey
from hub.log.models import Ahead, Head, Leaf
from hub.log.second import SecondStore
from wire.errors import WireError
from wire.tlog import checkpoint, note, tree
from wire.tlog.checkpoint import Checkpoint

_CHUNK: Final = 1000
RENEWAL: Final = "renewal.json"
"""A new log that was decided and is not finished (`hub.renew`): nothing is written meanwhile."""


class LogBrokenError(Exception):
    """The stores of the log contradict one another; the text says how and what to do."""


class Sequencer:
    """Holds the log's lock until it is closed."""

    def __init__(self, key: LogKey, second: SecondStore, public: Path, lock: int) -> None:
        self._key = key
        self._second = second
        self._public = public
        self._lock = lock
        self._checked = 0
        self.hashes = store.Hashes()

    @classmethod
    def open(cls, config: Config) -> Self:
        """Take the log and complete what a crash left; raises LogBrokenError."""
        unsettled = unconfirmed.sentence(config.state)
        if unsettled is not None:
            raise LogBrokenError(unsettled)
        with ExitStack() as undo:
            lock = _lock(config.state / "log.lock")
            undo.callback(os.close, lock)
            _refuse_unfinished(config)
            key = LogKey.load(config.log_name, config.log_key)
            second = SecondStore.open(config.state / "second" / "leaves")
            made = cls(key, second, config.state / "public" / "log", lock)
            made.repair()
            undo.pop_all()
        return made

    def close(self) -> None:
        """Let another process write."""
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def repair(self) -> None:
        """Check the stores against each other, then advance; raises LogBrokenError."""
        size = store.size()
        if self._second.count > size:
            raise _shorter(f"second store {self._second.count}", size)
        self._check_second()
        for where, data in (("head", _head_bytes()), ("public", self._public_bytes())):
            if data is not None:
                self._check_signed(where, self._opened(where, data), size)
        self.check_ahead()
        self.advance()

    def check_ahead(self) -> None:
        """Hold what witnesses have of this log against it; raises LogBrokenError.

        What they had of a former log stays as evidence.
        """
        for found in Ahead.objects.filter(id__gt=self._checked).order_by("id"):
            data = bytes(found.checkpoint)
            if checkpoint.decode(note.parse(data).text).origin == self._key.name:
                shown = self._key.open(data)
                self._check_signed(f"witness {found.witness}", shown, store.size())
            self._checked = found.pk

    def append(self, leaves: list[bytes]) -> int:
        """Add leaves in a transaction of their own and answer for them; the first's index."""
        with transaction.atomic():
            first = store.add(leaves, self.hashes)
        self.advance()
        return first

    def advance(self) -> None:
        """Answer for every leaf in the table: durable twice, signed, published."""
        size = store.size()
        if size > self._second.count:
            self._second.append(_leaves(self._second.count, size))
        data = _head_bytes()
        signed = None if data is None else self._key.open(data)
        if signed is None or data is None or signed.size < size or not self._key.signed(data):
            data = self._key.sign(size, tree.root(size, self.hashes))
            _swap(signed, size, data)
        self._publish(data, size)

    def show_cosigned(self) -> None:
        """Publish what the witnesses' cosignatures have become; a head beyond them stays as it is.

        Raises LogBrokenError for one that the log does not continue.
        """
        cosigned, head = store.cosigned(), _head_bytes()
        if cosigned is None or head is None:
            return
        data = bytes(cosigned.checkpoint)
        self._check_signed("cosigned", self._key.open(data), store.size())
        published.write(self._public / published.COSIGNED, data)
        if self._key.signed(data) and note.parse(data).text == note.parse(head).text:
            published.write(self._public / published.CHECKPOINT, data)

    def _publish(self, head: bytes, size: int) -> None:
        before, cosigned = self._public_bytes(), store.cosigned()
        data = head
        seen = b"" if cosigned is None else bytes(cosigned.checkpoint)
        if seen.startswith(note.parse(head).text) and self._key.signed(seen):
            data = seen
        if before == data:
            return
        old = 0 if before is None else self._key.open(before).size
        published.publish(self._public, data, old, size, self.hashes, _leaves)

    def _public_bytes(self) -> bytes | None:
        return published.read_checkpoint(self._public)

    def _check_second(self) -> None:
        """Leaf hashes are computed anew from the bytes of both stores."""
        kept = self._second.leaves()
        for start in range(0, self._second.count, _CHUNK):
            rows = Leaf.objects.filter(index__gte=start, index__lt=start + _CHUNK)
            for index, data, leaf in rows.order_by("index").values_list("index", "data", "hash"):
                if index < self._second.count and not (
                    bytes(leaf) == tree.leaf_hash(bytes(data)) == tree.leaf_hash(next(kept))
                ):
                    raise LogBrokenError(f"第 {index} 片叶子与第二存储不符。 Leaf {index} differs.")

    def _opened(self, where: str, data: bytes) -> Checkpoint:
        try:
            return self._key.open(data)
        except WireError as error:
            raise LogBrokenError(
                f"{where}：不是本日志密钥签的，请放回原来的密钥，或按手册更换。 Signed by "
                f"another key than this log's: put it back, or change it as the guide says: {error}"
            ) from error

    def _check_signed(self, where: str, signed: Checkpoint, size: int) -> None:
        if signed.size > size:
            raise _shorter(f"{where} {signed.size}", size)
        if signed.root != tree.root(signed.size, self.hashes):
            raise LogBrokenError(
                f"{where}：已签名的日志与数据库不是同一本，不再继续。 The signed log of "
                f"{signed.size} leaves is not the database's: it would fork. Restore the database."
            )


@contextmanager
def locked(config: Config) -> Iterator[None]:
    """No other process writes the log meanwhile; raises LogBrokenError where one does."""
    lock = _lock(config.state / "log.lock")
    try:
        yield
    finally:
        os.close(lock)


def _refuse_unfinished(config: Config) -> None:
    if (config.state / RENEWAL).exists():
        raise LogBrokenError(
            "新日志没有建完：再运行一次 sealhub log renew。 A new log was begun and is not "
            "finished: run `sealhub log renew` again."
        )


def _swap(signed: Checkpoint | None, size: int, data: bytes) -> None:
    if signed is None:
        Head.objects.create(id=1, checkpoint=data, size=size)
        return
    if not Head.objects.filter(id=1, size=signed.size).update(checkpoint=data, size=size):
        raise LogBrokenError("另一进程也在写日志。 Another process moved the log's head.")


def _head_bytes() -> bytes | None:
    head = store.head()
    return None if head is None else bytes(head.checkpoint)


def _leaves(first: int, end: int) -> list[bytes]:
    """Stored leaves whose hashes, computed anew, are those of the tree."""
    rows = Leaf.objects.filter(index__gte=first, index__lt=end).order_by("index")
    found = []
    for index, data, leaf in rows.values_list("index", "data", "hash"):
        if tree.leaf_hash(bytes(data)) != bytes(leaf):
            raise LogBrokenError(f"第 {index} 片叶子被改过。 Leaf {index} was altered.")
        found.append(bytes(data))
    return found


def _shorter(what: str, size: int) -> LogBrokenError:
    return LogBrokenError(
        f"数据库只有 {size} 片叶子，少于 {what}：数据库被换成了旧的，"
        f"请恢复较新的备份，或运行 sealhub replay；都不行，按手册另起新日志（sealhub log renew）。 "
        f"The database has {size} leaves, fewer than {what}: restore a newer copy of it, or run "
        "`sealhub replay`; where neither helps, begin a new log (`sealhub log renew`)."
    )


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise LogBrokenError("另一个 ingest 正在运行。 Another ingest runs already.") from error
    return handle
