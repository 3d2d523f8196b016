"""The log's tables: adding leaves, reading hashes, proving that a leaf is in.

Calls only `hub.log.models` and `wire.tlog`. Only `hub.log.sequencer` adds.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Max

from hub.log.models import Cosigned, Head, Leaf, Node, Told, Witness
from wire.tlog import proof, tree
from wire.tlog import proof_file as files
from wire.tlog.proof_file import ProofFile


class NotLoggedError(LookupError):
    """The log does not answer for that leaf yet."""


KEPT: Final = 200_000


class Hashes:
    """`tree.Hashes` over the tables; what was read or added once is kept, for it never changes.

    The one writer keeps one of these as long as it lives.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        if (level, index) not in self._known:
            self.add(level, index, hashes(level, index))
        return self._known[level, index]

    def add(self, level: int, index: int, value: bytes) -> None:
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[level, index] = value


def hashes(level: int, index: int) -> bytes:
    """The hash of a complete subtree; raises DoesNotExist."""
    if level == 0:
        return bytes(Leaf.objects.values_list("hash", flat=True).get(index=index))
    return bytes(Node.objects.values_list("hash", flat=True).get(level=level, index=index))


def size() -> int:
    """How many leaves are in the table; the head may answer for fewer."""
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def add(leaves: Sequence[bytes], known: Hashes | None = None) -> int:
    """Add leaves and the subtrees that they complete; the index of the first.

    To be called inside the caller's transaction.
    """
    first, known = size(), known or Hashes()
    nodes: list[Node] = []
    rows: list[Leaf] = []
    for index, data in enumerate(leaves, first):
        leaf = tree.leaf_hash(data)
        rows.append(Leaf(index=index, data=data, hash=leaf))
        for level, at, value in tree.new_nodes(index, leaf, known):
            known.add(level, at, value)
            if level:
                nodes.append(Node(level=level, index=at, hash=value))
    Leaf.objects.bulk_create(rows)
    Node.objects.bulk_create(nodes)
    return first


def head() -> Head | None:
    """The signed head, if there is one."""
    return Head.objects.filter(id=1).first()


def cosigned() -> Cosigned | None:
    """The newest head that a quorum of witnesses has seen, if there is one."""
    return Cosigned.objects.filter(id=1).first()


def forget_cosignatures() -> None:
    """They stand beside another key's signature: witnesses are asked anew, and machines told.

    To be called inside the caller's transaction.
    """
    Cosigned.objects.all().delete()
    Witness.objects.update(size=0, checkpoint=b"", seen_s=0)
    Told.objects.update(size=0)


def proof_file(index: int) -> bytes:
    """The proof (C2SP tlog-proof) of one leaf; raises NotLoggedError."""
    return proof_files([index])[index]


def proof_files(indexes: Iterable[int], known: Hashes | None = None) -> dict[int, bytes]:
    """The proofs of several leaves; raises NotLoggedError.

    Each stands under the cosigned head where that has the leaf, else under the signed one.
    """
    heads = [one for one in (cosigned(), head()) if one is not None]
    made, known = {}, known or Hashes()
    for index in indexes:
        found = next((one for one in heads if index < one.size), None)
        if found is None:
            raise NotLoggedError(f"leaf {index}")
        path = tuple(proof.inclusion(index, found.size, known))
        made[index] = files.encode(ProofFile(index, path, bytes(found.checkpoint)))
    return made
