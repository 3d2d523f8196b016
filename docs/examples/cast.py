"""The fixed values behind the examples: keys, times, one application, two entries, a log of three.

Calls `wire`. The keys are made from sentences and guard nothing. Everything is deterministic:
Ed25519 signatures have no randomness, and the salts stand here.
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wire import cbor, command
from wire.acceptance import Acceptance, AcceptedPerson, AcceptedSeal, Citation
from wire.approval import absence, decision, exit_sheet, subject
from wire.approval.absence import Absence, SignedAbsence
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval
from wire.approval.exit_sheet import ExitSheet, Party, SheetLine
from wire.approval.sm2 import Sm2Signature
from wire.approval.subject import Application
from wire.command import Answer, Command
from wire.lists.leaf import list_leaf
from wire.provisioning.proof import Proof
from wire.provisioning.token import JoinToken
from wire.record import commitment, entry, envelope
from wire.record.commitment import Opening, OpeningSet
from wire.record.entry import NO_PREV, Entry, Time
from wire.release import Attachment, Column, Release, Shown
from wire.sig import PublicKey
from wire.tlog import checkpoint, cosignature, note, proof, tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.note import Signature
from wire.tlog.proof_file import ProofFile
from wire.tlog.submission import Submission

NOON: Final = 1_793_592_000_000
"""2026-11-02 04:00 UTC, noon in the village; ms since 1970."""
DAY: Final = 86_400_000
DEVICE: Final = "sunrise-1"
LOG_NAME: Final = "township.example/log"
WITNESS_NAME: Final = "county.example/witness"
RP_ID: Final = "county.example"
ORIGIN: Final = "https://county.example"


def key_of(sentence: str) -> Ed25519PrivateKey:
    """A private key anybody can make: SHA-256 of the sentence."""
    return Ed25519PrivateKey.from_private_bytes(sha256(sentence.encode()).digest())


def public_of(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


RECORD_SENTENCE: Final = "sealctl example: record key"
RECORD: Final = key_of(RECORD_SENTENCE)
RECORD_KEY: Final = PublicKey("EdDSA", public_of(RECORD))
SM2_KEY: Final = PublicKey(
    "SM2",
    bytes.fromhex(
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    ),
)
"""The public key of the example in GB/T 32918.5-2016, appendix A."""
LOG: Final = key_of("sealctl example: log key")
WITNESS: Final = key_of("sealctl example: witness key")
LOG_VKEY: Final = note.vkey(LOG_NAME, public_of(LOG))
PASSKEY: Final = key_of("sealctl example: director's passkey")
CREDENTIAL: Final = sha256(b"sealctl example: credential").digest()[:16]
COSE_KEY: Final = cbor.encode({1: 1, 3: -8, -1: 6, -2: public_of(PASSKEY)})

PHOTO: Final = b"\xff\xd8\xff an example's photo"
APPLICATION: Final = Application(
    id=sha256(b"sealctl example: application").digest(),
    village="sunrise",
    device=DEVICE,
    machine=RECORD_KEY.kid,
    seal="seal-committee",
    item="residence",
    catalogue=1,
    applicant="p-sun",
    applicant_name="孙八",
    title="居住证明",
    purpose="子女入学",
    impressions=1,
    seams=0,
    pages=(sha256(b"an example's page").digest(),),
    operators=("p-qian",),
    created=NOON - DAY,
    not_before=NOON - DAY,
    not_after=NOON + 7 * DAY,
)
SUBJECT: Final = subject.encode(APPLICATION)
SUBJECT_HASH: Final = subject.subject_hash(SUBJECT)
CHALLENGE: Final = decision.challenge("application", SUBJECT_HASH, "director", "p-li", "approve", 1)


def approval() -> Approval:
    """The director's."""
    return Approval("director", "p-li", "approve", 1, asserted())


SM2_SIGNATURE: Final = bytes.fromhex(
    "4efc5c0327656ce72e0296805ac98415f627368b471cf6d76438bbea31bd7391"
    "05a4a7a60a09477c11fe3d866e73de440c448fc06e92c7eb24f455884fc0759f"
)
"""By SM2_KEY, whose private half the standard prints, over CHALLENGE; made once, by OpenSSL."""


def sm2_approval() -> Approval:
    """The same decision, had the director an SM2 key."""
    return replace(approval(), proof=Sm2Signature(SM2_KEY.kid, SM2_SIGNATURE))


