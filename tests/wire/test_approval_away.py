"""Whose step passes on while he is away: by which statements, and to whom."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.support import contents
from tests.support.absences import LONGEST, PERMITTED, said, signed, statement
from tests.support.contents import DAY, NOW, OFFICES
from tests.support.sm2_people import BOTH, Holder, equip
from tests.support.township import Township
from wire import cbor
from wire.approval import absence, decision, subject
from wire.approval.absence import SignedAbsence
from wire.approval.away import Away
from wire.approval.chain import Approval, entitled, judge
from wire.approval.subject import Application
from wire.errors import WireError
from wire.lists import content
from wire.lists.content import ApprovalList, Grants
from wire.refusals import Refused

TOWN = Township.build(
    offices={**OFFICES, "gui": ("township.leader",), "ren": ("township.leader",)},
    policy=PERMITTED,
)
LISTS = TOWN.lists()
APPLICATION = TOWN.application()
FILED = APPLICATION.created


def verdict(
    *given: SignedAbsence,
    application: Application = APPLICATION,
    lists: ApprovalList = LISTS,
    director: str = "ding",
    secretary: str = "jia",
) -> str:
    """'permitted', or the code of the refusal."""
    found = TOWN.approvals(application, director=director, secretary=secretary)
    try:
        judge(application, subject.encode(application), found, lists, given)
    except Refused as refused:
        return refused.code
    return "permitted"


def with_policy(**changes: Any) -> ApprovalList:
    return replace(LISTS, policy=replace(LISTS.policy, **changes))


def with_roster(name: str, **changes: Any) -> ApprovalList:
    persons = {**LISTS.roster.persons}
    persons[name] = replace(persons[name], **changes)
    return replace(LISTS, roster=replace(LISTS.roster, persons=persons))


class TestWhoTakesTheStep:
    def test_without_a_statement_nobody_steps_in(self) -> None:
        assert verdict() == "approver_not_entitled"

    def test_by_his_own_word_the_first_substitute(self) -> None:
        assert verdict(said(TOWN, "yi")) == "permitted"
        assert verdict(said(TOWN, "yi"), director="bing") == "approver_not_entitled"

    def test_by_the_word_of_an_office_that_the_policy_names(self) -> None:
        assert verdict(said(TOWN, "yi", "gui")) == "permitted"

    def test_where_the_first_substitute_is_away_too_the_next(self) -> None:
        both = (said(TOWN, "yi"), said(TOWN, "ding", "gui"))
        assert verdict(*both, director="bing") == "permitted"
        assert verdict(*both) == "approver_not_entitled"

    def test_another_holder_of_the_office_before_any_substitute(self) -> None:
        lists = with_roster("geng", offices=LISTS.roster.persons["yi"].offices)
        assert verdict(said(TOWN, "yi"), lists=lists, director="geng") == "permitted"
        assert verdict(said(TOWN, "yi"), lists=lists) == "approver_not_entitled"

    def test_who_is_away_approves_no_step_of_it(self) -> None:
        assert verdict(director="yi") == "permitted"
        assert verdict(said(TOWN, "yi"), director="yi") == "approver_not_entitled"

    def test_a_statement_about_somebody_who_is_not_needed_changes_nothing(self) -> None:
        given, asked = said(TOWN, "wu", "gui"), _by("ji")
        assert verdict(given, application=asked, director="yi") == "permitted"

    def test_the_hub_is_told_whom_to_ask_then(self) -> None:
        away = Away("yi", "yi")
        assert entitled(APPLICATION, "director", LISTS, {}, [away]) == ["ding"]
        assert entitled(APPLICATION, "director", LISTS, {}, [away, Away("ding", "gui")]) == ["bing"]

    def test_who_says_so_of_another_is_skipped_by_nobody(self) -> None:
        """He makes no room: the step waits."""
        assert entitled(APPLICATION, "director", LISTS, {}, [Away("yi", "ding")]) == []


def _by(operator: str) -> Application:
    return replace(APPLICATION, operators=(operator,))


def _stranger(who: str) -> Callable[[], str]:
    return lambda: verdict(said(TOWN, "yi", who))


def _filed(**changes: Any) -> str:
    """The statement of these times beside the application."""
    return verdict(said(TOWN, "yi", **changes))


def _revoked(person: str) -> str:
    gone = replace(LISTS.grants, revoked_persons=(person,))
    return verdict(said(TOWN, "yi", person), lists=replace(LISTS, grants=gone))


def _of_kin() -> str:
    """Who says so is the applicant's declared relative."""
    return verdict(said(TOWN, "yi", "gui"), lists=with_roster("gui", relatives=("xin",)))


