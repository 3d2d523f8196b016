"""One machine's emergencies judged again: whether there was one, who declared it, how often it was
used.

Calls `wire.approval.emergency`, `wire.record` and `inspector`. State is kept in a form that
`state` gives and `of` takes. Each person's code, spent, stands in
the entry's openings: it fits the verifier that the officers signed, so a machine whose key was
stolen cannot declare one. That the camera had failed is the machine's own word.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from inspector.findings import NotVerifiedError
from inspector.stamp import FORBIDDING
from wire.approval import emergency
from wire.approval.emergency import Emergency
from wire.approval.subject import subject_hash
from wire.errors import WireError
from wire.lists.content import ApprovalList
from wire.record.entry import Entry
from wire.record.kinds import PHOTOS
from wire.record.silence import Silence
from wire.refusals import Refused

CODE: Final = "emergency"
Values = Mapping[str, str | bytes]


@dataclass(frozen=True)
class _Declared:
    """The emergency declared last, in that leaf; only this one, and only in its own boot, opens
    anything.
    """

    leaf: int
    entry: Entry
    subject: Emergency


@dataclass
class Crisis:
    """What one machine's entries so far say of contact, camera, codes and emergencies.

    `silent` and `blind` count emergency openings since the township was heard, since a picture was
    taken. What came before the bundle's range may matter while `heard` is False, and for an
    emergency declared there while `earlier` is True.
    """

    silence: Silence = field(default_factory=Silence)
    seen: bytes | None = None
    mono: int = 0
    silent: int = 0
    blind: int = 0
    declared: _Declared | None = None
    uses: int = 0
    heard: bool = True
    earlier: bool = False

    def look(self, entry: Entry) -> None:
        """Every entry, before it is judged: who was heard when.

        A receipt was taken at the latest before the entry that first saw its checkpoint, and at
        the earliest after the one before: the earliest time counts, in the machine's favour.
        """
        mono = entry.time.mono
        if entry.kind == "boot":
            self.silence.boot(mono)
            self.mono, self.declared, self.earlier = mono, None, False
        if entry.seen is not None and entry.seen != self.seen:
            self.seen = entry.seen
            self._heard(self.mono)
        if entry.kind == "list_adopted":
            self._heard(mono)
        self.silence.entry(mono)
        self.mono = mono
        if any(entry.body[name] is not None for name in PHOTOS & entry.body.keys()):
            self.blind = 0

    def declare(
        self,
        leaf: int,
        entry: Entry,
        values: Values,
        lists: ApprovalList,
        where: str,
        once: Callable[[bytes], bool],
    ) -> None:
        """An `emergency` entry in that leaf; `once` tells whether a code's verifier is a new one.
        Raises NotVerifiedError('emergency').
        """
        subject = _subject(entry, values, where)
        try:
            item = emergency.judge(subject, lists)
            for person, name, verifier in zip(
                (subject.operator, subject.second),
                ("operator_code", "second_code"),
                entry.body["verifiers"],
                strict=True,
            ):
                if emergency.check_code(person, str(values[name]), lists) != verifier:
                    raise Refused("emergency_code_wrong", "another verifier than its code's")
        except Refused as refused:
            raise NotVerifiedError(CODE, where, f"{refused.code} {refused.detail}") from refused
        fresh = sum(once(verifier) for verifier in entry.body["verifiers"]) == 2
        silent = self._silent(entry, lists)
        body = entry.body
        self._hold(
            where,
            (fresh, "a code that was used before"),
            (body["no_contact"] or body["no_camera"], "nothing had failed"),
            (not body["no_contact"] or silent, "contact had not failed for long enough"),
            (lists.machine.state == "active", "the machine was suspended"),
            (body["no_contact"] or _fresh(entry, lists), "the list had expired"),
            (item.id == body["item"] and subject.seal == body["seal"], "another item or seal"),
        )
        self.declared = _Declared(leaf, entry, subject)

    def covers(self, entry: Entry) -> bool:
        """Whether an `authorised` rests on the emergency declared last."""
        return (
            self.declared is not None and self.declared.entry.body["grant"] == entry.body["grant"]
        )

    def open(
        self, entry: Entry, operator: str | None, sheet: int, lists: ApprovalList, where: str
    ) -> None:
        """An `authorised` of it, by nobody where the name was erased; raises
        NotVerifiedError('emergency').
        """
        if self.declared is None:
            raise NotVerifiedError(CODE, where, "no emergency was declared")
        body, said, subject = entry.body, self.declared.entry.body, self.declared.subject
        pictured = body["before"] is not None
        self.silent += 1
        self.blind += not pictured
        made = max(self.silent * said["no_contact"], self.blind * said["no_camera"])
        silent = self._silent(entry, lists)
        seal = lists.machine.seal(subject.seal)
        self._hold(
            where,
            (operator in (None, subject.operator), "another operator than declared it"),
            (operator not in lists.grants.revoked_persons, "the operator was revoked"),
            ((body["item"], body["seal"]) == (subject.item, subject.seal), "another item or seal"),
            (seal is not None and seal.state == "active", "the seal was suspended"),
            (lists.machine.state == "active", "the machine was suspended"),
            (sheet <= subject.presses, "more openings than were declared"),
            (body["sheet"] == sheet and body["use"] == "full", "sheets out of order"),
            (made <= lists.policy.emergency_presses, "more openings than the policy permits"),
            (silent or said["no_camera"], "contact was back"),
            (pictured or said["no_camera"], "no picture, although the camera had not failed"),
            (not set(body["findings"]) & FORBIDDING, "the photo before forbade it"),
        )
        self.uses += 1

    def give_back(self, opening: Entry) -> None:
        """An opening of the emergency whose lock never moved."""
        if self.covers(opening):
            self.silent = max(0, self.silent - 1)
            self.blind = max(0, self.blind - (opening.body["before"] is None))

    def state(self) -> dict[str, Any]:
        """What `of` makes the same of; of an emergency under way its leaf."""
        declared = None if self.declared is None else self.declared.leaf
        names = ("seen", "mono", "silent", "blind", "uses", "heard", "earlier")
        kept = {name: getattr(self, name) for name in names}
        return {**kept, "silence": asdict(self.silence), "declared": declared}

    @classmethod
    def of(cls, state: Mapping[str, Any], entry: Callable[[int], tuple[Entry, Values]]) -> "Crisis":
        """`entry` gives the entry of a leaf with the values behind its commitments."""
        rest = {**state, "silence": Silence(**state["silence"]), "declared": None}
        made, leaf = cls(**rest), state["declared"]
        if leaf is not None:
            declared, values = entry(leaf)
            made.declared = _Declared(leaf, declared, _subject(declared, values, f"leaf {leaf}"))
        return made

    def _silent(self, entry: Entry, lists: ApprovalList) -> bool:
        """Whether there was no word for as long as the policy says, as far as can be known."""
        ms = self.silence.ms(entry.time.mono)
        return not self.heard or ms >= lists.policy.emergency_after_s * 1000

    def _heard(self, mono: int) -> None:
        self.silence.contact(mono)
        self.silent, self.heard = 0, True

    def _hold(self, where: str, *rules: tuple[bool, str]) -> None:
        for holds, words in rules:
            if not holds:
                raise NotVerifiedError(CODE, where, words)


def _subject(entry: Entry, values: Values, where: str) -> Emergency:
    """What the two asked for, as the entry names it."""
    data = values["details"]
    try:
        found = emergency.decode(data if isinstance(data, bytes) else b"")
    except WireError as error:
        raise NotVerifiedError(CODE, where, error.detail) from error
    same = (found.operator, found.second) == (values["operator"], values["second"])
    said = (found.item, found.seal, found.impressions)
    body = entry.body
    if not same or said != (body["item"], body["seal"], body["impressions"]):
        raise NotVerifiedError(CODE, where, "the entry names other people or another matter")
    if not isinstance(data, bytes) or subject_hash(data) != body["grant"]:
        raise NotVerifiedError(CODE, where, "the entry names another subject")
    return found


def _fresh(entry: Entry, lists: ApprovalList) -> bool:
    return entry.time.wall - 1_000 < lists.expires_ms
