"""The township's policy: whom the machines trust for logs and sign-ins, and all their limits.

Calls only `wire.shape`, `wire.sig`, `wire.tlog.note` and `wire.lists.{later,renewal,villages}`.
Every number that differs from place to place stands here.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.errors import WireError
from wire.lists import renewal, villages
from wire.lists.later import LATER, PASSKEYS_ALONE
from wire.lists.renewal import FormerLog
from wire.lists.villages import FormerVillage
from wire.sig import ALGORITHMS
from wire.tlog import note
from wire.tlog.note import Verifier

LOGINS: Final = ("pin", "card_pin", "fingerprint")
"""How an operator may prove himself at a machine: a PIN alone, a card with a PIN, a finger."""
APPROVAL_SUITES: Final = ("passkey", "sm2")
"""By what a person may approve: a passkey (WebAuthn), or an SM2 key where none is available."""


@dataclass(frozen=True)
class Policy:
    """One township's rules.

    `rp_id` and `origins` bind approvals to the county's pages (WebAuthn). `log_key` and
    `witnesses` are signed-note verifier keys (C2SP), `quorum` of the witnesses makes a receipt
    count; what they saw is asked for anew after half of `witness_max_age_s`, and called old after
    all of it. Receipts older than `receipts_max_age_s` or more than `receipts_max_count` missing
    stop the machine. `unlock_ms` bounds one opening, `press_timeout_ms` the wait for the press.
    `clock_floor_stamps` caps stamps of one boot without a trusted clock. `logins` are the ways of
    LOGINS that are allowed. A person is locked out for `pin_lock_s` after `pin_attempts` failures.
    Emergency stamping is possible when contact has failed for `emergency_after_s`, for at most
    `emergency_presses` until contact is back; 0 permits none. `officers_operate` lets secretary
    and director operate. `supervisors` are the offices that may witness an enrolment, maintenance
    or a handover. `suites` are the kinds of record keys (`wire.sig`) that a machine may have: one
    with another is on no list. `offices` maps ids to (Chinese, English) names. `device_cas` are the
    certificate authorities by which machines know their hub (DER in base64), the one that issues
    now last; where none is named, it is the one that each machine's token pinned. `approval_suites`
    are the kinds of APPROVAL_SUITES by which persons may approve. `former_logs` are those that
    ended when they lost leaves, the oldest first. Photos may be erased when they are `photos_days`
    old, openings when they are `openings_days` old; 0 keeps them for ever. `former_villages` are
    those that went into others, and the names that villages had. A statement of absence counts for
    `absence_days` at most, 0 for none; holders of `absence_offices` may say of others that they are
    away, anybody of himself.
    """

    version: int
    township: str
    township_name: str
    rp_id: str
    origins: tuple[str, ...]
    log_origin: str
    log_key: str
    witnesses: tuple[str, ...]
    quorum: int
    witness_max_age_s: int
    receipts_max_age_s: int
    receipts_max_count: int
    unlock_ms: int
    press_timeout_ms: int
    clock_floor_stamps: int
    logins: tuple[str, ...]
    pin_attempts: int
    pin_lock_s: int
    emergency_after_s: int
    emergency_presses: int
    officers_operate: bool
    supervisors: tuple[str, ...]
    suites: tuple[str, ...]
    offices: Mapping[str, tuple[str, ...]]
    device_cas: tuple[str, ...] = ()
    approval_suites: tuple[str, ...] = PASSKEYS_ALONE
    former_logs: tuple[FormerLog, ...] = ()
    photos_days: int = 0
    openings_days: int = 0
    former_villages: tuple[FormerVillage, ...] = ()
    absence_days: int = 0
    absence_offices: tuple[str, ...] = ()


def device_cas(policy: Policy) -> tuple[bytes, ...]:
    """The certificates (DER), the one that issues now last."""
    return tuple(base64.b64decode(one) for one in policy.device_cas)


def _check(policy: Policy) -> None:
    villages.check(policy.former_villages)
    for one in policy.device_cas:
        try:
            base64.b64decode(one, validate=True)
        except binascii.Error as error:
            raise shape.ShapeError(f"device_cas: {error}") from error
    if policy.quorum > len(policy.witnesses):
        raise shape.ShapeError("quorum: more than there are witnesses")
    _verifier("log_key", policy.log_key, note.ED25519)
    found = [_verifier("witnesses", key, note.COSIGNATURE) for key in policy.witnesses]
    if any(len({getattr(one, part) for one in found}) < len(found) for part in ("name", "public")):
        raise shape.ShapeError("witnesses: one name or key twice")
    former = [_verifier("former_logs", one.key, note.ED25519) for one in policy.former_logs]
    names = [policy.log_origin, *(one.name for one in former)]
    if len(set(names)) < len(names):
        raise shape.ShapeError("former_logs: one name twice, or the present log's")
    if policy.openings_days and not 0 < policy.photos_days <= policy.openings_days:
        raise shape.ShapeError("openings_days: not before the photos that openings name")


def _verifier(field: str, key: str, alg: int) -> Verifier:
    try:
        found = note.verifier(key)
    except WireError as error:
        raise shape.ShapeError(f"{field}: {error.detail}") from error
    if found.alg != alg:
        raise shape.ShapeError(f"{field}: a key of kind {found.alg}, not {alg}")
    return found


_HOST: Final = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
_ORIGIN: Final = shape.matching(
    re.compile(rf"https?://{_HOST}(:[0-9]{{1,5}})?").fullmatch, "origin"
)

_CA: Final = shape.matching(
    re.compile(r"[A-Za-z0-9+/]{200,2000}={0,2}").fullmatch, "a certificate (DER) in base64"
)

POLICY: Final = shape.record(
    Policy,
    {
        "version": shape.integer(1),
        "township": shape.ID,
        "township_name": shape.text(100),
        "rp_id": shape.matching(re.compile(_HOST).fullmatch, "host name"),
        "origins": shape.array(_ORIGIN, 8, least=1, unique=True),
        "log_origin": shape.text(200),
        "log_key": renewal.KEY,
        "witnesses": shape.array(renewal.KEY, 16, unique=True),
        "quorum": shape.integer(0, 16),
        "witness_max_age_s": shape.integer(60, 366 * 86400),
        "receipts_max_age_s": shape.integer(1, 366 * 86400),
        "receipts_max_count": shape.integer(1, 1_000_000),
        "unlock_ms": shape.integer(100, 600_000),
        "press_timeout_ms": shape.integer(100, 600_000),
        "clock_floor_stamps": shape.integer(0, 1000),
        "logins": shape.array(shape.choice(*LOGINS), 3, least=1, unique=True),
        "pin_attempts": shape.integer(1, 100),
        "pin_lock_s": shape.integer(1, 86400),
        "emergency_after_s": shape.integer(1, 366 * 86400),
        "emergency_presses": shape.integer(0, 1000),
        "officers_operate": shape.flag(),
        "supervisors": shape.array(shape.ID, 16, least=1, unique=True),
        "suites": shape.array(shape.choice(*ALGORITHMS), 8, least=1, unique=True),
        "offices": shape.table(shape.ID, shape.array(shape.text(60), 2, least=2), 64),
        "device_cas": shape.array(_CA, 4, unique=True),
        "approval_suites": shape.array(
            shape.choice(*APPROVAL_SUITES), len(APPROVAL_SUITES), least=1, unique=True
        ),
        "former_logs": shape.array(renewal.FORMER, 64),
        "photos_days": shape.integer(0, 36_525),
        "openings_days": shape.integer(0, 36_525),
        "former_villages": shape.array(villages.FORMER, 256),
        "absence_days": shape.integer(0, 366),
        "absence_offices": shape.array(shape.ID, 16, unique=True),
    },
    fixed={"v": 1, "type": "policy"},
    later=LATER["policy"],
    check=_check,
)
