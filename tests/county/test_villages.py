"""Villages that go into others, or get another name: said by the officers, and by nobody else."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from county import days
from county.authority import AuthorityError, open_package, read_township
from county.cli import main
from county.edit import people, places
from county.edit.plain import from_toml, to_toml
from county.township import Township as Authority
from county.township import problems
from tests.support.contents import DAY, DEVICE, VILLAGE, VILLAGE_NAME
from tests.support.township import Township
from wire.errors import WireError
from wire.lists import content, gaps, villages
from wire.lists.content import Policy, Term
from wire.lists.villages import FormerVillage

NOW = int(time.time()) * 1000
TOWN = Township.build(now_ms=NOW)
NEW = "morning"
TOMORROW = days.shown(NOW + DAY)[:10]


def merged(since_ms: int = NOW) -> Authority:
    """The village, its machine suspended, goes into another."""
    town = places.add_village(TOWN.suspend().authority, NEW)
    return places.end_village(town, VILLAGE, VILLAGE_NAME, (NEW,), since_ms)


def test_it_ends_once_and_into_another_that_there_is() -> None:
    assert merged().policy.former_villages == (FormerVillage(VILLAGE, VILLAGE_NAME, (NEW,), NOW),)
    for village, into in ((VILLAGE, (NEW,)), (NEW, (NEW,)), (NEW, ("nowhere",)), ("no", (NEW,))):
        with pytest.raises(AuthorityError):
            places.end_village(merged(), village, "某村", into, NOW)


def test_a_machine_of_it_that_still_works_is_in_the_way_from_the_day_on() -> None:
    town = places.add_village(TOWN.authority, NEW)
    ends = places.end_village(town, VILLAGE, VILLAGE_NAME, (NEW,), NOW + DAY)
    assert problems(ends, NOW) == []
    (told,) = problems(ends, NOW + DAY)
    assert "sunrise-1 is still in use" in told
    assert problems(merged(NOW + DAY), NOW + DAY) == []


def test_nobody_has_to_carry_a_village_that_ended() -> None:
    village = merged().villages[0]
    persons = {name: replace(one, offices=()) for name, one in village.roster.persons.items()}
    roster = replace(village.roster, persons=persons)
    for policy, stops in ((merged().policy, False), (TOWN.authority.policy, True)):
        assert bool(gaps.gaps(TOWN.authority.catalogue, roster, policy, NOW)) == stops


def test_its_people_go_along_once_nobody_holds_an_office_there() -> None:
    with pytest.raises(AuthorityError, match="先让这些人离任：甲一明"):
        places.move_people(merged(), VILLAGE, NEW, NOW)
    town = merged()
    for person in TOWN.roster.persons.values():
        if person.offices:
            town = people.end_office(town, person.id, None, NOW)
    with pytest.raises(AuthorityError, match="还没有并入"):
        places.move_people(town, VILLAGE, NEW, NOW - 1)
    moved = places.move_people(town, VILLAGE, NEW, NOW)
    old, new = moved.villages
    assert not old.roster.persons
    assert new.roster.persons["jia"].passkeys == TOWN.roster.persons["jia"].passkeys
    term = Term("village.secretary", NOW, NOW + DAY)
    assert (
        people.give_office(moved, "jia", term)
        .villages[1]
        .roster.persons["jia"]
        .holds("village.secretary", NOW)
    )


def test_another_name_is_on_every_machine_and_the_old_one_stays_known() -> None:
    made = places.rename_village(TOWN.authority, VILLAGE, "朝霞村", NOW)
    (machine,) = made.villages[0].machines.machines.values()
    assert machine.village_name == "朝霞村"
    former = made.policy.former_villages
    assert [(one.name, one.renamed) for one in former] == [(VILLAGE_NAME, True)]
    assert villages.ended(former, VILLAGE, NOW) is None
    assert [one.name for one in villages.before(former, VILLAGE, NOW)] == [VILLAGE_NAME]
    assert villages.before(former, VILLAGE, NOW - 1) == []
    with pytest.raises(AuthorityError, match="已叫"):
        places.rename_village(made, VILLAGE, "朝霞村", NOW)


@pytest.mark.parametrize(
    "former",
    [
        (FormerVillage("a", "甲村", ("b",), 1), FormerVillage("a", "甲村", ("c",), 1)),
        (FormerVillage("a", "甲村", ("a", "b"), 1),),
    ],
)
def test_contradictions_are_no_policy(former: tuple[FormerVillage, ...]) -> None:
    with pytest.raises(WireError, match="former_villages"):
        content.encode(replace(TOWN.authority.policy, former_villages=former))


def test_a_policy_without_any_keeps_its_bytes_and_one_with_some_is_read_back() -> None:
    assert b"former_villages" not in content.encode(TOWN.authority.policy)
    policy = merged().policy
    assert content.decode(Policy, content.encode(policy)) == policy
    assert from_toml(Policy, to_toml(policy), policy.version) == policy


@pytest.fixture
def tool(tmp_path: Path) -> Callable[..., int]:
    (tmp_path / "p.cbor").write_bytes(TOWN.package)

    def run(verb: str, *words: str) -> int:
        former = ["--former", str(tmp_path / "p.cbor")]
        return main(["authority", "village", verb, str(tmp_path / "next.cbor"), *words, *former])

    return run


def test_officers_see_it_before_they_sign(
    tool: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool("rename", "--village", VILLAGE, "--name", "朝霞村", "--on", TOMORROW) == 0
    assert tool("add", "--village", NEW) == 0
    words = ("--name", "朝霞村", "--into", NEW, "--on", TOMORROW)
    assert tool("end", "--village", VILLAGE, *words) == 0
    told = capsys.readouterr().out
    assert f"sunrise 自 {TOMORROW} 起不再叫 {VILLAGE_NAME}。" in told
    assert f"朝霞村（sunrise）自 {TOMORROW} 起并入 {NEW}。" in told
    made = read_township(open_package((tmp_path / "next.cbor").read_bytes()))
    machines = {name: m for one in made.villages for name, m in one.machines.machines.items()}
    assert machines[DEVICE].village_name == "朝霞村"
    assert made.policy.version == TOWN.authority.policy.version + 1
