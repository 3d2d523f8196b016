"""Every code by which a machine says no is said by some rule or path, and opens nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest

from sealctl.journal import books
from sealctl.lockd import core as cores
from sealctl.lockd import supervised, views
from sealctl.lockd.supervised import Hand
from sealctl.session import model as m
from sealctl.session.model import Mode
from tests.support import absences, contents, sm2_people
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.press import Press
from tests.support.sm2_people import Holder
from wire import cbor
from wire.lists import bundle as bundles
from wire.lists.content import Band
from wire.refusals import REFUSALS, Refused

WITNESS: Final = Hand("bing", "864203")
HALF: Final = contents.item("residence", "居住证明", "committee", *contents.CHAIN_OF_TWO)


def _choose(rig: Rig, approvals: Any = None, **application: Any) -> None:
    """Log in, publish this application with these approvals, choose it."""
    asked = rig.township.application(**application)
    grant = rig.township.grant(asked, approvals(rig, asked) if approvals else None)
    rig.publish(grant)
    rig.core.login(OPERATOR, PIN)
    rig.core.choose(grant.id)


def _stamp(rig: Rig, *findings: str, **application: Any) -> None:
    rig.findings = findings or rig.findings
    rig.ready_to_stamp(rig.grant(**application))
    rig.core.stamp()


def _broken(rig: Rig) -> None:
    books.mark_broken(rig.core.journal.connection, "edited")
    rig.core.login(OPERATOR, PIN)


def _old_list(rig: Rig) -> None:
    rig.publish()
    rig.core.adopt(rig.bundles[0])


def _foreign_list(rig: Rig) -> None:
    rig.core.adopt(_other_township(rig).bundle(version=9, now_ms=rig.clock.wall))


def _other_township(rig: Rig) -> Any:
    """Another township's officers and hub."""
    return type(rig.township).build(rig.core.journal.key)


def _unknown_field(rig: Rig) -> None:
    press = Press(rig.township, rig.version + 1, now_ms=rig.clock.wall)
    policy = {**cbor.decode(press.files[bundles.POLICY]), "novel": 1}
    press.put_bytes(bundles.POLICY, cbor.encode(policy))
    press.targets.version += 1
    rig.core.adopt(press.bundle())


def _no_list(rig: Rig) -> None:
    rig.core.trusted = rig.township.pinned()
    rig.core.login(OPERATOR, PIN)


def _expired(rig: Rig) -> None:
    grant = rig.grant()
    rig.core.login(OPERATOR, PIN)
    rig.clock.advance(73 * contents.HOUR)
    rig.core.choose(grant.id)


def _suspended_seal(rig: Rig) -> None:
    rig.township = rig.township.suspend("seal-committee")
    _choose(rig)


def _suspended_device(rig: Rig) -> None:
    rig.township = rig.township.suspend()
    rig.publish()
    rig.core.login(OPERATOR, PIN)


def _absent(rig: Rig) -> None:
    rig.body.remove_seal(2)
    rig.core.tick()
    _choose(rig)


def _revoked(rig: Rig) -> None:
    grant = rig.township.grant(rig.township.application())
    rig.publish(grant, revoked_grants=(grant.id,))
    rig.core.login(OPERATOR, PIN)
    rig.core.choose(grant.id)


def _unknown_grant(rig: Rig) -> None:
    rig.core.login(OPERATOR, PIN)
    rig.core.choose(bytes(32))


def _spent(rig: Rig) -> None:
    grant = rig.grant()
    rig.stamp(grant)
    rig.core.choose(grant.id)


def _half_approved(rig: Rig, asked: Any) -> Any:
    return rig.township.approvals(asked, director="yi")


def _forged(rig: Rig, asked: Any) -> Any:
    return (
        rig.township.approve(asked, "director", "yi", signer="ding"),
        rig.township.approve(asked, "secretary", "jia"),
    )


def _by_sm2(rig: Rig, asked: Any) -> Any:
    return (
        sm2_people.approve(rig.township, asked, "director", "yi", Holder()),
        rig.township.approve(asked, "secretary", "jia"),
    )


