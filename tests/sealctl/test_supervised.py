"""What only two people together may do at a machine: enrol, maintain, move a seal, hand it over."""

import sqlite3
from pathlib import Path

import pytest

from sealctl.lockd import supervised
from sealctl.lockd.supervised import Hand
from sealctl.signer import FileSigner
from tests.support.machine import OPERATOR, PIN, Rig
from wire.refusals import Refused

OWN_PIN, OTHER_PIN, WRONG = "135791", "864203", "999999"
ACTOR = Hand(OPERATOR, PIN)
WITNESS = Hand("bing", OTHER_PIN)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """With a supervisor who has a PIN of his own."""
    made = Rig.build(tmp_path)
    supervised.enrol(made.core, "bing", OTHER_PIN, Hand("jia", ""))
    return made


def begin(rig: Rig) -> None:
    supervised.maintain(rig.core, "begin", ACTOR, WITNESS, "换印油")


def end(rig: Rig) -> None:
    supervised.maintain(rig.core, "end", ACTOR, WITNESS, "换印油")


def test_only_the_first_witness_is_taken_at_his_name(rig: Rig) -> None:
    supervised.enrol(rig.core, "ji", OWN_PIN, WITNESS)
    with pytest.raises(Refused, match="credential_wrong"):
        supervised.enrol(rig.core, "ji", OWN_PIN, Hand("bing", WRONG))
    with pytest.raises(Refused, match="operator_unknown"):  # jia has no PIN here
        supervised.enrol(rig.core, "ji", OWN_PIN, Hand("jia", ""))
    enrolled = [one.body["proved"] for one in rig.entries() if one.kind == "enrolled"]
    assert enrolled == [False, True]
    rig.core.login("ji", OWN_PIN)


@pytest.mark.parametrize(
    ("person", "witness", "code"),
    [
        ("ji", "ji", "witness_unfit"),  # an operator without a supervising office
        ("ji", "geng", "witness_unfit"),
        ("ji", "nobody", "witness_unfit"),
        ("bing", "bing", "same_person"),
        ("geng", "bing", "operator_unknown"),  # the clerk operates nothing
        ("nobody", "bing", "operator_unknown"),
    ],
)
def test_who_may_not_enrol_whom(rig: Rig, person: str, witness: str, code: str) -> None:
    before = rig.core.operators.enrolled()
    with pytest.raises(Refused, match=code):
        supervised.enrol(rig.core, person, OWN_PIN, Hand(witness, OTHER_PIN))
    assert rig.core.operators.enrolled() == before
    assert rig.kinds()[-1] == "refused"


def test_a_pin_is_set_with_its_entry_or_not_at_all(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_power(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("no power")

    monkeypatch.setattr(FileSigner, "sign", no_power)
    with pytest.raises(sqlite3.OperationalError):
        supervised.enrol(rig.core, "ji", OWN_PIN, WITNESS)
    assert "ji" not in rig.core.operators.enrolled()


def test_nobody_sets_anothers_pin_alone(rig: Rig) -> None:
    """Who knows only his own PIN takes over nobody's place."""
    with pytest.raises(Refused, match="credential_wrong"):
        supervised.enrol(rig.core, "ji", OWN_PIN, Hand("bing", PIN))
    with pytest.raises(Refused):
        rig.core.login("ji", OWN_PIN)


def test_guessing_the_witness_pin_locks_it_and_a_restart_does_not_help(rig: Rig) -> None:
    for _ in range(5):
        with pytest.raises(Refused, match="credential_wrong"):
            supervised.enrol(rig.core, "ji", OWN_PIN, Hand("bing", WRONG))
    rig.restart()
    with pytest.raises(Refused, match="credential_locked"):
        supervised.enrol(rig.core, "ji", OWN_PIN, WITNESS)


def test_nothing_is_stamped_during_maintenance_even_after_a_restart(rig: Rig) -> None:
    rig.grant()
    begin(rig)
    with pytest.raises(Refused, match="maintenance"):
        rig.core.login(OPERATOR, PIN)
    rig.restart()
    with pytest.raises(Refused, match="maintenance"):
        rig.core.login(OPERATOR, PIN)
    end(rig)
    rig.core.login(OPERATOR, PIN)


def test_maintenance_needs_two_people_and_an_idle_machine(rig: Rig) -> None:
    with pytest.raises(Refused, match="same_person"):
        supervised.maintain(rig.core, "begin", WITNESS, WITNESS, "x")
    with pytest.raises(Refused, match="credential_wrong"):
        supervised.maintain(rig.core, "begin", Hand(OPERATOR, WRONG), WITNESS, "x")
    with pytest.raises(Refused, match="not_now"):
        end(rig)
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="busy"):
        begin(rig)
    assert "maintenance" not in rig.kinds()


def test_an_open_case_is_an_alarm_except_during_maintenance(rig: Rig) -> None:
    begin(rig)
    rig.body.faults.case_open = True
    rig.core.tick()
    rig.body.faults.case_open = False
    rig.core.tick()
    end(rig)
    assert "alarm" not in rig.kinds()
    rig.body.faults.case_open = True
    rig.core.tick()
    assert rig.kinds()[-1] == "alarm"


def test_a_seal_taken_out_by_two_is_no_alarm_and_stamps_nothing(rig: Rig) -> None:
    grant = rig.grant()
    seal = rig.core.lists.machine.seals[1] if rig.core.lists else None
    assert seal is not None
    begin(rig)
    supervised.move_seal(rig.core, "seal_out", seal.id, ACTOR, WITNESS, "清洁")
    rig.body.remove_seal(seal.slot)
    rig.core.tick()
    with pytest.raises(Refused, match="seal_absent"):
        supervised.move_seal(rig.core, "seal_in", seal.id, ACTOR, WITNESS, "清洁")
    end(rig)
    assert "alarm" not in rig.kinds()
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="seal_absent"):
        rig.core.choose(grant.id)