def _no_office_then() -> str:
    """Who says so became a leader after the application was filed."""
    (term,) = LISTS.roster.persons["gui"].offices
    late = replace(term, start_ms=FILED + 1)
    return verdict(said(TOWN, "yi", "gui"), lists=with_roster("gui", offices=(late,)))


def _altered() -> str:
    found = said(TOWN, "yi")
    longer = replace(absence.decode(found.subject), until=NOW + 2 * DAY)
    return verdict(replace(found, subject=absence.encode(longer)))


def _renamed() -> str:
    """The leader's statement, said to be the director's own."""
    found = said(TOWN, "yi", "gui")
    return verdict(replace(found, approval=replace(found.approval, person="yi")))


def _later_roster() -> str:
    found = said(TOWN, "yi")
    return verdict(replace(found, approval=replace(found.approval, roster=99)))


def _backdated() -> str:
    """Filed within the period, valid before it."""
    early = replace(APPLICATION, not_before=FILED - DAY)
    return verdict(said(TOWN, "yi"), application=early)


def _signed_as(**options: str) -> Callable[[], str]:
    return lambda: verdict(signed(TOWN, statement(TOWN, "yi"), "yi", **options))


def _applicant() -> str:
    mine = TOWN.application(applicant="gui")
    return verdict(said(TOWN, "yi", "gui"), application=mine)


