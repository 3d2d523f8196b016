"""Proofs for other systems' tools: a COSE receipt, signed when it is asked for.

Calls `hub.log` and `wire.tlog`. The key signs a root once more in this form, and only one that it
has signed as a checkpoint and under which the leaf was found: it never vouches for more than that.
"""

from hub.log import store
from hub.log.keys import LogKey
from hub.log.models import Leaf
from hub.log.store import NotLoggedError
from wire.errors import WireError
from wire.tlog import cose_receipt, proof_file


class ExportError(LookupError):
    """There is no receipt to be made; the text says why, in Chinese and English."""


def receipt(leaf_hash: bytes, key: LogKey) -> bytes:
    """The COSE receipt of that leaf under the signed head; raises ExportError."""
    index = Leaf.objects.filter(hash=leaf_hash).values_list("index", flat=True).first()
    if index is None:
        raise ExportError(f"{leaf_hash.hex()}: 日志里没有这条记录。 No such entry in the log.")
    try:
        proof = proof_file.decode(store.proof_file(index))
        head = proof_file.verify(proof, leaf_hash, log=key.verifier, witnesses=(), quorum=0)
    except NotLoggedError as error:
        raise ExportError(
            f"第 {index} 号记录还没有进入已签名的日志，请稍后再试。 "
            f"Leaf {index} is not under a signed head yet; try again later."
        ) from error
    except WireError as error:
        raise ExportError(
            f"日志与它的签名不符，不签收据；请恢复备份。 "
            f"The log does not fit what it signed; restore the database: {error}"
        ) from error
    signature = key.private.sign(cose_receipt.to_be_signed(key.verifier, head.root))
    return cose_receipt.encode(proof, head.size, key.verifier, signature)
