"""What a plan of a change of office makes of the lists, and what remains to be done by people.

Calls `county.change.plan`, `county.{authority,days}`, `county.edit.{people,places}` and
`wire.lists`. Pure; raises AuthorityError.

With the keys that stand on the roster when the plan is drafted, every matter has to find its
approvers on the first day, whoever is away: those who come have enrolled, or somebody minds the
office. Who comes into an office that is minded begins when that ends: a holder without a key would
only be in the way of the substitutes.
"""

from collections.abc import Iterator
from typing import Final

from county import days
from county.authority import AuthorityError, Township
from county.change.plan import Caretaker, Comer, Plan
from county.edit import people
from county.edit.places import village_named
from wire.lists import gaps
from wire.lists.content import Person, Term

KEYS_WANTED: Final = 2
"""So many authenticators each person in office is to have."""


def apply(township: Township, plan: Plan, now_ms: int) -> Township:
    """The lists as the plan has them; raises AuthorityError, also for a first day with a gap."""
    _check_days(plan, now_ms)
    village_named(township, plan.village)
    for one in plan.leaves:
        for office in one.offices:
            _of_village(township, plan, one.person)
            township = people.end_office(township, one.person, office, plan.on_ms)
    for comer in plan.comes:
        township = _with_comer(township, plan, comer)
    for mind in plan.minds:
        _of_village(township, plan, mind.person)
        term = Term(mind.office, plan.on_ms, mind.until_ms)
        township = people.give_office(township, mind.person, term)
    for comer in plan.comes:
        if comer.relatives is not None:
            township = people.declare_kin(township, comer.person, comer.relatives)
    _check_first_day(township, plan)
    return township


def told(township: Township, plan: Plan) -> Iterator[str]:
    """What remains to be done by people, for the lists that `apply` gave, day by day."""
    yield f"{days.shown(plan.enrol_ms)} 登记日 enrolment day:"
    for comer in plan.comes:
        person = people.person_named(township, comer.person)
        lacks = max(0, KEYS_WANTED - len(person.passkeys))
        if lacks:
            yield (
                f"  {person.name}（{person.id}）还要登记 {lacks} 把通行密钥，须有人在场见证。 "
                f"{person.id} has to enrol {lacks} more passkey(s) before a witness."
            )
    for mind in plan.minds:
        person, (zh, en) = people.person_named(township, mind.person), _office(township, mind)
        yield (
            f"{days.shown(plan.on_ms)} 至 {days.shown(mind.until_ms)}：{person.name}看守“{zh}”。 "
            f"{person.id} minds the office of {en}."
        )
    yield f"{days.shown(plan.on_ms)} 交接 handing over:"
    for one in plan.leaves:
        person = people.person_named(township, one.person)
        yield (
            f"  {person.name}（{person.id}）离任：在平台上打印移交清单，三方签字。 "
            f"{person.id} leaves: his exit sheet is on the hub."
        )
        for device in _coded(township, one.person):
            yield (
                f"  {person.name}在 {device} 的应急码收回后作废：authority codes。 "
                f"{person.id} has emergency codes at {device}: take them back."
            )


def _with_comer(township: Township, plan: Plan, comer: Comer) -> Township:
    if comer.name is not None:
        new = Person(comer.person, comer.name, (), (), ())
        township = people.add(township, plan.village, new)
    _of_village(township, plan, comer.person)
    for office in comer.offices:
        term = Term(office, plan.begins_ms(office), plan.until_ms)
        township = people.give_office(township, comer.person, term)
    return township


def _check_days(plan: Plan, now_ms: int) -> None:
    if not now_ms < plan.enrol_ms < plan.on_ms < plan.until_ms:
        raise AuthorityError(
            "日期要依次是：今天、登记日 enrol、就任日 on、届满日 until。 "
            "The days have to follow one another: today, enrol, on, until."
        )
    if any(not plan.on_ms < one.until_ms < plan.until_ms for one in plan.minds):
        raise AuthorityError(
            "看守要在就任日以后、届满日以前结束。 "
            "Minding an office ends after the first day and before the last."
        )


def _check_first_day(township: Township, plan: Plan) -> None:
    roster = village_named(township, plan.village).roster
    policy = township.policy
    if found := gaps.gaps(township.catalogue, roster, policy, plan.on_ms):
        why = (
            f"{days.shown(plan.on_ms)} 就任日会断档：先登记新任人员的通行密钥，"
            "或写上看守人员 [[minds]]。 On the first day steps would be without anybody: "
            "enrol the passkeys of those who come first, or name who minds the office."
        )
        raise AuthorityError("\n".join([why, *gaps.told(plan.village, found, policy)]))


def _of_village(township: Township, plan: Plan, person: str) -> None:
    if person not in village_named(township, plan.village).roster.persons:
        raise AuthorityError(
            f"{plan.village} 的名册上没有 {person}。 {person} is not on the roster of the village."
        )


def _office(township: Township, mind: Caretaker) -> tuple[str, ...]:
    return township.policy.offices.get(mind.office, (mind.office, mind.office))


def _coded(township: Township, person: str) -> Iterator[str]:
    """Machines at which that person has emergency codes."""
    for village in township.villages:
        for machine in village.machines.machines.values():
            if any(code.person == person for code in machine.emergency):
                yield machine.device
