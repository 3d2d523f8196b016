"""The body of each kind of journal entry, as one table of fields.

Calls only `wire.shape`. Fields in COMMITTED hold commitments: see `wire.record.commitment`.
`authorised` in later entries is the seq of the entry that they end. Counters are the head's.
`before` is None where the camera had failed in an emergency, `picture` where an original is lost.
`continued` stands first where a machine replaces a broken one: it names that one's last entry.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from wire import shape

PERSONS: Final = frozenset(
    {"operator", "actor", "witness", "giver", "receiver", "demander", "second"}
)
"""A `demander` is whoever asked a villager for a paper: an office or a person, in free words."""
PHOTOS: Final = frozenset({"before", "after", "specimen", "picture"})
DOCUMENTS: Final = frozenset({"draft"})
"""A `draft` is an encoded `wire.approval.draft`, which names photos of its own."""
CODES: Final = frozenset({"operator_code", "second_code"})
TEXTS: Final = frozenset({"matter"})
BYTES: Final = frozenset({"details"})
COMMITTED: Final = PERSONS | PHOTOS | DOCUMENTS | CODES | TEXTS | BYTES
"""Fields whose value is a person, a photo's hash, a document, a spent emergency code or what a
paper is about, wherever they stand.
"""

_COUNTERS: Final = {"unlatches": shape.integer(0), "presses": shape.integer(0)}
_HASH: Final = shape.octets(32)
_CODE: Final = shape.ID
_SEQ: Final = shape.integer(1)
_FINDINGS: Final = shape.array(shape.text(64), 16)
_REASON: Final = shape.text(200)
_MOVED: Final[Mapping[str, shape.Shape[Any]]] = {
    "seal": shape.ID,
    "slot": shape.integer(1, 64),
    "operator": _HASH,
    "witness": _HASH,
    "reason": _REASON,
}

_FIELDS: Final[Mapping[str, Mapping[str, shape.Shape[Any]]]] = {
    "boot": {"version": shape.text(40), **_COUNTERS},
    "continued": {"device": shape.DEVICE, "seq": _SEQ, "entry": _HASH},
    "heartbeat": _COUNTERS,
    "list_adopted": {"version": shape.integer(1), "sha256": _HASH, "expires": shape.integer(0)},
    "enrolled": {
        "operator": _HASH,
        "witness": _HASH,
        "method": shape.choice("pin", "card", "fingerprint"),
        "proved": shape.flag(),
    },
    "unenrolled": {
        "operator": _HASH,
        "actor": _HASH,
        "witness": _HASH,
        "method": shape.choice("card", "fingerprint", "all"),
    },
    "authenticated": {
        "operator": _HASH,
        "method": shape.choice("pin", "card_pin", "fingerprint"),
    },
    "refused": {
        "code": _CODE,
        "action": _CODE,
        "grant": shape.maybe(_HASH),
        "operator": shape.maybe(_HASH),
        "detail": shape.text(200, least=0),
    },
    "authorised": {
        "grant": _HASH,
        "list": shape.integer(1),
        "list_sha256": _HASH,
        "item": shape.ID,
        "seal": shape.ID,
        "sheet": shape.integer(1, 2000),
        "use": shape.choice("full", "seam"),
        "operator": _HASH,
        "before": shape.maybe(_HASH),
        "findings": _FINDINGS,
        "bound_ms": shape.integer(1, 600_000),
        **_COUNTERS,
    },
    "stamped": {
        "authorised": _SEQ,
        "grant": _HASH,
        "after": shape.maybe(_HASH),
        "findings": _FINDINGS,
        **_COUNTERS,
    },
    "relocked": {"authorised": _SEQ, **_COUNTERS},
    "aborted": {"authorised": _SEQ, "code": _CODE, "returned": shape.flag(), **_COUNTERS},
    "interrupted": {"authorised": _SEQ, "returned": shape.flag(), **_COUNTERS},
    "alarm": {"alarm": _CODE, "detail": shape.text(200, least=0), **_COUNTERS},
    "maintenance": {
        "state": shape.choice("begin", "end"),
        "operator": _HASH,
        "witness": _HASH,
        "reason": _REASON,
        **_COUNTERS,
    },
    "seal_out": _MOVED,
    "seal_in": _MOVED,
    "seal_replaced": {**_MOVED, "replaces": shape.ID, "specimen": shape.maybe(_HASH)},
    "handover": {"seal": shape.ID, "giver": _HASH, "receiver": _HASH, "witness": _HASH},
    "emergency": {
        "grant": _HASH,
        "list": shape.integer(1),
        "list_sha256": _HASH,
        "item": shape.ID,
        "seal": shape.ID,
        "impressions": shape.integer(1, 1000),
        "no_contact": shape.flag(),
        "no_camera": shape.flag(),
        "verifiers": shape.array(_HASH, 2, least=2, unique=True),
        "operator": _HASH,
        "operator_code": _HASH,
        "second": _HASH,
        "second_code": _HASH,
        "details": _HASH,
    },
    "outside_use": {
        "seal": shape.ID,
        "register": shape.text(40),
        "used": shape.integer(0),
        "impressions": shape.integer(1, 1000),
        "matter": _HASH,
        "operator": _HASH,
        "witness": _HASH,
        "picture": _HASH,
    },
    "correction": {
        "stamped": _SEQ,
        "entry": _HASH,
        "subject": _HASH,
        "list": shape.integer(1),
        "list_sha256": _HASH,
        "state": shape.choice("cancelled", "lost"),
        "replacement": shape.maybe(_HASH),
        "operator": _HASH,
        "picture": shape.maybe(_HASH),
    },
    "demanded": {"item": shape.ID, "demander": _HASH, "operator": shape.maybe(_HASH)},
    "drafted": {
        "item": shape.ID,
        "pages": shape.integer(1, 40),
        "draft": _HASH,
        "operator": _HASH,
    },
    "config": {
        "what": shape.choice("release"),
        "former": shape.text(40),
        "version": shape.text(40),
        "sha256": _HASH,
    },
    "clock_step": {"was": shape.integer(0), "now": shape.integer(0)},
}

KINDS: Final = tuple(_FIELDS)
_FORMS: Final[Mapping[str, shape.Shape[dict[str, object]]]] = {
    kind: shape.record(dict, fields) for kind, fields in _FIELDS.items()
}


def having(fields: Collection[str]) -> frozenset[str]:
    """The kinds that have any of these fields."""
    return frozenset(kind for kind, known in _FIELDS.items() if not known.keys().isdisjoint(fields))


def load(kind: str, body: object) -> dict[str, object]:
    """The body with every field checked; raises ShapeError."""
    if kind not in _FORMS:
        raise shape.ShapeError(f"unknown kind {kind}")
    return _FORMS[kind].load(body)
