"""The inspector's policy file: whom he trusts, and how old the newest record may be.

Calls only `inspector.findings` and `wire.tlog`. JSON of exactly the fields of `Policy`; where
the log went on under another key, also `former_logs`, the keys before it.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from inspector.findings import UnusableError
from wire.errors import WireError
from wire.tlog import note
from wire.tlog.checkpoint import Checkpoint, open_checkpoint
from wire.tlog.note import COSIGNATURE, ED25519, Verifier

_FIELDS: Final = {"root_sha256", "log", "witnesses", "quorum", "max_age_s"}
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Policy:
    """What the inspector trusts: the county's first root by its hash, the log, the witnesses.

    `log_key` is the log's verifier key as text, `former` those that it had before: lists of that
    time name them, and a checkpoint kept from then is by them; no newer one is. `max_age_s` is how
    old the newest record may be, 0 for any age.
    """

    root_sha256: bytes
    log: Verifier
    log_key: str
    witnesses: tuple[Verifier, ...]
    quorum: int
    max_age_s: int
    former: tuple[str, ...] = ()

    def open_kept(self, data: bytes) -> Checkpoint:
        """A checkpoint that was kept from before, by the key of its time; raises WireError."""
        found = note.parse(data)
        for key in self.former:
            verifier = note.verifier(key)
            if any(one.key_id == verifier.key_id for one in found.signatures):
                return open_checkpoint(data, verifier)
        return open_checkpoint(data, self.log)


def read_policy(path: Path) -> Policy:
    """The policy file; raises UnusableError."""
    try:
        return _read(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise UnusableError(f"{path}: 核验政策不能用。 Not a usable policy: {error}") from error


def _read(fields: Any) -> Policy:
    if not isinstance(fields, dict) or fields.keys() - {"former_logs"} != _FIELDS:
        raise ValueError(f"exactly {', '.join(sorted(_FIELDS))} are expected")
    root, witnesses = fields["root_sha256"], fields["witnesses"]
    if not isinstance(root, str) or not _SHA256.fullmatch(root):
        raise ValueError("root_sha256: 64 hex digits are expected")
    if not isinstance(witnesses, list):
        raise ValueError("witnesses: a list is expected")
    found = tuple(_verifier(key, COSIGNATURE) for key in witnesses)
    if len({one.public for one in found}) != len(found):
        raise ValueError("witnesses: one key stands twice")
    former = fields.get("former_logs", [])
    if not isinstance(former, list):
        raise ValueError("former_logs: a list is expected")
    for key in former:
        _verifier(key, ED25519)
    return Policy(
        root_sha256=bytes.fromhex(root),
        log=_verifier(fields["log"], ED25519),
        log_key=fields["log"],
        witnesses=found,
        quorum=_number("quorum", fields["quorum"], len(found)),
        max_age_s=_number("max_age_s", fields["max_age_s"], 1 << 40),
        former=tuple(former),
    )


def _verifier(key: object, alg: int) -> Verifier:
    if not isinstance(key, str):
        raise ValueError("a verifier key is expected")
    try:
        found = note.verifier(key)
    except WireError as error:
        raise ValueError(error.detail) from error
    if found.alg != alg:
        raise ValueError(f"{found.name}: a key of kind {found.alg}, not {alg}")
    return found


def _number(name: str, value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{name}: 0 to {most} is expected")
    return value
