"""An exit sheet's bytes, and who signs which part of it by which key."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.contents import DAY, NAMES, NOW, ORIGIN, RP_ID, VILLAGE
from tests.support.township import Township
from wire.approval import chain, decision, exit_sheet, subject
from wire.approval.decision import Approval
from wire.approval.exit_sheet import LIMIT, MOST, PARTS, ExitSheet, Party, SheetLine
from wire.approval.subject import subject_hash
from wire.errors import WireError
from wire.refusals import Refused


def party(person: str) -> Party:
    return Party(VILLAGE, person, NAMES[person])


MADE = ExitSheet(
    village=VILLAGE,
    village_name="晨光村",
    on=NOW + DAY,
    made=NOW,
    roster=1,
    gives=party("yi"),
    takes=party("geng"),
    watches=party("bing"),
    lines=tuple(SheetLine(part, "handed", ("一枚", "", "印模清楚")) for part in PARTS),
)
DATA = exit_sheet.encode(MADE)


@pytest.fixture(scope="module")
def township() -> Township:
    return Township.build()


def signed(township: Township, role: str, person: str, **changes: Any) -> Approval:
    """By that person's own passkey, over the challenge of what `changes` leave."""
    kind, data = changes.pop("kind", exit_sheet.KIND), changes.pop("data", DATA)
    verdict, roster = changes.pop("decision", "approve"), changes.pop("roster", 1)
    challenge = decision.challenge(kind, subject_hash(data), role, person, verdict, roster)
    by = township.authenticators[changes.pop("by", person)]
    return Approval(role, person, verdict, roster, by.get_assertion(RP_ID, ORIGIN, challenge))


def refusal(township: Township, given: Approval, **revoked: Any) -> str:
    with pytest.raises(Refused) as no:
        exit_sheet.judge(DATA, given, township.roster, township.authority.policy, **revoked)
    return no.value.code


def test_it_comes_back_as_it_was() -> None:
    assert exit_sheet.decode(DATA) == MADE


def test_the_longest_sheet_is_read() -> None:
    lines = tuple(SheetLine(part, "missing", ("\U00020000",) * MOST) for part in PARTS)
    longest = replace(MADE, village_name="村" * 100, lines=lines)
    data = exit_sheet.encode(longest)
    assert len(data) <= LIMIT
    assert exit_sheet.decode(data) == longest


@pytest.mark.parametrize(
    "changes",
    [
        {"takes": party("yi")},
        {"watches": party("geng")},
        {"watches": replace(party("yi"), village="sunset")},
        {"lines": MADE.lines[:-1]},
        {"lines": (*MADE.lines[1:], MADE.lines[0])},
        {"lines": (replace(MADE.lines[0], state="lost"), *MADE.lines[1:])},
        {"lines": (replace(MADE.lines[0], text=("一\u202e二",)), *MADE.lines[1:])},
        {"lines": (replace(MADE.lines[0], text=("字" * 300, "字" * 301)), *MADE.lines[1:])},
        {"roster": 0},
        {"village_name": ""},
    ],
)
def test_what_would_not_be_read_is_not_written(changes: dict[str, Any]) -> None:
    with pytest.raises(WireError, match="subject"):
        exit_sheet.encode(replace(MADE, **changes))


@pytest.mark.parametrize("data", [b"", b"\xa0", b"{}", DATA + b"\x00", bytes(LIMIT + 1)])
def test_other_bytes_are_no_sheet(data: bytes) -> None:
    with pytest.raises(WireError):
        exit_sheet.decode(data)


@pytest.mark.parametrize(
    ("role", "person"), [("gives", "yi"), ("takes", "geng"), ("watches", "bing")]
)
def test_each_of_the_three_signs_his_part(township: Township, role: str, person: str) -> None:
    given = signed(township, role, person)
    policy = township.authority.policy
    assert exit_sheet.judge(DATA, given, township.roster, policy) == MADE


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another part of the sheet": ({"role": "takes"}, "approver_not_entitled"),
    "no part of the sheet": ({"role": "made"}, "approver_not_entitled"),
    "somebody else": ({"person": "jia"}, "approver_not_entitled"),
    "another's passkey": ({"by": "jia"}, "approval_invalid"),
    "a return": ({"decision": "return"}, "approval_invalid"),
    "a roster nobody knows": ({"roster": 2}, "approval_invalid"),
    "what he signed for a stamp": ({"kind": "application"}, "approval_invalid"),
    "what he signed of another sheet": (
        {"data": exit_sheet.encode(replace(MADE, made=NOW + 1))},
        "approval_invalid",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_no_other_signature_counts(township: Township, name: str) -> None:
    changes, code = WRONG[name]
    given = signed(township, **{"role": "gives", "person": "yi", **changes})
    assert refusal(township, given) == code


def test_who_was_taken_back_signs_nothing(township: Township) -> None:
    given = signed(township, "gives", "yi")
    (key,) = township.roster.persons["yi"].passkeys
    assert refusal(township, given, persons={"yi"}) == "approval_invalid"
    assert refusal(township, given, credentials={key.credential}) == "approval_invalid"


def test_a_sheets_signature_is_none_for_a_stamp(township: Township) -> None:
    application = township.application()
    data = subject.encode(application)
    forged = signed(township, "director", "yi", data=data)
    secretary = township.approve(application, "secretary", "jia")
    with pytest.raises(Refused, match="approval_invalid"):
        chain.judge(application, data, (forged, secretary), township.lists())