def _not_entitled(rig: Rig, asked: Any) -> Any:
    return rig.township.approvals(asked, director="geng", secretary="jia")


def _forged_absence(rig: Rig) -> None:
    """Under a policy that knows no absence."""
    grant = absences.granted(rig.township, absences.said(rig.township, "yi"))
    rig.publish(grant)
    rig.core.login(OPERATOR, PIN)
    rig.core.choose(grant.id)


def _twice(rig: Rig, asked: Any) -> Any:
    return rig.township.approvals(asked, director="yi", secretary="yi")


def _returned(rig: Rig, asked: Any) -> Any:
    return (
        rig.township.approve(asked, "director", "yi", verdict="return"),
        rig.township.approve(asked, "secretary", "jia"),
    )


def _approver_operates(rig: Rig) -> None:
    """The director also holds an operator's office."""
    roster = rig.township.roster
    yi = replace(roster.persons["yi"], offices=(*roster.persons["yi"].offices, _TERM))
    rig.township = rig.township.change(roster=replace(roster, persons={**roster.persons, "yi": yi}))
    rig.core.operators.enrol("yi", PIN)
    grant = rig.grant(operators=("yi",))
    rig.core.login("yi", PIN)
    rig.core.choose(grant.id)


_TERM: Final = contents.person("x", ("village.operator",)).offices[0]


def _guess(times: int) -> Callable[[Rig], None]:
    def call(rig: Rig) -> None:
        for _ in range(times - 1):
            with pytest.raises(Refused, match="credential_wrong"):
                rig.core.login(OPERATOR, "000000")
        rig.core.login(OPERATOR, "000000")

    return call


def _no_camera(rig: Rig) -> None:
    grant = rig.grant()
    rig.camerad = False
    rig.core.login(OPERATOR, PIN)
    rig.core.choose(grant.id)
    rig.core.feed(m.PhotoAsked())
    rig.run(lambda core: core.session.refusal is not None)
    raise Refused(*_shown(rig))


def _no_press(rig: Rig) -> None:
    _stamp(rig)
    rig.run(lambda core: core.session.mode is Mode.CHOSEN)
    raise Refused(*_shown(rig))


def _untrusted_clock(rig: Rig) -> None:
    rig.clock.wall -= contents.DAY
    rig.core.tick()
    assert rig.core.time.now().quality == "floor"
    rig.core.login(OPERATOR, PIN)


def _overdue(rig: Rig) -> None:
    rig.core.login(OPERATOR, PIN)
    rig.core.choose(rig.grant().id)


def _fault(rig: Rig) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.body.faults.head_silent = True
    rig.core.stamp()


def _open_case(rig: Rig) -> None:
    rig.ready_to_stamp(rig.grant())
    rig.body.faults.case_open = True
    rig.core.stamp()


def _busy(rig: Rig) -> None:
    _stamp(rig)
    rig.core.login(OPERATOR, PIN)


def _maintained(rig: Rig) -> None:
    _maintain(rig, WITNESS)
    rig.core.login(OPERATOR, PIN)


def _maintain(rig: Rig, witness: Hand) -> None:
    supervised.maintain(rig.core, "begin", Hand(OPERATOR, PIN), witness, "x")


def _begin(rig: Rig, method: str, person: Hand) -> None:
    supervised.begin_enrolment(rig.core, method, person, WITNESS)


def _card(rig: Rig, text: str) -> None:
    rig.body.present_card(text)
    rig.look()


def _strange_card(rig: Rig) -> None:
    _card(rig, "em4100:0000000001")
    raise Refused(*_shown(rig))


def _taken_card(rig: Rig) -> None:
    supervised.enrol(rig.core, "ji", "135791", WITNESS)
    for person in (Hand(OPERATOR, PIN), Hand("ji", "135791")):
        _begin(rig, "card", person)
        _card(rig, "em4100:0000000001")
    raise Refused(*_shown(rig))


def _strange_finger(rig: Rig) -> None:
    rig.look()
    rig.body.finger.touch("somebody")
    rig.look()
    raise Refused(*_shown(rig))


