"""What the page's own script verifies again in the browser: the rows shown, with their proofs.

Calls `wire.record` and `inspector`. Bounded by the rows that are shown.
"""

import base64
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup

from inspector.bundle import Bundle, opening_path
from inspector.leaf import read
from inspector.nodes import Nodes
from inspector.policy import Policy
from inspector.records import Gone, gone_by
from inspector.report.spool import Spool
from inspector.report.table import Row
from wire.record import commitment, envelope, words
from wire.record.entry import Entry
from wire.record.envelope import entry_hash
from wire.sig import PublicKey

OPENED: Final = "operator"


@dataclass
class Evidence:
    """Filled row by row; `json` is what the page carries. `keys` are record keys by device, `gone`
    names openings that were erased.
    """

    bundle: Bundle
    checkpoint: bytes
    policy: Policy
    nodes: Nodes
    spool: Spool
    keys: Mapping[str, Collection[PublicKey]]
    gone: Gone
    _hashes: dict[bytes, int] = field(default_factory=dict)
    _leaves: dict[int, dict[str, Any]] = field(default_factory=dict)
    _subjects: dict[str, str] = field(default_factory=dict)
    _signed: dict[str, Any] = field(default_factory=dict)
    _used: dict[str, list[str]] = field(default_factory=dict)

    def following(self, rows: Iterable[Row]) -> Iterator[Row]:
        """These rows of the table of stamps; each that is taken is carried."""
        for row in rows:
            self._add(row)
            yield row

    def json(self) -> Markup:
        """Safe inside a script element."""
        policy = self.policy
        made = {
            "checkpoint": _text(self.checkpoint),
            "log": policy.log_key,
            "quorum": policy.quorum,
            "witnesses": [
                f"{w.name}+{w.key_id.hex()}+{_key(w.alg, w.public)}" for w in policy.witnesses
            ],
            "leaves": self._leaves,
            "hashes": [_text(one) for one in self._hashes],
            "subjects": self._subjects,
            "approvals": self._signed,
            "keys": self._used,
            "states": {name: zh for name, (zh, _) in words.STATES.items()},
            "findings": {name: zh for name, (zh, _) in words.FINDINGS.items()},
        }
        text = json.dumps(made, separators=(",", ":")).replace("<", "\\u003c")
        return Markup(text)  # noqa: S704

    def _add(self, row: Row) -> None:
        leaf, end, application = row.marks
        self._leaf(leaf, opened=True)
        if end is not None:
            self._leaf(end, opened=False)
        for subject, signed in self.spool.rows(
            "SELECT subject, signed FROM application WHERE subject_hash = ?", application
        ):
            self._subjects[application] = _text(subject)
            if signed is not None:
                self._signed[application] = json.loads(signed)

    def _leaf(self, index: int, *, opened: bool) -> None:
        data = self.nodes.leaf(index)
        made = self._proved(index, data)
        entry, kid = read(index, data).entry, envelope.parse(data).kid
        for key in self.keys.get(entry.device, ()):
            if key.kid == kid:
                self._used[kid.hex()] = [entry.device, key.alg, _text(key.public)]
        if opened:
            made |= self._opened(entry, entry_hash(data))
        self._leaves[index] = made

    def _proved(self, index: int, data: bytes) -> dict[str, Any]:
        proof = [self._number(one) for one in self.nodes.proof(index)]
        return {"data": _text(data), "proof": proof}

    def _opened(self, entry: Entry, name: bytes) -> dict[str, Any]:
        """The operator's opening, or the leaf that names it as erased."""
        leaf = None if self.bundle.has(opening_path(name)) else gone_by(entry, self.gone)
        if leaf is not None:
            self._leaves[leaf] = self._proved(leaf, self.nodes.leaf(leaf))
            return {"erased": leaf}
        held = commitment.decode(self.bundle.opening(name)).openings
        found = ([_text(one.salt), one.value] for one in held if one.field == OPENED)
        return {"opened": next(found, None)}

    def _number(self, digest: bytes) -> int:
        return self._hashes.setdefault(digest, len(self._hashes))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _key(alg: int, public: bytes) -> str:
    return _text(bytes([alg]) + public)