ABSENCE: Final = absence.encode(
    Absence(
        id=sha256(b"sealctl example: absence").digest(),
        township="town",
        village="sunrise",
        person="p-li",
        first=NOON - 2 * DAY,
        until=NOON + DAY,
    )
)
ABSENCE_DECIDED: Final = (absence.STEP, "p-li", "approve", 1)
ABSENCE_CHALLENGE: Final = decision.challenge(
    absence.KIND, subject.subject_hash(ABSENCE), *ABSENCE_DECIDED
)


def signed_absence() -> SignedAbsence:
    """The director says of himself that he is away."""
    return SignedAbsence(ABSENCE, Approval(*ABSENCE_DECIDED, asserted(ABSENCE_CHALLENGE)))


def asserted(challenge: bytes = CHALLENGE) -> Assertion:
    """By the director's passkey, an Ed25519 one, so that it always signs alike."""
    client_data = json.dumps(
        {"type": "webauthn.get", "challenge": _base64url(challenge), "origin": ORIGIN},
        separators=(",", ":"),
    ).encode()
    flags = b"\x05"  # user present, user verified
    data = sha256(RP_ID.encode()).digest() + flags + bytes(4)
    signature = PASSKEY.sign(data + sha256(client_data).digest())
    return Assertion(CREDENTIAL, data, client_data, signature)


def signed(payload: bytes, private: Ed25519PrivateKey) -> bytes:
    """The envelope of that payload."""
    kid = PublicKey("EdDSA", public_of(private)).kid
    signature = private.sign(envelope.to_be_signed("EdDSA", kid, payload))
    return envelope.assemble("EdDSA", kid, payload, signature)


def sign(made: Entry) -> bytes:
    """The envelope of an entry under the example's record key."""
    return signed(entry.encode(made), RECORD)


LIST_SHA256: Final = sha256(b"an example's list").digest()
LIST_LEAF: Final = list_leaf(DEVICE, 1, LIST_SHA256)
BOOT: Final = sha256(b"sealctl example: boot").digest()[:16]
FIRST: Final = Entry(
    device=DEVICE,
    seq=1,
    prev=NO_PREV,
    boot=BOOT,
    time=Time(NOON, "synced", 1_000),
    kind="boot",
    body={"version": "0.1.0", "unlatches": 0, "presses": 0},
)
FIRST_ENVELOPE: Final = sign(FIRST)
FIRST_HASH: Final = envelope.entry_hash(FIRST_ENVELOPE)

OPERATOR: Final = Opening("operator", sha256(b"sealctl example: salt 1").digest(), "p-qian")
BEFORE: Final = Opening(
    "before", sha256(b"sealctl example: salt 2").digest(), sha256(PHOTO).digest()
)
SECOND: Final = Entry(
    device=DEVICE,
    seq=2,
    prev=FIRST_HASH,
    boot=BOOT,
    time=Time(NOON + 60_000, "synced", 61_000),
    kind="authorised",
    body={
        "grant": SUBJECT_HASH,
        "list": 1,
        "list_sha256": LIST_SHA256,
        "item": "residence",
        "seal": "seal-committee",
        "sheet": 1,
        "use": "full",
        "operator": commitment.commit("authorised", OPERATOR),
        "before": commitment.commit("authorised", BEFORE),
        "findings": ["page_match"],
        "bound_ms": 30_000,
        "unlatches": 0,
        "presses": 0,
    },
)
SECOND_ENVELOPE: Final = sign(SECOND)
SECOND_HASH: Final = envelope.entry_hash(SECOND_ENVELOPE)
OPENINGS: Final = commitment.encode(OpeningSet(DEVICE, 2, SECOND_HASH, (OPERATOR, BEFORE)))

LEAVES: Final = (LIST_LEAF, FIRST_ENVELOPE, SECOND_ENVELOPE)
LEAF_HASHES: Final = tuple(tree.leaf_hash(leaf) for leaf in LEAVES)


def node(level: int, index: int) -> bytes:
    """Hash of a complete subtree of the example's log."""
    width = 1 << level
    return tree.root_of(LEAF_HASHES[index * width : (index + 1) * width])


HEAD: Final = Checkpoint(LOG_NAME, len(LEAVES), tree.root_of(LEAF_HASHES))


def head_note(head: Checkpoint = HEAD) -> bytes:
    """A checkpoint, signed by the example's log."""
    text = checkpoint.encode(head)
    key_id = note.key_id(LOG_NAME, note.ED25519, public_of(LOG))
    return note.assemble(text, [Signature(LOG_NAME, key_id, LOG.sign(text))])


WITNESS_VKEY: Final = note.vkey(WITNESS_NAME, public_of(WITNESS), note.COSIGNATURE)
COSIGNED_S: Final = NOON // 1000 + 60