def _failed_enrolment(rig: Rig) -> None:
    _begin(rig, "fingerprint", Hand(OPERATOR, PIN))
    rig.look(61_000)
    raise Refused(*_shown(rig))


def _shown(rig: Rig) -> tuple[str, str]:
    """What the screen says."""
    assert rig.core.session.refusal is not None
    return rig.core.session.refusal


@dataclass(frozen=True)
class Way:
    """What is done at a machine of that policy and catalogue; `told`: the journal says it, too."""

    call: Callable[[Rig], object]
    told: bool = True
    policy: Mapping[str, Any] = field(default_factory=dict)


def _way(**application: Any) -> Way:
    return Way(lambda rig: _choose(rig, **application))


WAYS: Final[Mapping[str, Way]] = {
    "list_missing": Way(_no_list),
    "list_expired": Way(_expired),
    "list_invalid": Way(_foreign_list, told=False),
    "list_unreadable": Way(_unknown_field, told=False),
    "list_rollback": Way(_old_list, told=False),
    "unknown_item": _way(item="nothing"),
    "item_forbidden": _way(item="kinship"),
    "item_escalated": _way(item="dispute"),
    "seal_mismatch": _way(seal="seal-party"),
    "seal_absent": Way(_absent),
    "seal_suspended": Way(_suspended_seal),
    "grant_unknown": Way(_unknown_grant),
    "grant_revoked": Way(_revoked),
    "grant_not_yet_valid": _way(not_before=contents.NOW + contents.DAY),
    "grant_expired": _way(not_after=contents.NOW - 1),
    "grant_spent": Way(_spent),
    "grant_void": Way(lambda rig: _choose(rig, _returned)),
    "approvals_missing": Way(lambda rig: _choose(rig, _half_approved)),
    "approval_invalid": Way(lambda rig: _choose(rig, _forged)),
    "approval_suite": Way(lambda rig: _choose(rig, _by_sm2)),
    "approver_not_entitled": Way(lambda rig: _choose(rig, _not_entitled)),
    "absence_invalid": Way(_forged_absence),
    "same_person": Way(lambda rig: _choose(rig, _twice)),
    "operator_unknown": Way(lambda rig: rig.core.login("geng", PIN)),
    "operator_not_named": _way(operators=("ji",)),
    "operator_is_approver": Way(_approver_operates, policy={"officers_operate": True}),
    "credential_wrong": Way(_guess(1)),
    "credential_locked": Way(_guess(6)),
    "login_not_allowed": Way(
        lambda rig: rig.core.login(OPERATOR, PIN), policy={"logins": ("card_pin",)}
    ),
    "card_unknown": Way(_strange_card),
    "card_taken": Way(_taken_card),
    "finger_unknown": Way(_strange_finger),
    "enrolment_failed": Way(_failed_enrolment),
    "blank_page": Way(lambda rig: _stamp(rig, "blank")),
    "page_mismatch": Way(lambda rig: _stamp(rig, "page_mismatch")),
    "photo_unsharp": Way(lambda rig: _stamp(rig, "unsharp")),
    "no_page": Way(lambda rig: _stamp(rig, "no_page")),
    "camera_unavailable": Way(_no_camera, told=False),
    "clock_untrusted": Way(_untrusted_clock, policy={"clock_floor_stamps": 0}),
    "receipts_overdue": Way(_overdue, policy={"receipts_max_count": 4}),
    "journal_broken": Way(_broken),
    "hardware_fault": Way(_fault),
    "case_open": Way(_open_case),
    "device_suspended": Way(_suspended_device),
    "busy": Way(_busy, told=False),
    "maintenance": Way(_maintained),
    "witness_unfit": Way(lambda rig: _maintain(rig, Hand("ji", PIN))),
    "not_now": Way(lambda rig: rig.core.stamp(), told=False),
    "press_timeout": Way(_no_press, told=False),
    "bad_request": Way(lambda rig: supervised.enrol(rig.core, "ji", "12", WITNESS)),
}


