"""Who may approve what: natural persons are counted, never offices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations, product
from typing import Any

import pytest

from tests.support import contents
from tests.support.contents import DAY, DIRECTOR, NOW, SECRETARY, YEAR, item
from tests.support.township import Township, asserted
from wire.approval import subject
from wire.approval.chain import Approval, entitled, judge
from wire.approval.entitlement import eligible
from wire.approval.subject import Application
from wire.lists.content import ApprovalList, Item, Passkey, Roster, Step, Term
from wire.refusals import Refused

TOWN = Township.build()
LISTS = TOWN.lists()
APPLICATION = TOWN.application()
APPROVALS = TOWN.approvals(APPLICATION)


def verdict(
    approvals: Sequence[Approval] = APPROVALS,
    application: Application = APPLICATION,
    lists: ApprovalList = LISTS,
) -> str:
    """'permitted', or the code of the refusal."""
    try:
        judge(application, subject.encode(application), approvals, lists)
    except Refused as refused:
        return refused.code
    return "permitted"


def signed(**persons: str) -> tuple[Approval, ...]:
    return TOWN.approvals(APPLICATION, **persons)


def with_roster(roster: Roster, lists: ApprovalList = LISTS) -> ApprovalList:
    return replace(lists, roster=roster)


def with_terms(name: str, *terms: Term) -> ApprovalList:
    persons = dict(TOWN.roster.persons)
    persons[name] = replace(persons[name], offices=terms)
    return with_roster(replace(TOWN.roster, persons=persons))


def with_item(changed: Item) -> ApprovalList:
    items = {**LISTS.catalogue.items, changed.id: changed}
    return replace(LISTS, catalogue=replace(LISTS.catalogue, items=items))


class TestHonest:
    def test_two_officers_permit(self) -> None:
        assert verdict() == "permitted"

    def test_in_whatever_order_their_approvals_stand(self) -> None:
        assert verdict(APPROVALS[::-1]) == "permitted"

    def test_an_election_does_not_kill_papers_under_way(self) -> None:
        stepped_down = with_terms("jia", Term("village.secretary", NOW - YEAR, NOW - DAY + 1))
        assert verdict(lists=stepped_down) == "permitted"


class TestPapers:
    def test_another_subject_under_the_same_approvals(self) -> None:
        other = subject.encode(TOWN.application(purpose="贷款担保"))
        with pytest.raises(Refused, match="grant_unknown"):
            judge(APPLICATION, other, APPROVALS, LISTS)

    def test_bytes_that_are_no_subject(self) -> None:
        with pytest.raises(Refused, match="grant_unknown"):
            judge(APPLICATION, b"garbage", APPROVALS, LISTS)

    def test_up_to_its_limits_the_item_permits(self) -> None:
        most = TOWN.application(impressions=3, seams=2, not_after=NOW - DAY + 30 * DAY)
        assert verdict(TOWN.approvals(most), most) == "permitted"

    def test_the_approvals_of_another_paper(self) -> None:
        assert verdict(application=TOWN.application(purpose="贷款担保")) == "approval_invalid"

    @pytest.mark.parametrize(
        "change", [{"device": "sunset-1"}, {"village": "sunset"}, {"machine": bytes(16)}]
    )
    def test_a_paper_for_another_machine(self, change: Mapping[str, Any]) -> None:
        application = TOWN.application(**change)
        approvals = TOWN.approvals(application)
        assert verdict(approvals, application) == "grant_unknown"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"item": "nothing"}, "unknown_item"),
            ({"item": "kinship"}, "item_forbidden"),
            ({"item": "dispute"}, "item_escalated"),
            ({"impressions": 4}, "grant_void"),
            ({"seams": 3}, "grant_void"),
            ({"not_after": NOW - DAY + 30 * DAY + 1}, "grant_void"),
        ],
    )
    def test_what_the_item_does_not_permit(self, change: Mapping[str, Any], code: str) -> None:
        application = TOWN.application(**change)
        assert verdict(TOWN.approvals(application), application) == code

    def test_without_a_chain_nothing_is_permitted(self) -> None:
        for name in ("kinship", "dispute"):
            assert verdict((), TOWN.application(item=name)) != "permitted"


class TestSteps:
    @pytest.mark.parametrize("kept", [(), (0,), (1,)])
    def test_a_missing_step(self, kept: tuple[int, ...]) -> None:
        assert verdict([APPROVALS[index] for index in kept]) == "approvals_missing"

    def test_a_step_twice(self) -> None:
        assert verdict([*APPROVALS, APPROVALS[0]]) == "approval_invalid"

    def test_a_step_that_the_item_does_not_have(self) -> None:
        assert verdict([*APPROVALS, TOWN.approve(APPLICATION, "leader", "ding")]) == (
            "approval_invalid"
        )

    def test_a_return_voids_the_grant(self) -> None:
        returned = TOWN.approve(APPLICATION, "secretary", "jia", verdict="return")
        assert verdict([APPROVALS[0], returned]) == "grant_void"
        assert verdict([*APPROVALS, returned]) == "grant_void"

    def test_a_return_cannot_be_passed_off_as_an_approval(self) -> None:
        returned = TOWN.approve(APPLICATION, "secretary", "jia", verdict="return")
        forged = replace(returned, decision="approve")
        assert verdict([APPROVALS[0], forged]) == "approval_invalid"


class TestPersons:
    def test_one_person_for_both_steps(self) -> None:
        assert verdict(signed(director="jia", secretary="jia")) == "same_person"

    def test_the_applicant_as_approver(self) -> None:
        application = TOWN.application(applicant="yi")
        assert verdict(TOWN.approvals(application), application) == "same_person"

    @pytest.mark.parametrize("person", ["wu", "geng", "xin2", "ding", "bing", "jia"])
    def test_a_person_without_the_office(self, person: str) -> None:
        approval = TOWN.approve(APPLICATION, "director", person, signer="yi")
        code = "same_person" if person == "jia" else "approver_not_entitled"
        assert verdict([approval, APPROVALS[1]]) == code

    @pytest.mark.parametrize(
        "term",
        [
            Term("village.secretary", NOW - YEAR, NOW - DAY),
            Term("village.secretary", NOW - DAY + 1, NOW + YEAR),
            Term("village.clerk", NOW - YEAR, NOW + YEAR),
        ],
    )
    def test_a_person_whose_term_does_not_cover_the_application(self, term: Term) -> None:
        assert verdict(lists=with_terms("jia", term)) == "approver_not_entitled"

    def test_a_revoked_person(self) -> None:
        assert verdict(lists=TOWN.lists(revoked_persons=("jia",))) == "approver_not_entitled"

    def test_revoking_a_holder_does_not_let_the_substitute_in(self) -> None:
        lists = TOWN.lists(revoked_persons=("jia",))
        assert verdict(signed(director="yi", secretary="bing"), lists=lists) == (
            "approver_not_entitled"
        )


class TestPasskeys:
    def test_a_revoked_passkey(self) -> None:
        credential = asserted(APPROVALS[0]).credential
        person = replace(
            TOWN.roster.persons["yi"],
            passkeys=(*TOWN.roster.persons["yi"].passkeys, Passkey(b"second", b"")),
        )
        lists = TOWN.lists(revoked_credentials=(credential,))
        persons = {**TOWN.roster.persons, "yi": person}
        lists = with_roster(replace(TOWN.roster, persons=persons), lists)
        assert verdict(lists=lists) == "approval_invalid"

    def test_a_person_whose_only_passkey_is_revoked_may_do_nothing(self) -> None:
        lists = TOWN.lists(revoked_credentials=(asserted(APPROVALS[0]).credential,))
        assert verdict(lists=lists) == "approver_not_entitled"

    def test_another_persons_passkey(self) -> None:
        forged = TOWN.approve(APPLICATION, "director", "yi", signer="wu")
        assert verdict([forged, APPROVALS[1]]) == "approval_invalid"

    def test_another_persons_signature_under_his_credential(self) -> None:
        forged = TOWN.approve(APPLICATION, "director", "yi", signer="wu")
        named = replace(asserted(forged), credential=asserted(APPROVALS[0]).credential)
        assert verdict([replace(forged, proof=named), APPROVALS[1]]) == "approval_invalid"

    @pytest.mark.parametrize(
        "options", [{"origin": "http://hub.localhost:8700"}, {"user_verified": False}]
    )
    def test_a_signature_from_the_wrong_page_or_without_the_user(
        self, options: Mapping[str, Any]
    ) -> None:
        forged = TOWN.approve(APPLICATION, "director", "yi", **options)
        assert verdict([forged, APPROVALS[1]]) == "approval_invalid"

    @pytest.mark.parametrize("change", [{"step": "secretary"}, {"person": "jia"}, {"roster": 7}])
    def test_an_approval_cannot_be_moved(self, change: dict[str, Any]) -> None:
        forged = [replace(APPROVALS[0], **change), APPROVALS[1]]
        assert verdict(forged) in {"approval_invalid", "same_person", "approver_not_entitled"}

    def test_a_roster_that_the_machine_does_not_have_yet(self) -> None:
        later = TOWN.change(roster=TOWN.roster)
        approval = later.approve(APPLICATION, "director", "yi")
        assert verdict([approval, APPROVALS[1]]) == "approval_invalid"
        assert verdict([approval, APPROVALS[1]], lists=later.lists()) == "permitted"

    def test_the_policy_of_another_place(self) -> None:
        assert verdict(lists=replace(LISTS, policy=replace(LISTS.policy, rp_id="other"))) == (
            "approval_invalid"
        )


class TestTwoOffices:
    """一肩挑: one person is party secretary and village director."""

    TOWN = Township.build(
        offices={
            **contents.OFFICES,
            "jia": ("village.secretary", "village.director"),
            "yi": (),
        }
    )
    LISTS = TOWN.lists()

    def judged(self, application: Application | None = None, **persons: str) -> str:
        chosen = application or self.TOWN.application()
        return verdict(self.TOWN.approvals(chosen, **persons), chosen, self.LISTS)

    def test_cannot_take_both_steps(self) -> None:
        assert self.judged(director="jia", secretary="jia") == "same_person"

    def test_takes_one_and_the_first_substitute_the_other(self) -> None:
        assert self.judged(director="jia", secretary="bing") == "permitted"
        assert self.judged(director="ding", secretary="jia") == "permitted"

    def test_the_second_substitute_waits_for_the_first(self) -> None:
        assert self.judged(director="jia", secretary="ding") == "approver_not_entitled"

    def test_as_applicant_he_leaves_both_to_substitutes(self) -> None:
        mine = self.TOWN.application(applicant="jia")
        assert self.judged(mine, director="ding", secretary="bing") == "permitted"
        assert self.judged(mine, director="jia", secretary="bing") == "same_person"

    def test_a_substitute_cannot_step_in_while_he_is_free(self) -> None:
        assert self.judged(director="ding", secretary="bing") == "approver_not_entitled"

    def test_the_hub_is_told_whom_to_ask_next(self) -> None:
        application = self.TOWN.application()
        assert entitled(application, "director", self.LISTS, {}) == ["jia"]
        assert entitled(application, "secretary", self.LISTS, {}) == ["jia"]
        assert entitled(application, "secretary", self.LISTS, {"director": "jia"}) == ["bing"]
        assert entitled(application, "leader", self.LISTS, {}) == []
        assert entitled(self.TOWN.application(item="nothing"), "director", self.LISTS, {}) == []


class TestPlacesAreNotSwapped:
    """Director and secretary stand in for each other, but do not make room by changing places."""

    CHAIN = (
        Step("director", "village.director", ("village.secretary",)),
        Step("secretary", "village.secretary", ("village.director",)),
    )

    def test_each_takes_his_own_step(self) -> None:
        lists = with_item(item("residence", "居住证明", "committee", *self.CHAIN))
        assert verdict(lists=lists) == "permitted"
        swapped = signed(director="jia", secretary="yi")
        assert verdict(swapped, lists=lists) == "approver_not_entitled"


PEOPLE = ("jia", "yi", "bing")
POSTS = ("village.director", "village.secretary", "village.supervisor")
CHAINS = {
    "two": (DIRECTOR, SECRETARY),
    "three": (
        Step("director", POSTS[0], POSTS[1:]),
        Step("secretary", POSTS[1], (POSTS[2], POSTS[0])),
        Step("supervisor", POSTS[2], POSTS[:2]),
    ),
}
TINY = Township.build(
    offices={"jia": (), "yi": (), "bing": (), "xin": ()},
    catalogue=contents.catalogue(item("kinship", "亲属关系", "committee", cls="forbidden")),
)
ASSERTED = {
    (applicant, name, step.step, person): TINY.approve(
        TINY.application(applicant=applicant, item=name), step.step, person
    )
    for applicant in (*PEOPLE, "xin")
    for name, chain in CHAINS.items()
    for step in chain
    for person in PEOPLE
}


def assignments() -> Iterator[Roster]:
    """Every way in which three persons can hold three offices, several or none each."""
    for held in product(product([False, True], repeat=len(POSTS)), repeat=len(PEOPLE)):
        persons = dict(TINY.roster.persons)
        for name, flags in zip(PEOPLE, held, strict=True):
            offices = tuple(post for post, has in zip(POSTS, flags, strict=True) if has)
            former = persons[name]
            persons[name] = replace(
                former, offices=contents.person(name, offices, *former.passkeys).offices
            )
        yield replace(TINY.roster, persons=persons)


@pytest.mark.parametrize("name", CHAINS)
def test_no_assignment_of_persons_to_offices_lets_one_person_act_twice(name: str) -> None:
    """Exhaustive: 512 rosters × 4 applicants × every choice of approvers, by real signatures."""
    chain = CHAINS[name]
    base = TINY.lists()
    catalogue = contents.catalogue(item(name, name, "committee", *chain))
    permitted = 0
    for roster in assignments():
        lists = replace(base, catalogue=catalogue, roster=roster)
        for applicant in (*PEOPLE, "xin"):
            application = TINY.application(applicant=applicant, item=name)
            for persons in product(PEOPLE, repeat=len(chain)):
                approvals = [
                    ASSERTED[applicant, name, step.step, person]
                    for step, person in zip(chain, persons, strict=True)
                ]
                if verdict(approvals, application, lists) == "permitted":
                    permitted += 1
                    assert len({applicant, *persons}) == len(chain) + 1
                    assert _justified(chain, persons, applicant, roster)
    assert permitted > 100


def _justified(
    chain: Sequence[Step], persons: Sequence[str], applicant: str, roster: Roster
) -> bool:
    """Told a second way: each acts in an office that the step names, and everyone in an office
    named before it is the applicant or another step's approver."""
    at = NOW - DAY
    for step, person in zip(chain, persons, strict=True):
        offices = (step.office, *step.substitutes)
        held = next((o for o in offices if roster.persons[person].holds(o, at)), None)
        if held is None:
            return False
        for office in offices[: offices.index(held)]:
            others = {holder.id for holder in roster.holders(office, at)}
            if not others <= {applicant, *persons} - {person}:
                return False
    return True