WRONG: dict[str, Callable[[], str]] = {
    "a policy that does not know absence": lambda: verdict(
        said(TOWN, "yi"), lists=with_policy(absence_days=0)
    ),
    "longer than the policy permits": lambda: _filed(until=NOW + (LONGEST - 2) * DAY + 1),
    "over before it was filed": lambda: _filed(until=FILED),
    "begun after it was filed": lambda: _filed(first=FILED + 1),
    "valid before it was filed": _backdated,
    "another township's": lambda: verdict(said(TOWN, "yi", township="elsewhere")),
    "another village's": lambda: verdict(said(TOWN, "yi", village="sunset")),
    "of nobody": lambda: verdict(said(TOWN, "yi"), said(TOWN, "nobody", "gui")),
    "by a colleague": _stranger("jia"),
    "by who steps in": _stranger("ding"),
    "by an operator without an office for it": _stranger("ji"),
    "by who held no office for it then": _no_office_then,
    "by an office that the policy does not name": lambda: verdict(
        said(TOWN, "yi", "gui"), lists=with_policy(absence_offices=())
    ),
    "by the applicant": _applicant,
    "by a relative of the applicant": _of_kin,
    "by who is named to stamp": lambda: verdict(said(TOWN, "yi", "gui"), application=_by("gui")),
    "of who is named to stamp": lambda: verdict(said(TOWN, "yi"), application=_by("yi")),
    "by who was revoked": lambda: _revoked("gui"),
    "by who was revoked, of himself": lambda: _revoked("yi"),
    "two of one person": lambda: verdict(said(TOWN, "yi"), said(TOWN, "yi", "gui")),
    "no statement": lambda: verdict(replace(said(TOWN, "yi"), subject=subject.encode(APPLICATION))),
    "garbage": lambda: verdict(replace(said(TOWN, "yi"), subject=b"garbage")),
    "altered": _altered,
    "under another name": _renamed,
    "under a roster of tomorrow": _later_roster,
    "by a colleague's key": _signed_as(signer="ding"),
    "signed as an application": _signed_as(kind="application"),
    "signed for a step": _signed_as(step="director"),
    "returned": _signed_as(verdict="return"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_statement_that_does_not_hold_permits_nothing(name: str) -> None:
    assert WRONG[name]() == "absence_invalid"


class TestToTheMillisecond:
    def test_the_period_as_long_as_the_policy_permits(self) -> None:
        assert _filed(until=NOW + (LONGEST - 2) * DAY) == "permitted"

    def test_filed_in_its_first_and_in_its_last_millisecond(self) -> None:
        assert _filed(first=FILED) == _filed(until=FILED + 1) == "permitted"


class TestOnePersonAlone:
    """Nobody says of another that he is away and takes a step by it, nor makes way for a friend."""

    LISTS = with_policy(absence_offices=("village.cooperative", "village.secretary"))

    def test_who_says_so_does_not_take_the_step(self) -> None:
        assert verdict(said(TOWN, "yi", "ding"), lists=self.LISTS) == "approver_not_entitled"

    def test_nor_does_it_pass_over_him(self) -> None:
        given = said(TOWN, "yi", "ding")
        assert verdict(given, lists=self.LISTS, director="bing") == "approver_not_entitled"

    def test_nor_does_he_take_another_step(self) -> None:
        assert verdict(said(TOWN, "yi", "jia"), lists=self.LISTS) == "approver_not_entitled"

    def test_nor_does_his_own_step_pass_to_his_substitute(self) -> None:
        given = said(TOWN, "yi", "jia")
        assert verdict(given, lists=self.LISTS, secretary="bing") == "approver_not_entitled"

    def test_two_officers_do_not_send_each_other_away(self) -> None:
        offices = ("village.director", "village.secretary")
        lists = with_policy(absence_offices=offices)
        given = (said(TOWN, "yi", "jia"), said(TOWN, "jia", "yi"))
        found = verdict(*given, lists=lists, director="jia", secretary="yi")
        assert found == "approver_not_entitled"


class TestBySm2:
    """Proved as approvals of that item are."""

    HIS = Holder()

    def judged(self, *, suites: tuple[str, ...] = BOTH, alone: bool = False) -> str:
        town = equip(TOWN, {"yi": (self.HIS.listed(),)}, suites=suites)
        lists = town.lists()
        residence = replace(lists.catalogue.items["residence"], passkeys_only=alone)
        items = {**lists.catalogue.items, "residence": residence}
        lists = replace(lists, catalogue=replace(lists.catalogue, items=items))
        data = absence.encode(statement(TOWN, "yi"))
        decided = (absence.STEP, "yi", "approve", 1)
        challenge = decision.challenge(absence.KIND, subject.subject_hash(data), *decided)
        given = SignedAbsence(data, Approval(*decided, self.HIS.prove(challenge)))
        return verdict(given, lists=lists)

    def test_where_the_policy_takes_it(self) -> None:
        assert self.judged() == "permitted"
        assert self.judged(suites=("passkey",)) == "absence_invalid"

    def test_not_for_an_item_of_passkeys_alone(self) -> None:
        assert self.judged(alone=True) == "absence_invalid"


@pytest.mark.parametrize("until", [NOW - 2 * DAY, absence.LAST_MS + 1])
def test_a_period_that_no_calendar_could_show_is_no_statement(until: int) -> None:
    """It ends after it begins, and in a year of four digits."""
    with pytest.raises(WireError, match="until"):
        absence.encode(statement(TOWN, "yi", until=until))


def test_a_machine_that_does_not_know_the_field_cannot_read_the_list() -> None:
    """What is written where nothing leans on a statement has the form of before."""
    bare = TOWN.grant(APPLICATION)
    leaning = replace(bare, absences=(said(TOWN, "yi"),))
    plain, grown = (
        cbor.decode(content.encode(Grants(1, contents.DEVICE, (one,), (), (), (), None)))
        for one in (bare, leaning)
    )
    assert plain["grants"][0].keys() == {"subject", "approvals"}
    assert grown["grants"][0].keys() == {"subject", "approvals", "absences"}


def test_the_longest_list_of_statements_is_bounded() -> None:
    many = (said(TOWN, "yi"),) * 17
    grant = replace(TOWN.grant(APPLICATION), absences=many)
    with pytest.raises(WireError, match="absences"):
        content.encode(Grants(1, contents.DEVICE, (grant,), (), (), (), None))
