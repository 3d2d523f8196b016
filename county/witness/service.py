"""One submission from its bytes to the reply: verify, decide, persist, cosign.

Calls `wire.tlog` and the other files of `county.witness`. Time is injected.
"""

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from county.witness.key import WitnessKey
from county.witness.rules import ANSWERS, NONE, Head, is_fork, refusal, timestamp
from county.witness.store import Store
from wire.errors import WireError
from wire.tlog import checkpoint, note, submission
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.note import Note, Signature
from wire.tlog.submission import Submission

PLAIN: Final = "text/plain; charset=utf-8"
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """What goes back over HTTP."""

    status: int
    media: str
    body: bytes


class Witness:
    """Cosigns what only grows; `clock` is s since 1970 UTC."""

    def __init__(self, key: WitnessKey, store: Store, clock: Callable[[], int]) -> None:
        self._key = key
        self._store = store
        self._clock = clock

    def add_checkpoint(self, body: bytes) -> Reply:
        """The answer of C2SP tlog-witness. A cosignature is told after its head is on disk."""
        try:
            return self._answered(body)
        except sqlite3.Error:
            _LOG.exception("the database")
            return refused("store")

    def latest(self, origin_hash: str) -> Reply:
        """The checkpoint cosigned last of the log whose origin has that SHA-256 (hex)."""
        try:
            head = self._store.head_by_hash(origin_hash)
        except sqlite3.Error:
            _LOG.exception("the database")
            return refused("store")
        return refused("unknown_log") if head is None else Reply(200, PLAIN, head.note)

    def _answered(self, body: bytes) -> Reply:
        try:
            asked = submission.decode(body)
            parsed = note.parse(asked.checkpoint)
        except WireError:
            return refused("malformed")
        origin = parsed.text.decode().split("\n", 1)[0]
        known = self._store.verifiers(origin)
        if not known:
            return refused("unknown_log")
        try:
            signed = Note(parsed.text, note.signed_by(parsed, known))
        except WireError:
            return refused("not_signed")
        try:
            offered = checkpoint.decode(parsed.text)
        except WireError:
            return refused("malformed")
        return self._decided(asked, offered, signed)

    def _decided(self, asked: Submission, offered: Checkpoint, signed: Note) -> Reply:
        """Check and persist in one transaction, so that no two requests pass each other."""
        with self._store.writing():
            if self._store.ended(offered.origin):
                return refused("ended")
            head = self._store.head(offered.origin) or NONE
            if is_fork(head, offered):
                evidence = note.assemble(signed.text, signed.signatures)
                self._store.keep_fork(head, offered, evidence, self._clock())
            told = self._cosigned(head, asked, offered, signed)
        if isinstance(told, Signature):
            return Reply(200, PLAIN, note.lines([told]))
        _LOG.warning("%s: %s: size %d after %d", offered.origin, told, offered.size, head.size)
        return refused(told, held=head.size)

    def _cosigned(
        self, head: Head, asked: Submission, offered: Checkpoint, signed: Note
    ) -> Signature | str:
        """The witness's line, its head written down; or a key of ANSWERS."""
        if (reason := refusal(head, asked, offered)) is not None:
            return reason
        time_s = timestamp(self._clock(), self._store.last_s())
        if time_s is None:
            return "clock_back"
        line = self._key.cosign(signed.text, time_s)
        whole = note.assemble(signed.text, [*signed.signatures, line])
        self._store.put_head(offered.origin, Head(offered.size, offered.root, whole), time_s)
        return line


def refused(reason: str, *, held: int = 0) -> Reply:
    """An answer of the table; a conflict says only the size that is held, as specified."""
    answer = ANSWERS[reason]
    if reason == "conflict":
        return Reply(answer.status, submission.SIZE_TYPE, submission.encode_size(held))
    return Reply(answer.status, PLAIN, f"{answer.zh} {answer.en}\n".encode())