def test_a_seal_put_back_is_watched_again(rig: Rig) -> None:
    seal = rig.core.lists.machine.seals[1] if rig.core.lists else None
    assert seal is not None
    begin(rig)
    supervised.move_seal(rig.core, "seal_out", seal.id, ACTOR, WITNESS, "清洁")
    supervised.move_seal(rig.core, "seal_in", seal.id, ACTOR, WITNESS, "清洁")
    end(rig)
    rig.body.remove_seal(seal.slot)
    rig.core.tick()
    assert [one.body.get("alarm") for one in rig.entries()][-1] == "seal_out"


def test_no_seal_is_moved_outside_maintenance(rig: Rig) -> None:
    with pytest.raises(Refused, match="not_now"):
        supervised.move_seal(rig.core, "seal_out", "seal-committee", ACTOR, WITNESS, "x")
    with pytest.raises(Refused, match="seal_mismatch"):
        supervised.move_seal(rig.core, "seal_out", "another", ACTOR, WITNESS, "x")


def test_a_handover_names_three_different_people(rig: Rig) -> None:
    supervised.enrol(rig.core, "ji", OWN_PIN, WITNESS)
    receiver = Hand("ji", OWN_PIN)
    seal = rig.core.lists.machine.seals[0].id if rig.core.lists else ""
    supervised.hand_over(rig.core, seal, ACTOR, receiver, WITNESS)
    assert rig.entries()[-1].kind == "handover"
    for giver, taker, witness, code in (
        (ACTOR, ACTOR, WITNESS, "same_person"),
        (ACTOR, WITNESS, WITNESS, "same_person"),
        (ACTOR, receiver, ACTOR, "witness_unfit"),
        (ACTOR, Hand("ji", WRONG), WITNESS, "credential_wrong"),
    ):
        with pytest.raises(Refused, match=code):
            supervised.hand_over(rig.core, seal, giver, taker, witness)
    assert rig.kinds().count("handover") == 1


def test_the_names_stand_in_no_entry_only_in_the_openings(rig: Rig) -> None:
    begin(rig)
    entry = rig.entries()[-1]
    assert all(isinstance(entry.body[name], bytes) for name in ("operator", "witness"))
    row = rig.core.journal.connection.execute("SELECT data FROM opening ORDER BY seq DESC LIMIT 1")
    opened = row.fetchone()[0]
    assert b"bing" in opened
    assert OPERATOR.encode() in opened


def test_counters_that_moved_under_maintenance_are_signed_when_it_ends(rig: Rig) -> None:
    """A technician tries the lever: no alarm, and the machine may stamp afterwards."""
    grant = rig.grant()
    begin(rig)
    rig.body.memory.presses += 1
    rig.core.tick()
    rig.restart()
    end(rig)
    assert "alarm" not in rig.kinds("maintenance")
    rig.stamp(grant)
