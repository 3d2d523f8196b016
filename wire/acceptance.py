"""Site acceptance (现场验收): what a machine signs of itself once it stands where it is to work.

Calls only `wire.shape`, `wire.record.envelope`, `wire.{errors,sig}`. The sheet is an envelope whose
payload no journal entry can have: it names its own type and no seq. It copies no entry, it cites
them by number and hash. `missing` is the one rule of what a sheet lacks, for whoever reads it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.errors import WireError
from wire.record import envelope
from wire.sig import PublicKey

CODE: Final = "acceptance"
LIMIT: Final = 1 << 16
UNSEEN: Final = "no_new_impression"
"""The finding of a photo that shows no new impression."""


@dataclass(frozen=True)
class Citation:
    """An entry of the machine's journal: its number and its hash."""

    seq: int
    entry: bytes


@dataclass(frozen=True)
class AcceptedSeal:
    """A seal of the list. `stamp` is its newest stamp that came to its end, by a grant for `item`,
    with what its photo showed; `photo` is SHA-256 of the picture of its impression.
    """

    seal: str
    name: str
    slot: int
    state: str
    present: bool
    stamp: Citation | None
    item: str
    findings: tuple[str, ...]
    photo: bytes | None


@dataclass(frozen=True)
class AcceptedPerson:
    """Somebody who may act here, and by what the machine knows him; `enrolled` says so last."""

    person: str
    name: str
    operates: bool
    supervises: bool
    methods: tuple[str, ...]
    enrolled: Citation | None


@dataclass(frozen=True)
class Acceptance:
    """`serial`, `certificate` (SHA-256 of the TLS certificate, DER) and `findings` (check → level)
    are what the console saw; all else lockd knows itself. `last` is the newest entry,
    `unreceipted` how many still wait.
    """

    device: str
    village: str
    village_name: str
    state: str
    made_ms: int
    quality: str
    version: str
    list_version: int
    list_sha256: bytes
    list_expires_ms: int
    boot: Citation
    boot_receipted: bool
    last: Citation
    unreceipted: int
    seals: tuple[AcceptedSeal, ...]
    people: tuple[AcceptedPerson, ...]
    serial: str
    certificate: bytes | None
    findings: Mapping[str, str]


def encode(made: Acceptance) -> bytes:
    """The payload to sign; raises WireError('acceptance')."""
    return shape.encode(_ACCEPTANCE, made, CODE)


def read(data: bytes) -> Acceptance:
    """What a sheet says, whoever signed it; raises WireError."""
    return shape.decode(_ACCEPTANCE, envelope.parse(data).payload, CODE, limit=LIMIT)


def verify(data: bytes, keys: tuple[PublicKey, ...]) -> Acceptance:
    """What one of these keys signed; raises WireError where none of them did."""
    kid = envelope.parse(data).kid
    signer = next((key for key in keys if key.kid == kid), None)
    if signer is None:
        raise WireError(CODE, "signed by no key of this machine")
    envelope.verify(data, signer)
    return read(data)


def citations(made: Acceptance) -> tuple[tuple[Citation, str], ...]:
    """Every entry that it rests on, in the order of the journal, with the kind that it has to be;
    empty for the newest, which may be of any.
    """
    found = {made.last: "", made.boot: "boot"}
    found |= {one.stamp: "stamped" for one in made.seals if one.stamp is not None}
    found |= {one.enrolled: "enrolled" for one in made.people if one.enrolled is not None}
    return tuple(sorted(found.items(), key=lambda one: one[0].seq))


def missing(made: Acceptance) -> tuple[tuple[str, str], ...]:
    """(code, of what) of everything that keeps the machine from being accepted; see
    `wire.acceptance_words`.
    """
    return tuple(_missing(made))


def _missing(made: Acceptance) -> Iterator[tuple[str, str]]:
    if made.state != "active":
        yield "suspended", made.device
    if not made.boot_receipted:
        yield "boot_unreceipted", f"#{made.boot.seq}"
    if made.unreceipted:
        yield "receipts_pending", str(made.unreceipted)
    for seal in made.seals:
        if seal.state == "active":
            yield from _missing_of(seal)
    if not any(one.operates and one.methods for one in made.people):
        yield "operator_missing", ""
    if not any(one.supervises and one.methods for one in made.people):
        yield "supervisor_missing", ""
    for check, level in made.findings.items():
        if level == "bad":
            yield "doctor_bad", check


def _missing_of(seal: AcceptedSeal) -> Iterator[tuple[str, str]]:
    if not seal.present:
        yield "seal_absent", seal.name
    if seal.stamp is None:
        yield "stamp_missing", seal.name
    elif seal.photo is None or UNSEEN in seal.findings:
        yield "specimen_missing", seal.name


_HASH: Final = shape.octets(32)
_CITATION: Final = shape.record(Citation, {"seq": shape.integer(1), "entry": _HASH})
_SEAL: Final = shape.record(
    AcceptedSeal,
    {
        "seal": shape.ID,
        "name": shape.text(100),
        "slot": shape.integer(1, 64),
        "state": shape.ID,
        "present": shape.flag(),
        "stamp": shape.maybe(_CITATION),
        "item": shape.text(64, least=0),
        "findings": shape.array(shape.text(64), 16),
        "photo": shape.maybe(_HASH),
    },
)
_PERSON: Final = shape.record(
    AcceptedPerson,
    {
        "person": shape.ID,
        "name": shape.text(100),
        "operates": shape.flag(),
        "supervises": shape.flag(),
        "methods": shape.array(shape.choice("pin", "card", "fingerprint"), 3, unique=True),
        "enrolled": shape.maybe(_CITATION),
    },
)
_ACCEPTANCE: Final = shape.record(
    Acceptance,
    {
        "device": shape.DEVICE,
        "village": shape.ID,
        "village_name": shape.text(100),
        "state": shape.ID,
        "made_ms": shape.integer(0),
        "quality": shape.ID,
        "version": shape.text(40),
        "list_version": shape.integer(1),
        "list_sha256": _HASH,
        "list_expires_ms": shape.integer(0),
        "boot": _CITATION,
        "boot_receipted": shape.flag(),
        "last": _CITATION,
        "unreceipted": shape.integer(0),
        "seals": shape.array(_SEAL, 64),
        "people": shape.array(_PERSON, 200),
        "serial": shape.text(64, least=0),
        "certificate": shape.maybe(_HASH),
        "findings": shape.table(shape.ID, shape.choice("good", "warn", "bad"), 64),
    },
    fixed={"v": 1, "type": "acceptance"},
)
