"""Rosters too thin to publish, and other contents that no officer may sign."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from county import reading
from county.township import Township as Authority
from county.township import problems
from tests.support import contents
from tests.support.contents import CHAIN_OF_TWO, DAY, DIRECTOR, NOW, YEAR, item
from tests.support.sm2_people import Holder
from tests.support.township import Township
from wire.lists import gaps
from wire.lists.content import Band, Catalogue, Machines, Roster, Step
from wire.lists.coverage import completable, incomplete_items

TOWN = Township.build()
POLICY = TOWN.authority.policy


def roster(offices: Mapping[str, tuple[str, ...]]) -> Roster:
    people = {**contents.OFFICES, **offices}
    return contents.roster(TOWN.authenticators, people)


def thin(changed: Roster, catalogue: Catalogue = TOWN.authority.catalogue) -> set[str]:
    """Persons without whom something stops."""
    return {person for _, person in incomplete_items(catalogue, changed, POLICY, NOW)}


def with_sm2_alone(*names: str) -> Roster:
    """These persons have an SM2 key in their passkey's stead, for less than a year more."""
    persons = dict(TOWN.roster.persons)
    for name in names:
        key = Holder().listed(NOW - YEAR, NOW + YEAR)
        persons[name] = replace(persons[name], passkeys=(), sm2_keys=(key,))
    return replace(TOWN.roster, persons=persons)


def related(changed: Roster, name: str, *relatives: str) -> Roster:
    persons = dict(changed.persons)
    persons[name] = replace(persons[name], relatives=relatives)
    return replace(changed, persons=persons)


class TestCoverage:
    def test_a_village_of_four_officers_stands_any_absence(self) -> None:
        assert incomplete_items(TOWN.authority.catalogue, TOWN.roster, POLICY, NOW) == []

    def test_so_does_one_whose_head_holds_two_offices(self) -> None:
        two = {"jia": ("village.secretary", "village.director"), "yi": ()}
        assert thin(roster(two)) == set()

    def test_two_officers_are_not_enough(self) -> None:
        found = thin(roster({"bing": (), "ding": ()}))
        assert {"jia", "yi"} <= found

    def test_a_chain_without_substitutes_stops_with_its_officers(self) -> None:
        bare = tuple(replace(step, substitutes=()) for step in CHAIN_OF_TWO)
        catalogue = contents.catalogue(item("x", "某事项", "committee", *bare))
        assert incomplete_items(catalogue, TOWN.roster, POLICY, NOW) == [("x", "jia"), ("x", "yi")]

    def test_relatives_drop_out_together(self) -> None:
        three = roster({"ding": ()})
        assert thin(three) == set()
        assert thin(related(three, "bing", "jia")) == {"bing", "jia"}

    def test_a_villager_related_to_officers_would_stop_their_items(self) -> None:
        family = related(roster({"ding": ()}), "xin", "jia", "bing")
        assert "xin" in thin(family)

    def test_an_office_ended_or_not_begun_does_not_count(self) -> None:
        late = incomplete_items(TOWN.authority.catalogue, TOWN.roster, POLICY, NOW + 3 * YEAR)
        assert {name for name, _ in late} == {"residence", "membership", "contract"}

    def test_who_has_no_passkey_cannot_approve(self) -> None:
        persons = {**TOWN.roster.persons}
        persons["bing"] = replace(persons["bing"], passkeys=())
        persons["ding"] = replace(persons["ding"], passkeys=())
        assert {"jia", "yi"} <= thin(replace(TOWN.roster, persons=persons))

    def test_an_sm2_key_is_one_where_it_is_taken(self) -> None:
        both = replace(POLICY, approval_suites=("passkey", "sm2"))
        changed = with_sm2_alone("bing", "ding")
        catalogue = TOWN.authority.catalogue
        assert incomplete_items(catalogue, changed, both, NOW) == []
        assert {"jia", "yi"} <= thin(changed)
        assert {"jia", "yi"} <= {
            name for _, name in incomplete_items(catalogue, changed, both, NOW + YEAR)
        }, "it ran out"
        first, *others = catalogue.items.values()
        strict = contents.catalogue(replace(first, passkeys_only=True), *others)
        found = incomplete_items(strict, changed, both, NOW)
        assert {item for item, _ in found} == {first.id}

    def test_a_policy_of_sm2_alone_wants_everybody_to_have_such_a_key(self) -> None:
        alone = replace(POLICY, approval_suites=("sm2",))
        everybody = with_sm2_alone(*TOWN.roster.persons)
        catalogue = TOWN.authority.catalogue
        assert incomplete_items(catalogue, everybody, alone, NOW) == []
        assert incomplete_items(catalogue, TOWN.roster, alone, NOW) != []

    def test_forbidden_items_need_nobody(self) -> None:
        catalogue = contents.catalogue(item("no", "不予受理", "committee", cls="forbidden"))
        nobody = roster(dict.fromkeys(contents.OFFICES, ()))
        assert incomplete_items(catalogue, nobody, POLICY, NOW) == []

    def test_an_empty_roster_completes_nothing(self) -> None:
        assert not completable(CHAIN_OF_TWO, replace(TOWN.roster, persons={}), NOW, (), ())