@pytest.mark.parametrize("applicant", ["xin", "jia", "yi", "bing"])
def test_whoever_is_offered_the_next_step_is_accepted(applicant: str) -> None:
    """For every roster: asking step by step whom `entitled` names ends in a permitted grant."""
    chain = CHAINS["two"]
    base = TINY.lists()
    catalogue = contents.catalogue(item("two", "two", "committee", *chain))
    for roster in assignments():
        lists = replace(base, catalogue=catalogue, roster=roster)
        application = TINY.application(applicant=applicant, item="two")
        for order in permutations(step.step for step in chain):
            for taken in _offered(application, order, lists, {}):
                approvals = [
                    ASSERTED[applicant, "two", step, person] for step, person in taken.items()
                ]
                assert verdict(approvals, application, lists) == "permitted"


def _offered(
    application: Application, order: Sequence[str], lists: ApprovalList, taken: dict[str, str]
) -> Iterator[dict[str, str]]:
    if len(taken) == len(order):
        yield taken
        return
    step = order[len(taken)]
    for person in entitled(application, step, lists, taken):
        yield from _offered(application, order, lists, {**taken, step: person})


def test_a_vacant_office_passes_to_its_substitute() -> None:
    persons = {**TOWN.roster.persons}
    del persons["jia"]
    vacant = replace(TOWN.roster, persons=persons)
    taken = {"director": "yi"}
    found = eligible((DIRECTOR, SECRETARY), 1, vacant, NOW, excluded=(), taken=taken)
    assert [person.id for person in found] == ["bing"]
