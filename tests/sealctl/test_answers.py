"""After the fact: corrections of wrong stamps, and uses outside the machine, entered at it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sealctl.lockd import corrections as lockd
from sealctl.lockd import outside, supervised
from sealctl.lockd.outside import Line
from sealctl.lockd.supervised import Hand
from sealctl.session import model as m
from tests.support import corrections
from tests.support.corrections import draft, sign, with_camerad
from tests.support.machine import OPERATOR, PIN, Rig
from wire.lists.content import SignedCorrection
from wire.refusals import Refused

HAND = Hand(OPERATOR, PIN)
WITNESS = Hand("bing", PIN)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """A machine with one stamp in its journal."""
    made = Rig.build(tmp_path)
    supervised.enrol(made.core, "bing", PIN, Hand("jia", ""))
    made.stamp(made.grant())
    made.core.feed(m.LoggedOut())
    return made


def stamped(rig: Rig) -> int:
    return next(one.seq for one in rig.entries() if one.kind == "stamped")


def publish(rig: Rig, *signed: SignedCorrection) -> None:
    rig.publish(corrections=signed)


def correct(rig: Rig, signed: SignedCorrection, hand: Hand = HAND) -> None:
    with_camerad(rig, lambda served: lockd.correct(served, signed.id, hand))


def refused(rig: Rig, code: str, signed: SignedCorrection, hand: Hand = HAND) -> None:
    with pytest.raises(Refused, match=code):
        correct(rig, signed, hand)
    assert rig.kinds()[-1] == "refused"
    assert "correction" not in rig.kinds()


class TestCorrections:
    def test_a_cancelled_original_is_photographed_and_named(self, rig: Rig) -> None:
        seq = stamped(rig)
        signed = sign(rig.township, draft(rig, seq, replacement=bytes(32)))
        publish(rig, signed)
        assert [one["stamped"] for one in lockd.waiting(rig.core)] == [seq]
        assert lockd.brought(rig.core) == 1
        correct(rig, signed)
        assert lockd.brought(rig.core) == 0
        written = rig.entries()[-1]
        assert (written.kind, written.body["stamped"]) == ("correction", seq)
        assert written.body["subject"] == signed.id
        assert written.body["picture"] is not None
        assert written.body["replacement"] == bytes(32)
        assert lockd.waiting(rig.core) == []

    def test_a_lost_one_is_stated_without_a_photo(self, rig: Rig) -> None:
        signed = sign(rig.township, draft(rig, stamped(rig), state="lost"))
        publish(rig, signed)
        correct(rig, signed)
        assert rig.entries()[-1].body["state"] == "lost"
        assert rig.entries()[-1].body["picture"] is None

    def test_one_stamp_is_corrected_once_even_after_a_restart(self, rig: Rig) -> None:
        first = sign(rig.township, draft(rig, stamped(rig)))
        again = sign(rig.township, draft(rig, stamped(rig), id=bytes(32)))
        publish(rig, first, again)
        correct(rig, first)
        rig.restart()
        with pytest.raises(Refused, match="correction_done"):
            correct(rig, again)

    def test_nothing_is_undone(self, rig: Rig) -> None:
        grant = rig.core.lists.grants.grants[0] if rig.core.lists else None
        signed = sign(rig.township, draft(rig, stamped(rig)))
        assert grant is not None
        rig.publish(grant, corrections=(signed,))
        correct(rig, signed)
        rig.core.login(OPERATOR, PIN)
        with pytest.raises(Refused, match="grant_spent"):
            rig.core.choose(grant.id)

    def test_a_substitute_signs_only_where_the_office_is_empty(self, rig: Rig) -> None:
        signed = sign(rig.township, draft(rig, stamped(rig)), person="ding")
        publish(rig, signed)
        refused(rig, "approver_not_entitled", signed)

    @pytest.mark.parametrize(
        ("signature", "code"),
        [
            ({"person": "geng"}, "approver_not_entitled"),
            ({"person": OPERATOR}, "operator_is_approver"),
            ({"step": "chair", "person": "ding"}, "approval_invalid"),
            ({"verdict": "return"}, "grant_void"),
            ({"kind": "application"}, "approval_invalid"),
            ({"signer": "geng"}, "approval_invalid"),
        ],
    )
    def test_who_may_not_sign_and_how(self, rig: Rig, signature: dict[str, Any], code: str) -> None:
        signed = sign(rig.township, draft(rig, stamped(rig)), **signature)
        publish(rig, signed)
        assert lockd.waiting(rig.core) == []
        refused(rig, code, signed)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"entry": bytes(32)}, "grant_unknown"),
            ({"stamped": 1}, "correction_unknown"),
            ({"stamped": 9999}, "correction_unknown"),
            ({"machine": bytes(16)}, "grant_unknown"),
            ({"item": "contract"}, "grant_unknown"),
        ],
    )
    def test_of_which_stamp_it_must_be(self, rig: Rig, change: dict[str, Any], code: str) -> None:
        signed = sign(rig.township, replace(draft(rig, stamped(rig)), **change))
        publish(rig, signed)
        refused(rig, code, signed)

    def test_a_revoked_approver_signs_nothing(self, rig: Rig) -> None:
        signed = sign(rig.township, draft(rig, stamped(rig)))
        rig.publish(corrections=(signed,), revoked_persons=("yi",))
        refused(rig, "approver_not_entitled", signed)

    def test_who_writes_it_proves_himself(self, rig: Rig) -> None:
        signed = sign(rig.township, draft(rig, stamped(rig)))
        publish(rig, signed)
        refused(rig, "credential_wrong", signed, Hand(OPERATOR, "000000"))
        refused(rig, "operator_unknown", signed, Hand("geng", PIN))

    def test_without_a_camera_a_cancelled_original_waits(self, rig: Rig) -> None:
        signed = sign(rig.township, draft(rig, stamped(rig)))
        publish(rig, signed)
        rig.body.faults.camera_gone = True
        refused(rig, "camera_unavailable", signed)
        rig.body.faults.camera_gone = False
        correct(rig, signed)

    def test_what_no_list_brought_is_unknown(self, rig: Rig) -> None:
        refused(rig, "correction_unknown", sign(rig.township, draft(rig, stamped(rig))))


class TestOutside:
    def line(self, rig: Rig, **changes: Any) -> Line:
        made = Line("seal-committee", "登-001", rig.clock.wall - 1000, 2, "受灾救助申请")
        return replace(made, **changes)

    def enter(self, rig: Rig, line: Line, hand: Hand = HAND, witness: Hand = WITNESS) -> None:
        with_camerad(rig, lambda served: outside.enter(served, line, hand, witness))

    def test_a_line_of_the_register_is_entered_with_its_photo(self, rig: Rig) -> None:
        self.enter(rig, self.line(rig))
        written = rig.entries()[-1]
        assert written.kind == "outside_use"
        assert written.body["register"] == "登-001"
        assert isinstance(written.body["matter"], bytes)
        assert isinstance(written.body["picture"], bytes)
        assert rig.body.memory.unlatches == 1

    def test_each_line_is_entered_once(self, rig: Rig) -> None:
        self.enter(rig, self.line(rig))
        rig.restart()
        with pytest.raises(Refused, match="entered before"):
            self.enter(rig, self.line(rig))

    @pytest.mark.parametrize(
        ("change", "hands", "code"),
        [
            ({"used_ms": 1 << 50}, (HAND, WITNESS), "bad_request"),
            ({"seal": "seal-nowhere"}, (HAND, WITNESS), "seal_mismatch"),
            ({}, (WITNESS, WITNESS), "same_person"),
            ({}, (HAND, Hand("ji", PIN)), "witness_unfit"),
            ({}, (HAND, Hand("bing", "000000")), "credential_wrong"),
            ({}, (Hand("geng", PIN), WITNESS), "operator_unknown"),
        ],
    )
    def test_who_and_what_is_refused(
        self, rig: Rig, change: dict[str, Any], hands: tuple[Hand, Hand], code: str
    ) -> None:
        with pytest.raises(Refused, match=code):
            self.enter(rig, self.line(rig, **change), *hands)
        assert rig.kinds()[-1] == "refused"

    def test_it_can_be_entered_while_the_machine_is_suspended(self, rig: Rig) -> None:
        rig.township = rig.township.suspend()
        rig.publish()
        self.enter(rig, self.line(rig))
        assert rig.entries()[-1].kind == "outside_use"

    def test_no_picture_no_entry(self, rig: Rig) -> None:
        rig.body.faults.camera_gone = True
        with pytest.raises(Refused, match="camera_unavailable"):
            self.enter(rig, self.line(rig))


def test_nothing_is_written_while_somebody_is_at_the_panel(rig: Rig) -> None:
    signed = sign(rig.township, draft(rig, stamped(rig)))
    publish(rig, signed)
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="busy"):
        corrections.with_camerad(rig, lambda served: lockd.correct(served, signed.id, HAND))