class TestProblems:
    def test_an_honest_township_has_none(self) -> None:
        assert problems(TOWN.authority, NOW) == []

    def test_a_thin_roster_is_told_in_words(self) -> None:
        village = replace(TOWN.authority.villages[0], roster=roster({"bing": (), "ding": ()}))
        found = problems(replace(TOWN.authority, villages=(village,)), NOW)
        assert "甲一明" in found[0]
        assert "add a substitute office or a person" in found[0]

    def test_it_names_matter_step_and_person_and_family_where_it_takes_them(self) -> None:
        single = contents.catalogue(
            item("x", "某事项", "committee", DIRECTOR, replace(CHAIN_OF_TWO[1], substitutes=()))
        )
        town = replace(TOWN.authority, catalogue=single)
        (alone,) = problems(town, NOW)
        assert "甲一明不能到场时，“某事项”的“村党组织书记”这一步无人可批" in alone
        assert "without jia nobody can take the step secretary of x" in alone
        family = related(roster({"ding": ()}), "bing", "jia")
        found = problems(
            replace(TOWN.authority, villages=(replace(town.villages[0], roster=family),)), NOW
        )
        assert any("丙三晴和亲属甲一明都不能到场时" in text for text in found)
        assert any("without jia and bing nobody" in text for text in found)

    def test_it_names_the_step_of_the_band_that_stops(self) -> None:
        single = replace(CHAIN_OF_TWO[1], substitutes=())
        banded = replace(
            item("x", "某事项", "committee", DIRECTOR), bands=(Band(500, (single,), True),)
        )
        town = replace(TOWN.authority, catalogue=contents.catalogue(banded))
        (found,) = problems(town, NOW)
        assert "甲一明不能到场时，“某事项”的“村党组织书记”这一步无人可批" in found

    def test_an_office_without_a_name(self) -> None:
        step = Step("x", "village.nobody", DIRECTOR.substitutes)
        catalogue = contents.catalogue(item("x", "某事项", "committee", step))
        (found,) = problems(replace(TOWN.authority, catalogue=catalogue), NOW)
        assert "village.nobody" in found

    def test_a_machine_in_two_villages(self) -> None:
        first = TOWN.authority.villages[0]
        second = replace(first, roster=replace(first.roster, village="sunset"))
        found = problems(replace(TOWN.authority, villages=(first, second)), NOW)
        assert any("sunrise-1 stands twice" in text for text in found)
        assert any("not of sunset" in text for text in found)

    def test_a_machine_with_a_key_that_the_policy_does_not_allow(self) -> None:
        strict = replace(TOWN.authority.policy, suites=("ES256",))
        (text,) = problems(replace(TOWN.authority, policy=strict), NOW)
        assert "EdDSA" in text

    def test_a_village_twice(self) -> None:
        first = TOWN.authority.villages[0]
        again = replace(first, machines=Machines(1, {}))
        found = problems(
            Authority(TOWN.authority.catalogue, TOWN.authority.policy, (first, again)), NOW
        )
        assert found == ["sunrise 重复。 sunrise stands twice."]


class TestLater:
    def test_a_term_that_ends_without_another_is_told_with_its_day(self) -> None:
        persons = dict(TOWN.roster.persons)
        for name in ("bing", "ding"):
            persons[name] = replace(
                persons[name],
                offices=tuple(replace(t, end_ms=NOW + DAY) for t in persons[name].offices),
            )
        thin = replace(TOWN.roster, persons=persons)
        catalogue = TOWN.authority.catalogue
        found = gaps.later(catalogue, thin, POLICY, NOW, NOW + YEAR)
        assert {at_ms for at_ms, _ in found} == {NOW + DAY}
        assert {"jia", "yi"} <= {gap.person.id for _, gap in found}
        assert len(found) == len({(gap.item.id, gap.person.id) for _, gap in found})
        assert gaps.later(catalogue, thin, POLICY, NOW, NOW + DAY) == []
        assert gaps.later(catalogue, thin, POLICY, NOW + DAY, NOW + YEAR) == []
        village = replace(TOWN.authority.villages[0], roster=thin)
        signed = TOWN.sign(replace(TOWN.authority, villages=(village,)))
        told = "\n".join(reading.show(signed.package, NOW))
        assert "2026-11-03 08:00 起 from then on: sunrise：甲一明不能到场时" in told
        assert "cannot be signed" not in told

    def test_who_follows_in_time_leaves_no_gap(self) -> None:
        persons = dict(TOWN.roster.persons)
        (old,) = persons["bing"].offices
        persons["bing"] = replace(persons["bing"], offices=(replace(old, end_ms=NOW + DAY),))
        persons["xin"] = replace(persons["xin"], offices=(replace(old, start_ms=NOW + DAY),))
        followed = replace(TOWN.roster, persons=persons)
        assert gaps.moments(followed, NOW, NOW + YEAR) == [NOW + DAY]
        assert gaps.later(TOWN.authority.catalogue, followed, POLICY, NOW, NOW + YEAR) == []


def test_a_short_list_of_reasons_is_given_in_full() -> None:
    alone = replace(DIRECTOR, substitutes=())
    items = [item(f"item{n}", "某事项", "committee", alone) for n in range(5)]
    found = problems(replace(TOWN.authority, catalogue=contents.catalogue(*items)), NOW)
    assert len(found) == 5
    assert all("乙二亮" in text for text in found)


@pytest.mark.parametrize("more", [6, 20])
def test_a_long_list_of_reasons_is_cut_with_its_count(more: int) -> None:
    bare = tuple(replace(step, substitutes=()) for step in CHAIN_OF_TWO)
    items = [item(f"item{n}", "某事项", "committee", *bare) for n in range(more)]
    found = problems(replace(TOWN.authority, catalogue=contents.catalogue(*items)), NOW)
    assert len(found) == 6
    assert f"And {2 * more - 5} more" in found[-1]
