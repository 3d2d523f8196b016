"""People are counted, never offices: no assignment lets one person, or one family, be two."""

from dataclasses import replace

import pytest

from tests.support import separation
from tests.support.contents import NOW, YEAR
from tests.support.separation import APPLICANT, GRANTED, HELD, LEADER, PEOPLE, UNNAMED, WHOLE
from wire.approval.away import Away
from wire.lists.content import Term


def test_no_village_grants_but_by_different_people_apart_from_the_applicants_family() -> None:
    """Five people, every office of three of them and of the applicant, every family of his."""
    found = set()
    for roster in separation.villages(3):
        for signers in separation.grants(roster):
            found.add(signers)
            assert separation.lawful(roster, signers)
    assert {person for signers in found for person in signers} == set(PEOPLE[1:4])


AWAY = (
    (Away("yi", "yi"),),
    (Away("yi", LEADER),),
    (Away("yi", "bing"),),
    (Away("yi", APPLICANT),),
    (Away("yi", "bing"), Away("bing", "yi")),
    (Away("yi", LEADER), Away("bing", "bing")),
)
"""By his own word, by that of who signs nothing, of who might, of the applicant; and both."""


def test_no_absence_lets_one_person_displace_another() -> None:
    """Four people, every office of three of them, every family of the applicant, whoever of them is
    away by whose word: what is granted is lawful.
    """
    found = set()
    for roster in separation.villages(3, (HELD[0],)):
        for away in AWAY:
            for signers in separation.grants(roster, away):
                assert separation.lawful(roster, signers, away), (roster, away)
                found.add((away, signers))
    assert {away for away, _ in found} == {AWAY[0], AWAY[1]}
    assert {signers for _, signers in found} == {("bing", "ding"), ("ding", "bing")}


def test_a_relative_of_another_officer_may_approve() -> None:
    related = {
        name: replace(separation.LISTS.roster.persons[name], relatives=kin)
        for name, kin in (("yi", ("bing",)), ("bing", ()))
    }
    held = {"yi": "village.director", "bing": "village.secretary"}
    persons = {
        name: replace(one, offices=(Term(held[name], NOW - YEAR, NOW + YEAR),))
        for name, one in related.items()
    }
    roster = separation.LISTS.roster
    both = replace(roster, persons={**roster.persons, **persons})
    assert list(separation.grants(both)) == [("yi", "bing")]


@pytest.mark.django_db
def test_the_hubs_service_on_sqlite() -> None:
    assert separation.through_the_service() == GRANTED
    assert separation.past_the_code() == WHOLE
    assert separation.away_past_the_code() == UNNAMED
