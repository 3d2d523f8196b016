"""Receipts from the township's log, believed only as far as the policy's keys vouch for them.

Calls `sealctl.journal`, `sealctl.lockd.core` and `wire`. A receipt under a head that the policy's
quorum of witnesses has seen counts for good. One under a head that only the log signed is kept as
pending: it says that the township has the entry, and permits nothing. Where both stand, and do not
tell one story, the log showed the machine another head than the county: an alarm, and both stay.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sealctl.journal import books, plight
from sealctl.journal.store import note as note_down
from sealctl.lockd.core import Core
from wire.errors import WireError
from wire.lists.content import Policy
from wire.messages import decode_receipts
from wire.refusals import Refused
from wire.tlog import checkpoint, cosignature, note, proof_file
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.proof_file import ProofFile

SPLIT: Final = "log_split"


@dataclass(frozen=True)
class _Receipt:
    """One that the log signed; `seen_s` are the times (s) at which named witnesses saw its head."""

    seq: int
    data: bytes
    proof: ProofFile
    head: Checkpoint
    text: bytes
    seen_s: tuple[int, ...]


def take(core: Core, message: bytes) -> int:
    """Keep the receipts that hold; the seq up to which all entries have theirs now.

    Raises Refused without a policy to judge by, WireError for a receipt that does not hold; nothing
    of such a message is kept.
    """
    if core.lists is None:
        raise Refused(core.listless)
    policy, connection = core.lists.policy, core.journal.connection
    found = [_open(core, policy, *one) for one in decode_receipts(message)]
    good = [one for one in found if len(one.seen_s) >= policy.quorum]
    waiting = [one for one in found if len(one.seen_s) < policy.quorum]
    apart = [one for one in found if _is_split(core, one)]
    books.add_pending(connection, [(one.seq, one.data) for one in waiting])
    books.add_receipts(connection, [(one.seq, one.data) for one in good])
    split = {one.seq for one in apart}
    books.forget_pending(connection, [one.seq for one in good if one.seq not in split])
    for one in good:
        if plight.hear(connection, core.journal.last_seq, core.time.mono_ms(), one.text):
            core.journal.seen = hashlib.sha256(one.text).digest()
    _tell_time(core, policy.quorum, good)
    core.receipted = books.receipted(connection, core.receipted)
    core.answered = books.answered(connection, max(core.answered, core.receipted))
    for one in apart:
        _tell_split(core, one)
    core.changed()
    return core.receipted


def _open(core: Core, policy: Policy, seq: int, data: bytes) -> _Receipt:
    entry_hash = books.hash_at(core.journal.connection, seq)
    if entry_hash is None:
        raise WireError("chain", f"a receipt for entry {seq}, which does not exist")
    proof = proof_file.decode(data)
    log = note.verifier(policy.log_key)
    head = proof_file.verify(proof, entry_hash, log=log, witnesses=(), quorum=0)
    signed = note.parse(proof.checkpoint)
    witnesses = [note.verifier(key) for key in policy.witnesses]
    seen_s = tuple(cosignature.count(signed, witnesses))
    return _Receipt(seq, data, proof, head, signed.text, seen_s)


def _is_split(core: Core, one: _Receipt) -> bool:
    """Whether what is held tells another story: another place for the entry, or another tree."""
    connection = core.journal.connection
    held = books.pending(connection, one.seq)
    if held is not None and held != one.data and books.receipt(connection, one.seq) is None:
        old = proof_file.decode(held)
        text = checkpoint.decode(note.parse(old.checkpoint).text)
        if old.index != one.proof.index or _differ(text, one.head):
            return True
    seen = plight.seen(connection)
    return seen is not None and _differ(checkpoint.decode(seen), one.head)


def _tell_split(core: Core, one: _Receipt) -> None:
    """Once for each size of the log; what came is kept beside what was held."""
    name, connection = f"split {one.head.size}", core.journal.connection
    if books.read_note(connection, name) is None:
        keep = partial(note_down, connection, name, one.data)
        core.alarm(SPLIT, f"entry {one.seq}, head of {one.head.size}", also=keep)


def _differ(old: Checkpoint, new: Checkpoint) -> bool:
    same_size = (old.origin, old.size) == (new.origin, new.size)
    return same_size and old.root != new.root


def _tell_time(core: Core, quorum: int, good: Sequence[_Receipt]) -> None:
    """What a quorum says of the time: the least that it vouches for, and the most."""
    for one in good if quorum else ():
        times = sorted(one.seen_s)
        earliest_ms, latest_ms = times[-quorum] * 1000, times[quorum - 1] * 1000 + 999
        core.time.signed(earliest_ms)
        if one.seq >= core.boot:
            made = books.mono_at(core.journal.connection, one.seq)
            core.time.witnessed(earliest_ms, latest_ms, made)
