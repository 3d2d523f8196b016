"""What an arriving entry is, seen from the stored journal. Pure; calls only `wire`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wire.errors import WireError
from wire.lists.content import Machine
from wire.record import commitment, entry, envelope, kinds
from wire.record.commitment import OpeningSet
from wire.record.entry import NO_PREV, Entry
from wire.sig import PublicKey

Keys = Sequence[PublicKey]
LONGEST: Final = 0xFFFF
"""Bytes of one envelope at most: a log's tile has two bytes for the length of a leaf."""

NEXT: Final = "next"
DUPLICATE: Final = "duplicate"
GAP: Final = "gap"
FORK: Final = "fork"
PREV: Final = "prev"


@dataclass(frozen=True)
class Verified:
    """An entry that a key of the machine signed, with its bytes and their name."""

    entry: Entry
    envelope: bytes
    hash: bytes
    village: str
    key: PublicKey


@dataclass(frozen=True)
class Last:
    """A machine's newest stored entry; seq 0 before the first."""

    seq: int = 0
    hash: bytes = NO_PREV


def verify(
    data: bytes, device: str, machines: Mapping[str, Machine], keys: Mapping[str, Keys]
) -> Verified:
    """Hold an envelope against the key that the officers named; raises WireError.

    `keys`: every key that they ever named for a device. What a former one signed may be a backlog
    from before; whether it may still sign is `may_sign`'s to say.
    """
    machine = machines.get(device)
    if machine is None:
        raise WireError("entry", f"{device}: on no village's list of machines")
    if len(data) > LONGEST:
        raise WireError("entry", f"{len(data)} bytes are too many for the log")
    kid = envelope.parse(data).kid
    key = next((one for one in keys.get(device, ()) if one.kid == kid), machine.key)
    found = entry.open_entry(data, key)
    if found.device != device:
        raise WireError("entry", f"an entry of {found.device}")
    return Verified(found, data, envelope.entry_hash(data), machine.village, key)


def may_sign(one: Verified, keys: Keys, in_force: PublicKey | None) -> bool:
    """Whether an entry that comes next is signed by the key of the list that its machine adopted
    last before it, which is how inspectors hold it. `in_force`: that key, None where no list says.
    """
    return len(keys) < 2 or in_force is None or one.key == in_force


def place(one: Verified, last: Last, stored: bytes | None) -> str:
    """NEXT, DUPLICATE, GAP, FORK or PREV; `stored` is the hash of the entry with this seq, if any.

    FORK: another entry holds the seq. PREV: it follows another entry than the stored one.
    """
    if one.entry.seq <= last.seq:
        return DUPLICATE if stored == one.hash else FORK
    if one.entry.seq > last.seq + 1:
        return GAP
    return NEXT if one.entry.prev == last.hash else PREV


def committed(found: Entry) -> frozenset[str]:
    """The fields whose openings have to come beside the entry."""
    return frozenset(name for name in kinds.COMMITTED if found.body.get(name) is not None)


def check_openings(held: OpeningSet, found: Entry) -> None:
    """All of the entry's commitments are opened, and nothing else; raises WireError."""
    if (held.device, held.seq) != (found.device, found.seq):
        raise WireError("commitment", "openings of another entry")
    names = [one.field for one in held.openings]
    if len(names) != len(set(names)) or set(names) != committed(found):
        raise WireError("commitment", "not one opening for each commitment")
    for one in held.openings:
        commitment.check(found.kind, found.body, one)
