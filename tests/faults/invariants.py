"""What must hold after every case, whatever happened. Pure: each names what does not hold.

Calls only `wire.record` for the type of an entry, and the inspector's judge of counters.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from inspector.counters import Counters
from inspector.findings import NotVerifiedError
from wire.record.entry import Entry
from wire.refusals import REFUSALS

ENDS: Final = ("stamped", "aborted", "interrupted")


@dataclass(frozen=True)
class Evidence:
    """What there is to look at after a start: files, iron, and what people were told before.

    `tables`: rows of the tables beside the entries. `enrolled`: whom the `enrolled` entries name.
    `granted`: presses by grant, and by emergency, of which the policy permits `cap` in all.
    `promised`: hashes of the entries that anybody was told of before the fault, `receipts`: as many
    were said to be kept. `attempts`: PINs looked at since the last right one, by person. `answer`:
    the last word to who wanted the rest of the job stamped.
    """

    entries: Sequence[Entry]
    hashes: Sequence[bytes]
    tables: Mapping[str, Sequence[tuple[Any, ...]]]
    verified: str | None
    enrolled: frozenset[str]
    granted: Mapping[bytes, int]
    cap: int
    impressions: int
    presses: int
    unlatches: int
    engaged: bool
    promised: Sequence[bytes]
    receipts: int
    attempts: Mapping[str, int]
    answer: str | None


Rule = Callable[[Evidence], Iterator[str]]


def broken(found: Evidence, rules: Sequence[Rule]) -> list[str]:
    """Everything that does not hold, in words."""
    return [said for rule in rules for said in rule(found)]


def verifies(found: Evidence) -> Iterator[str]:
    """The chain holds from the first entry on, and the database is whole."""
    if found.verified is not None:
        yield found.verified


def keeps_its_word(found: Evidence) -> Iterator[str]:
    """What anybody was told of is there, unchanged: entries, receipts, lists."""
    if list(found.hashes[: len(found.promised)]) != list(found.promised):
        yield f"entries up to {len(found.promised)} are lost or changed"
    if len(found.tables["receipt"]) < found.receipts:
        yield f"{found.receipts - len(found.tables['receipt'])} receipts are lost"


def opens_only_what_it_wrote(found: Evidence) -> Iterator[str]:
    """Never unlocked without a durable `authorised`."""
    written = sum(one.kind == "authorised" for one in found.entries)
    if found.unlatches > written:
        yield f"{found.unlatches} openings, {written} authorised"


def ends_each_opening_once(found: Evidence) -> Iterator[str]:
    """Every `authorised` has exactly one end."""
    for one in found.entries:
        if one.kind == "authorised":
            ends = [
                end
                for end in found.entries
                if end.kind in ENDS and end.body["authorised"] == one.seq
            ]
            if len(ends) != 1:
                yield f"authorised {one.seq} has {len(ends)} ends"


def prints_no_more_than_granted(found: Evidence) -> Iterator[str]:
    """Never an impression more than granted, over all starts."""
    granted = sum(found.granted.values())
    if max(found.impressions, found.presses) > granted:
        yield f"{found.impressions} impressions, {found.presses} presses, {granted} granted"
    for grant, most in found.granted.items():
        stamped = [
            one for one in found.entries if one.kind == "stamped" and one.body["grant"] == grant
        ]
        if len(stamped) > most:
            yield f"{len(stamped)} stamped of {most} granted"


def stamps_no_sheet_twice(found: Evidence) -> Iterator[str]:
    """A sheet's number comes again only where its opening was given back."""
    returned = {
        one.body["authorised"]
        for one in found.entries
        if one.kind in ENDS and one.body.get("returned")
    }
    kept = [
        (one.body["grant"], one.body["sheet"])
        for one in found.entries
        if one.kind == "authorised" and one.seq not in returned
    ]
    if len(kept) != len(set(kept)):
        yield "a sheet was authorised twice"


def spends_a_code_once(found: Evidence) -> Iterator[str]:
    """Over all starts, also where nothing was stamped by it."""
    spent = [
        code for one in found.entries if one.kind == "emergency" for code in one.body["verifiers"]
    ]
    if len(spent) != len(set(spent)):
        yield "an emergency code was spent twice"


def keeps_the_cap(found: Evidence) -> Iterator[str]:
    """Over all starts: no emergency presses beyond the policy's, while nothing is heard."""
    declared = {one.body["grant"] for one in found.entries if one.kind == "emergency"}
    back = {one.body["authorised"] for one in found.entries if one.body.get("returned")}
    kept = sum(
        one.kind == "authorised" and one.body["grant"] in declared and one.seq not in back
        for one in found.entries
    )
    if kept > found.cap:
        yield f"{kept} openings in emergencies, {found.cap} permitted"


