"""Receipts from the township's log, believed only as far as the policy's keys vouch for them.

Calls `sealctl.journal` and `wire`.
"""

import hashlib

from sealctl.journal import books, plight
from sealctl.lockd.core import Core
from wire.errors import WireError
from wire.messages import decode_receipts
from wire.refusals import Refused
from wire.tlog import note, proof_file


def take(core: Core, message: bytes) -> int:
    """Keep the receipts that hold; the seq up to which all entries have theirs now.

    Raises Refused('list_missing') without a policy to judge by, WireError for a receipt that does
    not hold; nothing of such a message is kept.
    """
    if core.lists is None:
        raise Refused("list_missing")
    policy, connection = core.lists.policy, core.journal.connection
    log = note.verifier(policy.log_key)
    witnesses = [note.verifier(key) for key in policy.witnesses]
    good: list[tuple[int, bytes]] = []
    heads: list[bytes] = []
    for seq, data in decode_receipts(message):
        entry_hash = books.hash_at(connection, seq)
        if entry_hash is None:
            raise WireError("chain", f"a receipt for entry {seq}, which does not exist")
        proof = proof_file.decode(data)
        proof_file.verify(proof, entry_hash, log=log, witnesses=witnesses, quorum=policy.quorum)
        heads.append(note.parse(proof.checkpoint).text)
        good.append((seq, data))
    books.add_receipts(connection, good)
    for text in heads:
        if plight.hear(connection, core.journal.last_seq, core.time.mono_ms(), text):
            core.journal.seen = hashlib.sha256(text).digest()
    core.receipted = books.receipted(connection, core.receipted)
    core.changed()
    return core.receipted
