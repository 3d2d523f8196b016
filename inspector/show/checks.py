"""What is verified of one entry by itself, each check with its answer. Calls `wire`, `inspector`.

The chain before and after it, and that nothing is missing, only a verification of all can say.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inspector import erased, openings, stamp
from inspector.bundle import Bundle, opening_path, photo_path
from inspector.findings import NotVerifiedError
from inspector.leaf import Leaf
from inspector.listfile import read_list
from inspector.nodes import Nodes
from inspector.policy import Policy
from inspector.show.around import Around, Listed
from wire.errors import WireError
from wire.lists.content import ApprovalList
from wire.lists.erased import LASTING, OPENINGS, PHOTOS
from wire.lists.parts import Parts, verified
from wire.record import envelope
from wire.record.envelope import entry_hash
from wire.refusals import Refused

Values = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Check:
    """`failed` says what does not hold; empty where it does. `but` says what was not looked at."""

    zh: str
    en: str
    failed: str = ""
    but: str = ""


@dataclass(frozen=True)
class Checked:
    """`lists` and `values` are what could be read, believed only where the checks hold."""

    checks: tuple[Check, ...]
    proof: tuple[bytes, ...]
    lists: ApprovalList | None
    values: Values

    @property
    def good(self) -> bool:
        return not any(one.failed for one in self.checks)


class Checking:
    """The checks of one entry, one after another."""

    def __init__(self, target: Leaf, around: Around, bundle: Bundle, nodes: Nodes) -> None:
        self._target, self._around = target, around
        self._bundle, self._nodes = bundle, nodes
        self._checks: list[Check] = []
        self._proof: tuple[bytes, ...] = ()
        self._lists: ApprovalList | None = None
        self._values: Values = {}
        self._root = b""
        self._but = ""

    def run(self, policy: Policy) -> Checked:
        """All of them, those that fail too."""
        self._root = policy.root_sha256
        self._hold("在日志里（包含证明）", "in the log (inclusion proof)", self._included)
        self._hold("清单由县级根签出", "list signed from the county's root", self._list)
        self._hold("机器的签名", "the machine's signature", self._signed)
        self._hold("开示与照片", "openings and photos", self._opened)
        if self._around.opening is not None and self._around.declared is None:
            self._hold(
                "审批、盖印员、时间和次数", "approvals, operator, time and number", self._judged
            )
        return Checked(tuple(self._checks), self._proof, self._lists, self._values)

    def _hold(self, zh: str, en: str, check: Callable[[], None]) -> None:
        try:
            check()
        except NotVerifiedError as error:
            self._checks.append(Check(zh, en, f"{error.zh} {error.en}: {error.detail}"))
        except Refused as refused:
            self._checks.append(Check(zh, en, f"{refused.refusal.zh} {refused}"))
        except WireError as error:
            self._checks.append(Check(zh, en, str(error)))
        else:
            self._checks.append(Check(zh, en, but=self._but))
        self._but = ""

    def _included(self) -> None:
        self._proof = tuple(self._nodes.proof(self._target.index))

    def _list(self) -> None:
        listed = self._listed()
        parts, data = self._verified(listed)
        expires_ms = min(ms for _, ms in parts.expiries())
        self._lists = read_list(data, listed.named.version, expires_ms)

    def _verified(self, listed: Listed) -> tuple[Parts, bytes]:
        roots = self._bundle.roots()
        self._nodes.proof(listed.leaf)
        if not roots or hashlib.sha256(roots[0]).digest() != self._root:
            raise NotVerifiedError("root", "roots/1.json")
        data = self._bundle.list_bundle(listed.named.sha256)
        if hashlib.sha256(data).digest() != listed.named.sha256:
            raise NotVerifiedError("list", f"leaf {listed.leaf}", "another file")
        return verified(data, roots[0], listed.named.device), data

    def _signed(self) -> None:
        envelope.verify(self._target.data, self._known().machine.key)

    def _opened(self) -> None:
        found = self._open(self._target)
        if found is None:
            return
        self._values = found
        for sha256 in openings.photos(found, self._target.where):
            passing = sha256 in openings.passing(found)
            if self._bundle.has(photo_path(sha256)) or not passing or not self._gone(PHOTOS):
                openings.hold_photo(sha256, self._target.where, self._bundle)

    def _open(self, leaf: Leaf) -> Values | None:
        """None where it was erased."""
        name = entry_hash(leaf.data)
        lasting = leaf.entry.kind in LASTING or self._bundle.has(opening_path(name))
        if not lasting and self._gone(OPENINGS, leaf):
            return None
        return openings.values(leaf.entry, name, leaf.where, self._bundle)

    def _gone(self, what: str, leaf: Leaf | None = None) -> bool:
        """Whether a leaf names it, as the officers allow; the check then says so."""
        of = leaf or self._target
        for one in self._around.gone:
            if one.names(what, of.entry):
                policy = None if one.listed is None else self._verified(one.listed)[0].files.policy
                erased.hold(what, of.entry, (one.leaf, one.named.at), policy, of.where)
                self._but = erased.sentence(one.named.at, one.leaf)
                return True
        return False

    def _judged(self) -> None:
        opening = self._around.opening
        if opening is None:
            return
        entry, values = opening.entry, self._open(opening)
        operator = None if values is None else str(values["operator"])
        lists = self._known()
        if (entry.body["list"], entry.body["list_sha256"]) != (lists.version, lists.sha256):
            raise NotVerifiedError("list", opening.where, "not judged by the list in force")
        stamp.judge(entry, operator, entry.body["sheet"], lists, opening.where)

    def _listed(self) -> Listed:
        if self._around.listed is None:
            raise NotVerifiedError("list", self._target.where, "the log names no list")
        return self._around.listed

    def _known(self) -> ApprovalList:
        if self._lists is None:
            raise NotVerifiedError("list", self._target.where, "no list that holds")
        return self._lists
