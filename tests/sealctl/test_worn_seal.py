"""A worn seal gives way to its successor before two people, and never stamps again."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from sealctl import cli
from sealctl.lockd import supervised
from sealctl.lockd.supervised import Hand
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.office import PAGE, Office, poll
from wire.lists.content import Grant
from wire.refusals import Refused

ACTOR, WITNESS = Hand(OPERATOR, PIN), Hand("bing", "864203")
WORN, NEW, TAG = "seal-committee", "seal-committee-2", "B2"
REASON = "换章"


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """The committee's seal is retired in favour of another; nobody has touched the machine yet."""
    made = Rig.build(tmp_path)
    made.picture = b"a picture"
    supervised.enrol(made.core, "bing", WITNESS.pin, Hand("jia", ""))
    machine = made.township.machine
    old = next(seal for seal in machine.seals if seal.id == WORN)
    new = replace(old, id=NEW, rfid=TAG, replaces=WORN)
    kept = tuple(seal for seal in machine.seals if seal.id != WORN)
    seals = (*kept, replace(old, state="retired"), new)
    made.township = made.township.change(machine=replace(machine, seals=seals))
    return made


def grant(rig: Rig, seal: str = NEW) -> Grant:
    return rig.grant(seal=seal)


def exchange(rig: Rig) -> None:
    """Other hands, other iron."""
    rig.body.exchange_seal(2, TAG, "晨光村村民委员会(新)")
    rig.core.tick()


def maintain(rig: Rig, state: str) -> None:
    supervised.maintain(rig.core, state, ACTOR, WITNESS, REASON)


def replace_seal(rig: Rig) -> None:
    maintain(rig, "begin")
    supervised.move_seal(rig.core, "seal_out", WORN, ACTOR, WITNESS, REASON)
    exchange(rig)
    photo = hashlib.sha256(b"first impression").digest()
    supervised.move_seal(rig.core, "seal_in", NEW, ACTOR, WITNESS, REASON, specimen=photo)
    maintain(rig, "end")


def test_the_entry_names_the_worn_seal_and_the_successor_stamps(rig: Rig) -> None:
    granted = grant(rig)
    replace_seal(rig)
    kinds = [one.kind for one in rig.entries()]
    assert kinds[-4:] == ["maintenance", "seal_out", "seal_replaced", "maintenance"]
    body = rig.entries()[-2].body
    assert (body["seal"], body["replaces"], body["slot"]) == (NEW, WORN, 2)
    assert isinstance(body["specimen"], bytes)
    assert "alarm" not in kinds
    rig.stamp(granted)
    assert rig.kinds("authenticated") == ["authorised", "stamped", "relocked"]


def test_the_photo_of_the_first_impression_goes_to_the_township(rig: Rig) -> None:
    grant(rig)
    replace_seal(rig)
    rows = rig.core.journal.connection.execute("SELECT sha256 FROM photo")
    assert rows.fetchall() == [(hashlib.sha256(b"first impression").digest(),)]


def test_a_successor_put_in_by_nobody_knows_whom_stamps_nothing(rig: Rig) -> None:
    """Its tag is right, its slot is right, and no two people have said so."""
    granted = grant(rig)
    exchange(rig)
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match=r"seal_absent: not put in by two people yet"):
        rig.core.choose(granted.id)


def test_the_worn_seal_comes_out_first(rig: Rig) -> None:
    grant(rig)
    maintain(rig, "begin")
    exchange(rig)
    with pytest.raises(Refused, match="not_now: seal-committee is taken out first"):
        supervised.move_seal(rig.core, "seal_in", NEW, ACTOR, WITNESS, REASON)


def test_a_worn_seal_is_neither_put_back_nor_stamped_with(rig: Rig) -> None:
    granted = grant(rig, WORN)
    maintain(rig, "begin")
    supervised.move_seal(rig.core, "seal_out", WORN, ACTOR, WITNESS, REASON)
    with pytest.raises(Refused, match="seal_suspended"):
        supervised.move_seal(rig.core, "seal_in", WORN, ACTOR, WITNESS, REASON)
    maintain(rig, "end")
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="seal_suspended: retired"):
        rig.core.choose(granted.id)


def test_no_later_list_makes_a_worn_seal_good_again(rig: Rig) -> None:
    """The machine itself remembers, even after a restart."""
    grant(rig)
    replace_seal(rig)
    machine = rig.township.machine
    old = next(seal for seal in machine.seals if seal.id == WORN)
    seals = tuple(seal for seal in machine.seals if seal.id not in (WORN, NEW))
    back = (*seals, replace(old, state="active"))
    rig.township = rig.township.change(machine=replace(machine, seals=back))
    granted = grant(rig, WORN)
    rig.body.exchange_seal(2, old.rfid, old.name)
    rig.restart()
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match="seal_suspended: worn"):
        rig.core.choose(granted.id)
    rig.core.desk.leave()
    maintain(rig, "begin")
    with pytest.raises(Refused, match="seal_suspended"):
        supervised.move_seal(rig.core, "seal_in", WORN, ACTOR, WITNESS, REASON)


def test_the_successor_goes_out_and_in_again_like_any_seal(rig: Rig) -> None:
    granted = grant(rig)
    replace_seal(rig)
    maintain(rig, "begin")
    supervised.move_seal(rig.core, "seal_out", NEW, ACTOR, WITNESS, REASON)
    supervised.move_seal(rig.core, "seal_in", NEW, ACTOR, WITNESS, REASON)
    maintain(rig, "end")
    assert [one.kind for one in rig.entries()][-2] == "seal_in"
    rig.stamp(granted)


def test_it_takes_two(rig: Rig) -> None:
    grant(rig)
    maintain(rig, "begin")
    supervised.move_seal(rig.core, "seal_out", WORN, ACTOR, WITNESS, REASON)
    exchange(rig)
    for actor, witness, code in (
        (WITNESS, WITNESS, "same_person"),
        (ACTOR, Hand("bing", "000000"), "credential_wrong"),
        (ACTOR, Hand("ji", PIN), "witness_unfit"),
    ):
        with pytest.raises(Refused, match=code):
            supervised.move_seal(rig.core, "seal_in", NEW, actor, witness, REASON)
    assert "seal_replaced" not in rig.kinds()


def test_the_command_photographs_what_lies_on_the_tray(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real processes: two PINs a command, camerad takes the picture, the courier is to send it."""
    office = Office.open(tmp_path)
    try:
        machine = office.township.machine
        old = next(seal for seal in machine.seals if seal.id == WORN)
        new = replace(old, id=NEW, rfid=TAG, replaces=WORN)
        others = tuple(seal for seal in machine.seals if seal.id != WORN)
        seals = (*others, replace(old, state="retired"), new)
        office.township = office.township.change(machine=replace(machine, seals=seals))
        office.publish()
        monkeypatch.setattr("sealctl.commands.parts.secret", lambda _: PIN)
        people = ("--operator", "wu", "--witness", "bing", "--reason", REASON)
        config = ("--config", str(office.folder / "machine.toml"))
        office.ask("body", "lay", png=PAGE)
        assert cli.main([*config, "maintenance", "begin", *people]) == 0
        assert cli.main([*config, "seal", "out", WORN, *people]) == 0
        office.ask("body", "exchange", slot=2, rfid=TAG, name="another")
        poll(lambda: office.ask("console", "health")["body"]["slots"][2] == TAG)
        assert cli.main([*config, "seal", "in", NEW, *people]) == 0
        assert office.kinds()[-2:] == ["seal_out", "seal_replaced"]
        assert len(office.ask("courier", "photos")["pending"]) == 1
    finally:
        office.close()