@pytest.mark.parametrize("code", WAYS)
def test_each_code_is_said_and_nothing_opens(tmp_path: Path, code: str) -> None:
    way = WAYS[code]
    rig = Rig.build(tmp_path, policy=dict(way.policy))
    rig.picture = b"a picture"
    supervised.enrol(rig.core, WITNESS.person, WITNESS.pin, Hand("jia", ""))
    opened = rig.body.memory.unlatches
    with pytest.raises(Refused) as caught:
        way.call(rig)
    assert caught.value.code == code
    refused = [one.body["code"] for one in rig.entries() if one.kind == "refused"]
    assert (refused[-1:] == [code]) is way.told
    if code not in ("busy", "press_timeout", "grant_spent"):
        assert rig.body.memory.unlatches == opened


def test_a_full_disk_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig.build(tmp_path)
    rig.picture = b"a picture"
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    monkeypatch.setattr(cores, "FREE_BYTES", 1 << 62)
    with pytest.raises(Refused, match="journal_full"):
        rig.core.stamp()
    assert rig.body.memory.unlatches == 0


OTHERS: Final = {
    "emergency_not_now": "tests/sealctl/test_emergency.py",
    "emergency_capped": "tests/sealctl/test_emergency.py",
    "emergency_code_wrong": "tests/sealctl/test_emergency.py",
    "emergency_code_spent": "tests/sealctl/test_emergency.py",
    "item_not_emergency": "tests/sealctl/test_emergency.py",
    "correction_done": "tests/sealctl/test_answers.py",
    "correction_unknown": "tests/sealctl/test_answers.py",
    "command_invalid": "tests/sealctl/test_commands.py",
    "command_used": "tests/sealctl/test_commands.py",
    "command_expired": "tests/sealctl/test_commands.py",
    "command_unknown": "tests/sealctl/test_commands.py",
    "release_invalid": "tests/update/test_staging.py",
    "release_old": "tests/update/test_staging.py",
    "release_expired": "tests/update/test_staging.py",
    "release_unfit": "tests/update/test_staging.py",
    "release_damaged": "tests/update/test_staging.py",
    "release_none": "tests/update/test_commands.py",
    "personal_data_open": "said by the hub: tests/hub/test_redaction_decisions.py",
    "release_failed": "tests/update/test_processes.py",
    "item_not_in_force": "test_an_items_days_hold",
    "journal_full": "test_a_full_disk_opens_nothing",
    "unavailable": "said by the panel when lockd does not answer: tests/panel",
    "roster_thin": "said by the hub at an import: tests/hub/test_devices_authority.py",
    "form_foreign": "said by the township's pages: tests/hub",
    "not_permitted": "said by the township's pages: tests/hub",
    "too_soon": "said by the township's pages: tests/hub/test_acts.py",
    "login_locked": "said by the township's log-in: tests/hub/test_login_rules.py",
    "not_in_office": "said by the township's log-in: tests/hub/test_login_rules.py",
    "first_over": "said by the township's pages: tests/hub/test_people_first.py",
    "passkey_taken": "said by the township's pages: tests/hub/test_people_enrol.py",
    "passkey_wrong": "said by the township's log-in: tests/hub/test_login_rules.py",
    "person_suspended": "said by the township's log-in: tests/hub/test_login_rules.py",
    "session_over": "said by the township's log-in: tests/hub/test_login_rules.py",
    "too_many_keys": "said by the township's pages: tests/hub/test_people_enrol.py",
    "token_refused": "said by the inspectors' interface: tests/hub/test_api_tokens.py",
    "too_often": "said by the inspectors' interface: tests/hub/test_api_pace.py",
    "export_running": "said by the inspectors' interface: tests/hub/test_exports.py",
    "not_found": "said by the inspectors' interface: tests/hub/test_api_read.py",
    "wrong_method": "said by the inspectors' interface: tests/hub/test_api_read.py",
    "signer_unavailable": "tests/sealctl/test_token_machine.py",
    "internal": "said when a process cannot start: tests/sync/test_courier.py",
}


