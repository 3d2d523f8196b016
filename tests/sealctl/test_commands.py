"""A command of the hub at the machine: judged once, answered, and no way to the lock."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sealctl.lockd import commands
from sealctl.lockd.courier_verbs import COURIER
from sealctl.session.model import Mode
from tests.support.commands import Courier, asked, by_another, by_hub, hub_key
from tests.support.contents import DAY, HOUR
from tests.support.machine import Rig
from tests.support.township import Keys, Township
from wire import command
from wire.command_words import CHECKS, COMMANDS, FACTS, OUTCOMES

THIEF = Ed25519PrivateKey.generate()
OPENINGS = {"stamp", "login", "choose", "maintenance", "seal", "emergency", "photo", "release"}


@pytest.fixture
def courier(tmp_path: Path) -> Courier:
    return Courier(Rig.build(tmp_path))


def test_each_command_is_answered_with_what_it_asks_for(courier: Courier) -> None:
    town = courier.rig.township
    refreshed = courier.obey(by_hub(town, asked(command.REFRESH, 1)))
    assert (refreshed.outcome, refreshed.list) == ("done", courier.rig.version)
    assert (refreshed.findings, refreshed.facts) == ({}, {})
    examined = courier.obey(by_hub(town, asked(command.DOCTOR, 2)))
    assert examined.findings.keys() == set(commands.CHECKS)
    assert examined.findings["lock_sensor"] == "good"
    assert examined.facts == {}
    courier.rig.body.faults.case_open = True
    courier.rig.core.tick()
    told = courier.obey(by_hub(town, asked(command.DIAGNOSTICS, 3)))
    assert told.findings["lock_sensor"] == "bad"
    assert told.facts["entries"] == len(courier.rig.entries())
    assert told.facts["alarms_day"] == 1
    assert told.command == command.name_of(by_hub(town, asked(command.DIAGNOSTICS, 3)))


def test_pages_have_words_for_all_that_a_machine_says(courier: Courier) -> None:
    made = asked(command.DIAGNOSTICS)
    told = courier.obey(by_hub(courier.rig.township, made))
    assert told.facts.keys() <= FACTS.keys()
    assert FACTS.keys() - told.facts.keys() <= {"temperature_c", "throttled"}
    assert set(commands.CHECKS) <= CHECKS.keys()
    assert COMMANDS.keys() == set(command.NAMES)
    assert OUTCOMES.keys() == set(command.OUTCOMES)


def _forged(town: Township) -> bytes:
    return by_another(asked(), THIEF)


def _borrowed_name(town: Township) -> bytes:
    return by_another(asked(), THIEF, hub_key(town).kid)


def _another_townships(town: Township) -> bytes:
    return by_hub(Township.build(), asked())


def _another_machines(town: Township) -> bytes:
    return by_hub(town, asked(device="sunset-1"))


def _altered(town: Township) -> bytes:
    data = by_hub(town, asked(command.REFRESH))
    return data.replace(b"refresh_list", b"refresh_lost")


def _garbage(_: Township) -> bytes:
    return b"open"


ATTACKS = {
    "forged": _forged,
    "under the hub's key id": _borrowed_name,
    "another township's": _another_townships,
    "another machine's": _another_machines,
    "altered": _altered,
    "garbage": _garbage,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_not_the_hubs_command_for_this_machine_is_refused(
    courier: Courier, name: str
) -> None:
    before = _state(courier)
    assert courier.code(ATTACKS[name](courier.rig.township)) == "command_invalid"
    assert _state(courier) == before
    assert courier.code(by_hub(courier.rig.township, asked())) == ""


def test_one_that_is_too_long_is_not_even_looked_at(courier: Courier) -> None:
    data = by_hub(courier.rig.township, asked())
    assert courier.code(data + bytes(command.LIMIT)) == "bad_request"


def test_a_command_is_used_once_even_over_a_restart(courier: Courier) -> None:
    town = courier.rig.township
    first, older = by_hub(town, asked(number=5)), by_hub(town, asked(number=4))
    assert courier.obey(first).outcome == "done"
    assert {courier.code(one) for one in (first, older)} == {"command_used"}
    courier.restart()
    assert {courier.code(one) for one in (first, older)} == {"command_used"}
    assert courier.obey(by_hub(town, asked(number=6))).outcome == "done"


def test_one_out_of_its_time_or_not_of_the_table_is_answered_and_used(courier: Courier) -> None:
    town, now = courier.rig.township, courier.rig.clock.wall
    late = by_hub(town, asked(number=1, not_before=now - DAY, not_after=now - 1))
    early = by_hub(town, asked(number=2, not_before=now + HOUR, not_after=now + DAY))
    unknown = by_hub(town, asked("open_lock", 3))
    outcomes = [courier.obey(one).outcome for one in (late, early, unknown)]
    assert outcomes == ["command_expired", "command_expired", "command_unknown"]
    assert {courier.code(one) for one in (late, early, unknown)} == {"command_used"}


def test_an_answer_is_given_once_and_to_the_command_judged_last(courier: Courier) -> None:
    town = courier.rig.township
    number = courier.ask("command", command=by_hub(town, asked()))["result"]["number"]
    assert courier.ask("answer", number=number + 1)["error"]["code"] == "not_now"
    assert courier.ask("answer", number=number)["ok"]
    assert courier.ask("answer", number=number)["error"]["code"] == "not_now"


def test_without_a_list_or_under_a_key_that_was_replaced_no_command_counts(
    courier: Courier,
) -> None:
    rig = courier.rig
    old = rig.township
    rig.township = old.rotate(Keys.generate())
    rig.publish()
    assert courier.code(by_hub(old, asked())) == "command_invalid"
    assert courier.code(by_hub(rig.township, asked())) == ""
    rig.core.trusted = old.pinned()
    assert courier.code(by_hub(rig.township, asked(number=2))) == "list_missing"


def test_whoever_had_the_hubs_key_cannot_use_up_the_numbers_of_the_next(courier: Courier) -> None:
    rig = courier.rig
    old = rig.township
    assert courier.obey(by_hub(old, asked(number=2**53 - 1))).outcome == "done"
    assert courier.code(by_hub(old, asked(number=2**53 - 1))) == "command_used"
    rig.township = old.rotate(Keys.generate())
    rig.publish()
    assert courier.obey(by_hub(rig.township, asked(number=1))).outcome == "done"


def test_no_command_moves_the_lock_writes_an_entry_or_changes_the_list(courier: Courier) -> None:
    before = _state(courier)
    for number, name in enumerate([*command.NAMES, "open_lock", "stamp", "adopt"], 1):
        courier.obey(by_hub(courier.rig.township, asked(name, number)))
    assert _state(courier) == before
    assert COURIER.keys() & OPENINGS == set()


def test_while_the_lock_is_in_use_a_command_waits(courier: Courier) -> None:
    rig = courier.rig
    data = by_hub(rig.township, asked())
    rig.ready_to_stamp(rig.grant())
    rig.core.stamp()
    assert courier.code(data) == "busy"
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    assert courier.code(data) == "busy"
    rig.clock.advance(200)
    assert rig.body.press()
    rig.run(lambda core: core.session.mode in (Mode.CHOSEN, Mode.IDENTIFIED))
    assert rig.kinds()[-3:] == ["authorised", "stamped", "relocked"]
    assert courier.obey(data).outcome == "done"


def _state(courier: Courier) -> tuple[object, ...]:
    """All of a machine that a command could ever have changed."""
    core = courier.rig.core
    memory = courier.rig.body.memory
    counters = (memory.unlatches, memory.presses)
    return (core.journal.last_seq, core.session, core.trusted.bundle, core.body, counters)