def submitted() -> Submission:
    """The same checkpoint, asked of a witness that cosigned the first two leaves."""
    return Submission(2, tuple(proof.consistency(2, len(LEAVES), node)), head_note())


def cosigned() -> bytes:
    """What a witness signs for it."""
    return cosignature.message(COSIGNED_S, checkpoint.encode(HEAD))


def cosigner_lines() -> bytes:
    """The witness's answer."""
    verifier = note.verifier(WITNESS_VKEY)
    return note.lines([cosignature.line(verifier, COSIGNED_S, WITNESS.sign(cosigned()))])


def receipt() -> ProofFile:
    """That the second entry is leaf number 2 of three."""
    return ProofFile(2, tuple(proof.inclusion(2, len(LEAVES), node)), head_note())


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


TOKEN: Final = JoinToken(
    DEVICE,
    "https://hub.example:8707",
    sha256(b"sealctl example: CA").digest(),
    sha256(b"sealctl example: token").digest()[:16],
)
ACCEPTANCE: Final = Acceptance(
    device=DEVICE,
    village="sunrise",
    village_name="晨光村",
    state="active",
    made_ms=SECOND.time.wall,
    quality=SECOND.time.quality,
    version="0.1.0",
    list_version=1,
    list_sha256=bytes(32),
    list_expires_ms=SECOND.time.wall,
    boot=Citation(FIRST.seq, FIRST_HASH),
    boot_receipted=True,
    last=Citation(SECOND.seq, SECOND_HASH),
    unreceipted=1,
    seals=(
        AcceptedSeal(
            *("seal-committee", "晨光村村民委员会章", 2, "active"),
            present=True,
            stamp=None,
            item="",
            findings=(),
            photo=None,
        ),
    ),
    people=(AcceptedPerson("p-qian", "钱示例", True, False, (), None),),
    serial="10000000abcdef01",
    certificate=None,
    findings={"camera": "good", "head_link": "good"},
)
LIST_KEY: Final = key_of("sealctl example: list key")
COMMAND: Final = Command(DEVICE, NOON, "run_doctor", NOON - 300_000, NOON + DAY)

COMMANDED: Final = signed(command.encode(COMMAND), LIST_KEY)
ANSWER: Final = Answer(
    device=DEVICE,
    number=COMMAND.number,
    command=command.name_of(COMMANDED),
    outcome="done",
    at_ms=NOON + 1_000,
    quality="synced",
    version="0.1.0",
    list=1,
    list_expires_ms=NOON + 3 * DAY,
    findings={"disk": "good", "lock_sensor": "good"},
    facts={},
)
BOUND: Final = replace(TOKEN, serial="10000000abcdef01")
PROOF: Final = Proof("join", DEVICE, TOKEN.name, sha256(b"sealctl example: TLS key").digest())
EXIT_SHEET: Final = exit_sheet.encode(
    ExitSheet(
        village="sunrise",
        village_name="晨光村",
        on=NOON + 30 * DAY,
        made=NOON,
        roster=1,
        gives=Party("sunrise", "p-li", "李示例"),
        takes=Party("sunrise", "p-zhou", "周示例"),
        watches=Party("sunrise", "p-zhao", "赵示例"),
        lines=(
            SheetLine("seals", "handed", ("晨光村村民委员会章：sunrise-1 的 2 号位", "印模清楚")),
            SheetLine("papers", "missing", ("用印登记簿 2 册", "2019 年那册没有找到")),
            *(SheetLine(part, "none", ()) for part in exit_sheet.PARTS[2:]),
        ),
    )
)
RELEASE: Final = Release(
    id=sha256(b"sealctl example: release").digest(),
    village="sunrise",
    item="relief-grants",
    period="2026-Q3",
    edition=1,
    replaces=None,
    reason="",
    title="2026 年第三季度临时救助发放名单（示例）",
    text=("本名单公示 10 天。",),
    columns=(
        Column("household", "户主", "name"),
        Column("project", "项目", "text"),
        Column("amount", "金额", "amount"),
        Column("paid", "发放日期", "date"),
    ),
    rows=(
        ("周示例", "临时救助", 80_000, "2026-09-18"),
        ("欧阳示例", "临时救助", 120_050, None),
    ),
    attachments=(Attachment(sha256(b"sealctl example: page").digest(), "会议记录第 1 页"),),
    shown=Shown(("household",), "示例：由镇里填写公示依据", 10),
    made=NOON,
    proposer="p-qian",
)
