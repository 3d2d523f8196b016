"""A change of office as one plan: dated, carried by somebody on the first day, refused where it
would leave a step without anybody."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from county import days
from county.authority import AuthorityError, open_package, read_township
from county.change import carry
from county.change.plan import read
from county.cli import main
from county.edit import people
from county.township import Township as Authority
from demo.authenticator import Authenticator
from tests.support.contents import DAY, RP_ID, VILLAGE
from tests.support.township import Township
from wire.lists import gaps
from wire.lists.content import Passkey, Person, Roster, Term

NOW = int(time.time()) * 1000
TOWN = Township.build(now_ms=NOW)
ENROL, ON, MINDED, UNTIL = (days.shown(NOW + n * DAY)[:10] for n in (20, 30, 60, 700))
DATES = f'village = "{VILLAGE}"\nenrol = {ENROL}\non = {ON}\nuntil = {UNTIL}\n'
LEAVES = '[[leaves]]\nperson = "{}"\noffices = ["{}"]\n'
PLAN = (
    DATES
    + LEAVES.format("jia", "village.secretary")
    + LEAVES.format("bing", "village.supervisor")
    + '[[comes]]\nperson = "new"\nname = "壬九新"\nrelatives = ["geng"]\n'
    + 'offices = ["village.secretary"]\n'
    + '[[comes]]\nperson = "xin"\noffices = ["village.cooperative"]\n'
)
MINDS = '[[minds]]\nperson = "{}"\noffice = "{}"\n' + f"until = {MINDED}\n"
CARRIED = (
    PLAN + MINDS.format("jia", "village.secretary") + MINDS.format("bing", "village.supervisor")
)
FIRST = days.parse(ON)


def roster_of(made: Authority) -> Roster:
    return made.villages[0].roster


def with_person(made: Authority, person: Person) -> Authority:
    village = made.villages[0]
    persons = {**village.roster.persons, person.id: person}
    roster = replace(village.roster, persons=persons)
    return replace(made, villages=(replace(village, roster=roster),))


def enrolled(made: Authority, name: str, keys: int) -> Authority:
    """That person, listed, with so many passkeys of his own."""
    old = roster_of(made).persons.get(name) or Person(name, "壬九新", (), (), ())
    made_keys = [Authenticator().create(RP_ID) for _ in range(keys)]
    passkeys = tuple(Passkey(one.id, one.public_key) for one in made_keys)
    return with_person(made, replace(old, passkeys=passkeys))


def test_before_the_day_nothing_is_otherwise_and_from_it_on_all_of_it() -> None:
    made = carry.apply(TOWN.authority, read(CARRIED), NOW)
    minded = days.parse(MINDED)
    for office, at_ms, held in (
        ("village.secretary", FIRST - 1, ["jia"]),
        ("village.secretary", minded - 1, ["jia"]),
        ("village.secretary", minded, ["new"]),
        ("village.supervisor", minded, []),
        ("village.cooperative", FIRST - 1, ["ding"]),
        ("village.cooperative", FIRST, ["ding", "xin"]),
    ):
        assert [one.id for one in roster_of(made).holders(office, at_ms)] == held
    assert roster_of(made).persons["jia"].passkeys, "papers that he approved are under way"
    assert roster_of(made).kin("new") == {"geng"}
    assert roster_of(made).holders("village.director", FIRST)[0].id == "yi", (
        "who is not named stays"
    )


def test_a_first_day_without_anybody_at_a_step_is_refused_by_name() -> None:
    with pytest.raises(AuthorityError) as refused:
        carry.apply(TOWN.authority, read(PLAN), NOW)
    told = str(refused.value)
    assert f"{ON} 就任日会断档" in told
    assert (
        "乙二亮不能到场时，“居住证明”的“村委会主任”这一步无人可批" in told
        or "“村党组织书记”" in told
    )


def test_a_new_holder_without_a_key_would_be_in_the_way_while_the_office_is_minded() -> None:
    made = carry.apply(TOWN.authority, read(CARRIED), NOW)
    early = people.give_office(made, "new", Term("village.secretary", FIRST, days.parse(MINDED)))
    for town, stops in ((made, False), (early, True)):
        assert bool(gaps.gaps(town.catalogue, roster_of(town), town.policy, FIRST)) == stops


def test_who_has_enrolled_before_needs_nobody_to_mind_the_office() -> None:
    ready = enrolled(TOWN.authority, "new", 2)
    plan = read(PLAN.replace('name = "壬九新"\n', ""))
    made = carry.apply(ready, plan, NOW)
    assert gaps.gaps(made.catalogue, roster_of(made), made.policy, FIRST) == []
    assert not any("new has to enrol" in line for line in carry.told(made, plan))


def test_it_says_what_people_have_to_do_and_when() -> None:
    plan = read(CARRIED)
    lines = list(carry.told(carry.apply(TOWN.authority, plan, NOW), plan))
    assert lines[0] == f"{ENROL} 登记日 enrolment day:"
    assert "壬九新（new）还要登记 2 把通行密钥" in lines[1]
    assert "辛八曦（xin）还要登记 1 把通行密钥" in lines[2]
    assert f"{ON} 至 {MINDED}：甲一明看守“村党组织书记”" in lines[3]
    assert any("丙三晴（bing）离任" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CARRIED.replace(f"on = {ON}", "on = 2020-01-01"), "依次"),
        (CARRIED.replace(f"enrol = {ENROL}", f"enrol = {UNTIL}"), "依次"),
        (CARRIED.replace(f"until = {MINDED}", f"until = {ENROL}"), "看守"),
        (CARRIED.replace('"sunrise"', '"nowhere"'), "没有此村"),
        (CARRIED.replace("village.cooperative", "village.king"), "没有职务"),
        (CARRIED.replace('person = "xin"', 'person = "nobody"'), "名册上没有 nobody"),
        (CARRIED + LEAVES.format("xin", "village.director"), "没有这项职务"),
        (CARRIED.replace("name =", "nmae ="), "nmae"),
        (CARRIED.replace(f"on = {ON}", 'on = "soon"'), "on: 2027-03-01"),
        (CARRIED.replace("[[comes]]", "[[come]]"), "come"),
        (CARRIED.replace('["village.cooperative"]', "[]"), "至少一项"),
        (CARRIED.replace(f"until = {MINDED}", f"until = {UNTIL}"), "看守"),
        ("village = [", "不能用"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(AuthorityError, match=says):
        carry.apply(TOWN.authority, read(text), NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.cbor").write_bytes(TOWN.package)
    (tmp_path / "plan.toml").write_text(CARRIED, "utf-8")
    return tmp_path


def test_officers_draft_it_in_one_go_and_see_every_term(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(folder / "next.cbor"), str(folder / "plan.toml")]
    assert main(["authority", "change", *words, "--former", str(folder / "p.cbor")]) == 0
    told = capsys.readouterr().out
    assert f"{ENROL} 登记日" in told
    assert f"任期写上 村党组织书记 {ON} 至 {MINDED}" in told
    assert "✗" not in told
    made = read_township(open_package((folder / "next.cbor").read_bytes()))
    assert roster_of(made).version == TOWN.roster.version + 1