def ends_an_emergency_with_its_process(found: Evidence) -> Iterator[str]:
    """Without a grant, nothing opens but by an emergency that was declared since the start."""
    declared = {(one.boot, one.body["grant"]) for one in found.entries if one.kind == "emergency"}
    known = found.granted.keys() - {grant for _, grant in declared}
    for one in found.entries:
        if one.kind != "authorised" or one.body["grant"] in known:
            continue
        if (one.boot, one.body["grant"]) not in declared:
            yield f"authorised {one.seq} for an emergency of another start"


def gives_back_only_what_stayed_locked(found: Evidence) -> Iterator[str]:
    """An opening is returned only where the head never unlatched for it."""
    opened = {one.seq: one.body["unlatches"] for one in found.entries if one.kind == "authorised"}
    for one in found.entries:
        if one.kind in ENDS and one.body.get("returned"):
            before = opened[one.body["authorised"]]
            if one.body["unlatches"] != before:
                yield f"opening {one.body['authorised']} was returned after it unlatched"


def counts_as_an_inspector_believes(found: Evidence) -> Iterator[str]:
    """The head's counters move in openings, or an alarm tells it."""
    counters = Counters()
    for one in found.entries:
        try:
            counters.take(one, f"entry {one.seq}")
        except NotVerifiedError as error:
            yield str(error)
            return


def is_locked(found: Evidence) -> Iterator[str]:
    if not found.engaged:
        yield "the lock is open"


def says_a_known_word(found: Evidence) -> Iterator[str]:
    """The rest of the job is stamped, or refused by a code of the table."""
    if found.answer not in REFUSALS:
        yield f"the last answer is {found.answer}"


def keeps_its_books(found: Evidence) -> Iterator[str]:
    """What the tables say follows from the entries beside them."""
    notes = {str(name): value for name, value in found.tables["note"]}
    for name, expected in _notes(found.entries).items():
        if notes.get(name) != expected:
            yield f"note {name}: {notes.get(name)!r}, not {expected!r}"
    openings = {
        one.seq: next(
            (
                end
                for end in found.entries
                if end.kind in ENDS and end.body["authorised"] == one.seq
            ),
            None,
        )
        for one in found.entries
        if one.kind == "authorised"
    }
    expected_rows = {
        (seq, None if end is None else end.seq, int(bool(end and end.body.get("returned"))))
        for seq, end in openings.items()
    }
    rows = {(row[0], row[2], row[3]) for row in found.tables["authorised"]}
    if rows != expected_rows:
        yield f"openings {sorted(rows ^ expected_rows)} disagree"


def trusts_the_list_it_signed(found: Evidence) -> Iterator[str]:
    """The list in force and the last `list_adopted` came in one transaction."""
    signed = [one.body["version"] for one in found.entries if one.kind == "list_adopted"]
    trusted = [row[0] for row in found.tables["trusted"]]
    if trusted != signed[-1:]:
        yield f"trusted {trusted}, signed {signed[-1:]}"


def counts_every_look_at_a_pin(found: Evidence) -> Iterator[str]:
    """An attempt is on disk before the PIN is looked at."""
    counted = {row[0]: row[1:] for row in found.tables["operator"]}
    for person, looks in found.attempts.items():
        failures, locked_ms = counted[person]
        if failures < looks and not locked_ms:
            yield f"{looks} looks at the PIN of {person}, {failures} counted"


def enrols_nobody_in_secret(found: Evidence) -> Iterator[str]:
    """Whoever has a PIN here is named by an `enrolled`, and the other way round."""
    known = {row[0] for row in found.tables["operator"]}
    if known ^ found.enrolled:
        yield f"enrolled in secret or in vain: {sorted(known ^ found.enrolled)}"


def _notes(entries: Sequence[Entry]) -> dict[str, bytes]:
    """The notes that entries leave."""
    found: dict[str, bytes] = {}
    for one in entries:
        if one.kind == "maintenance":
            found["maintenance"] = str(one.body["state"]).encode()
        if one.kind == "emergency":
            for verifier in one.body["verifiers"]:
                found[f"code {verifier.hex()}"] = str(one.seq).encode()
        if one.kind in ("seal_out", "seal_in"):
            found[f"slot {one.body['slot']}"] = one.kind.encode()
    return found


AT_START: Final[tuple[Rule, ...]] = (
    verifies,
    keeps_its_word,
    opens_only_what_it_wrote,
    keeps_its_books,
    trusts_the_list_it_signed,
    counts_every_look_at_a_pin,
    enrols_nobody_in_secret,
)
"""As soon as it has started again."""
AT_END: Final[tuple[Rule, ...]] = (
    verifies,
    keeps_its_word,
    opens_only_what_it_wrote,
    ends_each_opening_once,
    prints_no_more_than_granted,
    stamps_no_sheet_twice,
    spends_a_code_once,
    keeps_the_cap,
    ends_an_emergency_with_its_process,
    gives_back_only_what_stayed_locked,
    counts_as_an_inspector_believes,
    is_locked,
    says_a_known_word,
    keeps_its_books,
)
"""When the operator has had the rest of the job stamped, or was refused."""
