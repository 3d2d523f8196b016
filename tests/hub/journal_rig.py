"""A machine's journal in memory: real entries, signed and chained, with their openings.

Calls only `wire`; the key is the test's own.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.contents import DEVICE, NOW
from wire.record import commitment, entry, envelope
from wire.record.commitment import Opening, OpeningSet
from wire.record.entry import NO_PREV, Entry, Time
from wire.sig import PublicKey

COUNTERS = {"unlatches": 1, "presses": 1}


@dataclass(frozen=True)
class Written:
    """One entry as a machine sends it."""

    entry: Entry
    envelope: bytes
    openings: bytes | None

    @property
    def hash(self) -> bytes:
        return envelope.entry_hash(self.envelope)


@dataclass
class Journal:
    """`write` appends; values of committed fields are given in the clear and committed here."""

    device: str = DEVICE
    now_ms: int = NOW
    signer: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    written: list[Written] = field(default_factory=list)

    @property
    def key(self) -> PublicKey:
        public = self.signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return PublicKey("EdDSA", public)

    def write(self, kind: str, *, wall_ms: int | None = None, **body: Any) -> Written:
        """The next entry of that kind."""
        seq = len(self.written) + 1
        opened = [
            Opening(name, sha256(f"{seq} {name}".encode()).digest(), body[name])
            for name in ("operator", "before", "after", "demander", "draft")
            if body.get(name) is not None
        ]
        committed = {one.field: commitment.commit(kind, one) for one in opened}
        made = Entry(
            device=self.device,
            seq=seq,
            prev=self.written[-1].hash if self.written else NO_PREV,
            boot=bytes(16),
            time=Time(self.now_ms + 1000 * seq if wall_ms is None else wall_ms, "synced", seq),
            kind=kind,
            body={**body, **committed},
        )
        signed = self._signed(entry.encode(made))
        name = envelope.entry_hash(signed)
        openings = OpeningSet(self.device, seq, name, tuple(opened))
        beside = commitment.encode(openings) if opened else None
        self.written.append(Written(made, signed, beside))
        return self.written[-1]

    def authorise(self, grant: bytes, *, sheet: int = 1, **changes: Any) -> Written:
        body = {
            "grant": grant,
            "list": 1,
            "list_sha256": bytes(32),
            "item": "residence",
            "seal": "seal-committee",
            "sheet": sheet,
            "use": "full",
            "operator": "wu",
            "before": sha256(b"before").digest(),
            "findings": ["page_match"],
            "bound_ms": 5000,
            **COUNTERS,
        }
        return self.write("authorised", **{**body, **changes})

    def stamp(self, grant: bytes, **changes: Any) -> Written:
        """authorised, stamped and relocked; returns the `stamped`."""
        seq = self.authorise(grant, **changes).entry.seq
        wall_ms = changes.get("wall_ms")
        stamped = self.write(
            "stamped",
            wall_ms=wall_ms,
            authorised=seq,
            grant=grant,
            after=sha256(b"after").digest(),
            findings=["new_impression", "impression:1"],
            **COUNTERS,
        )
        self.write("relocked", wall_ms=wall_ms, authorised=seq, **COUNTERS)
        return stamped

    def _signed(self, payload: bytes) -> bytes:
        key = self.key
        signature = self.signer.sign(envelope.to_be_signed(key.alg, key.kid, payload))
        return envelope.assemble(key.alg, key.kid, payload, signature)
