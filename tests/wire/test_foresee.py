"""Who would have to sign: what is foreseen is what the real rules then permit."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.support import contents, separation
from tests.support.contents import CHAIR, DIRECTOR, NOW, SECRETARY, YEAR, item
from tests.support.township import Township
from wire.approval import chain, subject
from wire.lists.content import ApprovalList, Band, Item, Term
from wire.matters.foresee import Asked, Foresight, foresee

TOWN = Township.build()
LISTS = TOWN.lists()


def seen(lists: ApprovalList = LISTS, **application: Any) -> Foresight:
    return foresee(TOWN.application(**application), lists)


def told(asked: Sequence[Asked]) -> list[tuple[str, list[str], list[tuple[str, str, str]]]]:
    """(office that signs, who, (office passed by, whose, why))."""
    return [
        (
            one.office,
            [person.id for person in one.signers],
            [
                (gone.office, gone.person.id if gone.person else "", gone.reason)
                for gone in one.passed
            ],
        )
        for one in asked
    ]


def with_person(name: str, **changes: Any) -> ApprovalList:
    persons = {**LISTS.roster.persons, name: replace(LISTS.roster.persons[name], **changes)}
    return replace(LISTS, roster=replace(LISTS.roster, persons=persons))


def with_item(changed: Item) -> ApprovalList:
    return replace(LISTS, catalogue=contents.catalogue(changed))


def test_two_officers_sign_in_their_own_offices() -> None:
    found = seen()
    assert (found.refused, found.lacking) == (None, None)
    assert told(found.asked) == [
        ("village.director", ["yi"], []),
        ("village.secretary", ["jia"], []),
    ]


def test_an_applicant_and_his_relative_make_room_and_it_is_said_why() -> None:
    found = seen(with_person("jia", relatives=("yi",)), applicant="yi")
    assert told(found.asked) == [
        ("village.cooperative", ["ding"], [("village.director", "yi", "applicant")]),
        ("village.supervisor", ["bing"], [("village.secretary", "jia", "relative")]),
    ]


def test_one_person_with_both_offices_is_said_to_sign_the_other_step() -> None:
    held = tuple(
        Term(office, NOW - YEAR, NOW + YEAR) for office in ("village.director", "village.secretary")
    )
    lists = with_person("jia", offices=held)
    lists = replace(
        lists,
        roster=replace(
            lists.roster,
            persons={**lists.roster.persons, "yi": replace(lists.roster.persons["yi"], offices=())},
        ),
    )
    assert told(seen(lists).asked) == [
        ("village.director", ["jia"], []),
        ("village.supervisor", ["bing"], [("village.secretary", "jia", "signs")]),
    ]


def test_a_vacant_office_is_passed_by() -> None:
    found = seen(with_person("yi", offices=()))
    assert told(found.asked)[0] == (
        "village.cooperative", ["ding"], [("village.director", "", "vacant")],
    )  # fmt: skip


def test_a_holder_without_a_key_makes_no_room() -> None:
    found = seen(with_person("yi", passkeys=()))
    assert found.asked == ()
    assert found.lacking is not None
    assert told([found.lacking]) == [("", [], [("village.director", "yi", "keyless")])]


def test_what_is_not_stamped_here_says_the_rules_code() -> None:
    for name, code in (("kinship", "item_forbidden"), ("dispute", "item_escalated")):
        refused = seen(item=name).refused
        assert refused is not None
        assert refused.code == code


def test_the_amount_chooses_the_chain() -> None:
    band = Band(1000, (CHAIR,), resolution=False)
    lists = with_item(
        replace(item("residence", "x", "committee", DIRECTOR, SECRETARY), bands=(band,))
    )
    assert [one.step.step for one in seen(lists, amount=99_999).asked] == ["director", "secretary"]
    assert [one.step.step for one in seen(lists, amount=100_000).asked] == ["chair"]


def test_what_is_foreseen_the_rules_permit_and_all_else_lacks_somebody() -> None:
    """Every village of three: foreseen complete, if and only if somebody's grant is permitted."""
    complete = 0
    for roster in separation.villages(2, separation.HELD[::7]):
        lists = replace(separation.LISTS, roster=roster)
        found = foresee(separation.APPLICATION, lists)
        in_order = any(_offered(signers, lists) for signers in separation.grants(roster))
        assert (found.lacking is None) == in_order
        complete += found.lacking is None
        for asked in found.asked:
            assert asked.signers
            assert asked.office in {asked.step.office, *asked.step.substitutes}
    assert complete > 20
    assert subject.decode(separation.DATA) == separation.APPLICATION


def _offered(signers: Sequence[str], lists: ApprovalList) -> bool:
    """Whether these are whom the hub would ask, step by step."""
    taken: dict[str, str] = {}
    for step, person in zip(separation.NAMES, signers, strict=True):
        if person not in chain.entitled(separation.APPLICATION, step, lists, taken):
            return False
        taken[step] = person
    return True