def test_no_code_of_the_table_is_forgotten() -> None:
    assert WAYS.keys() | OTHERS.keys() == REFUSALS.keys()


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"impressions": 4}, "more impressions"),
        ({"seams": 3}, "more impressions"),
        ({"not_after": contents.NOW + 30 * contents.DAY}, "valid for longer"),
    ],
)
def test_an_items_limits_hold(tmp_path: Path, changes: dict[str, Any], detail: str) -> None:
    rig = Rig.build(tmp_path)
    with pytest.raises(Refused, match=f"grant_void: {detail}"):
        _choose(rig, **changes)


@pytest.mark.parametrize("days", [{"since": "2099-01-01"}, {"until": "2020-01-01"}])
def test_an_items_days_hold(tmp_path: Path, days: dict[str, Any]) -> None:
    rig = Rig.build(tmp_path, catalogue=contents.catalogue(replace(HALF, **days)))
    with pytest.raises(Refused, match="item_not_in_force"):
        _choose(rig)
    assert rig.body.memory.unlatches == 0
    assert views.items(rig.core) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"amount": 100_000, "resolution": "第2项"}, "approvals_missing"),
        ({"amount": 100_000}, "grant_void: the item demands a resolution"),
        ({}, "grant_void: the item demands an amount"),
    ],
)
def test_a_larger_amount_needs_its_own_chain(
    tmp_path: Path, asked: dict[str, Any], said: str
) -> None:
    band = Band(1000, (*contents.CHAIN_OF_TWO, contents.CHAIR), resolution=True)
    rig = Rig.build(tmp_path, catalogue=contents.catalogue(replace(HALF, bands=(band,))))
    with pytest.raises(Refused, match=said):
        _choose(rig, **asked)


def test_a_smaller_amount_is_stamped_by_the_items_own_chain(tmp_path: Path) -> None:
    band = Band(1000, (contents.CHAIR,), resolution=False)
    rig = Rig.build(tmp_path, catalogue=contents.catalogue(replace(HALF, bands=(band,))))
    rig.picture = b"a picture"
    rig.ready_to_stamp(rig.grant(amount=99_999))
    rig.press_through()
    assert rig.kinds("authorised")[-2:] == ["stamped", "relocked"]


def test_a_page_is_compared_only_where_the_item_demands_it(tmp_path: Path) -> None:
    catalogue = contents.catalogue(replace(HALF, same_page=False))
    rig = Rig.build(tmp_path, catalogue=catalogue)
    rig.picture = b"a picture"
    rig.findings = ("page_mismatch",)
    rig.ready_to_stamp(rig.grant())
    rig.press_through()
    assert rig.kinds("authorised")[-2:] == ["stamped", "relocked"]


def test_camerad_is_given_no_page_where_none_is_compared(tmp_path: Path) -> None:
    catalogue = contents.catalogue(replace(HALF, same_page=False))
    rig = Rig.build(tmp_path, catalogue=catalogue)
    grant = rig.grant()
    rig.core.login(OPERATOR, PIN)
    rig.core.choose(grant.id)
    rig.core.feed(m.PhotoAsked())
    assert rig.core.photos.job is not None
    assert rig.core.photos.job.pages == ()


@pytest.mark.parametrize("finding", ["blank", "unsharp", "no_page"])
def test_a_seam_needs_a_good_photo_too(tmp_path: Path, finding: str) -> None:
    rig = Rig.build(tmp_path)
    rig.picture = b"a picture"
    grant = rig.grant(impressions=1, seams=1)
    rig.stamp(grant)
    rig.findings = (finding,)
    rig.core.feed(m.PhotoAsked())
    rig.run(lambda core: core.session.mode is Mode.PHOTOGRAPHED)
    with pytest.raises(Refused):
        rig.core.stamp()
    assert rig.body.memory.unlatches == 1


def test_an_application_without_pages_never_shows_an_approved_one(tmp_path: Path) -> None:
    rig = Rig.build(tmp_path)
    rig.picture = b"a picture"
    with pytest.raises(Refused, match="page_mismatch"):
        _stamp(rig, "impression:0", pages=())
