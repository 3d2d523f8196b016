"""Emergencies, corrections and uses outside the machine: honest ones verify, every lie is named.

The machine here has a stolen key: it signs whatever it likes. What it has not got are codes that
nobody gave, verifiers that the officers did not sign, and approvers' passkeys.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from inspector.cli import main
from inspector.crisis import Crisis
from inspector.findings import NotVerifiedError
from inspector.leaf import ENVELOPE
from sealctl import emergency as rules
from sealctl import rules as sealctl_rules
from sealctl.emergency import Failed
from sealctl.lockd import corrections as lockd
from sealctl.lockd import outside
from sealctl.lockd.outside import Line
from sealctl.lockd.supervised import Hand
from sealctl.session import model as m
from tests.inspector.test_verify import resign, signer_of, verdict
from tests.inspector.test_verify_rules import drop, places
from tests.support import contents, crisis
from tests.support.corrections import draft, sign, with_camerad
from tests.support.crisis import CODES, SECOND
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import VKEY, SealedLog
from tests.support.seen import named, see
from wire.approval import emergency, subject
from wire.lists.content import ApprovalList
from wire.lists.machines import code_verifier
from wire.record import commitment, entry
from wire.record.commitment import Opening
from wire.record.entry import Entry
from wire.record.envelope import entry_hash

Capsys = pytest.CaptureFixture[str]
Bend = Callable[[SealedLog, Rig], None]


def silent_machine(folder: Path) -> Rig:
    made = crisis.build(folder, policy={"log_key": VKEY})
    made.picture = b"a picture"
    return made


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """Two emergencies of one press each under an expired list; a correction; a register's line."""
    made = silent_machine(tmp_path_factory.mktemp("machine"))
    made.stamp(made.grant())
    made.core.feed(m.LoggedOut())
    stamped = next(one.seq for one in made.entries() if one.kind == "stamped")
    signed = sign(made.township, draft(made, stamped))
    made.publish(corrections=(signed,))
    crisis.fall_silent(made, 80 * contents.HOUR)
    for use in (0, 1):
        crisis.declare(made, replace(crisis.ASKED, impressions=1), use=use)
        crisis.stamp(made)
        made.core.feed(m.LoggedOut())
    with_camerad(made, lambda served: lockd.correct(served, signed.id, Hand(OPERATOR, PIN)))
    line = Line("seal-committee", "登-001", made.clock.wall, 1, "低保申请")
    hands = Hand(OPERATOR, PIN), Hand(SECOND, PIN)
    with_camerad(made, lambda served: outside.enter(served, line, *hands))
    return made


@pytest.fixture
def log(rig: Rig) -> SealedLog:
    return SealedLog.of(rig)


def test_honest_ones_verify_and_are_counted(log: SealedLog, tmp_path: Path, capsys: Capsys) -> None:
    said = verdict(log.write(tmp_path), capsys)
    assert (said["status"], said["stamps"], said["emergencies"]) == (0, 3, 2)
    assert (said["outside"], said["corrected"]) == (1, 1)
    assert main(["verify", str(tmp_path)]) == 0
    assert "其中应急用印 2 次，机外用印 1 次，作废 1 次" in capsys.readouterr().out


def reopen(log: SealedLog, rig: Rig, place: int, body: dict[str, Any], **values: Any) -> None:
    """Leaf `place` says something else, its openings with it, all signed and fitting."""
    made = entry.open_entry(log.leaves[place], rig.core.journal.key)
    held = commitment.decode(log.openings[entry_hash(log.leaves[place])])
    kept = [one for one in held.openings if one.field not in values]
    kept += [Opening(name, bytes(32), one) for name, one in values.items() if one is not None]
    hidden: dict[str, Any] = {name: None for name, one in values.items() if one is None}
    hidden |= {one.field: commitment.commit(made.kind, one) for one in kept}
    log.openings[entry_hash(log.leaves[place])] = commitment.encode(
        replace(held, openings=tuple(kept))
    )
    resign(log, rig, place, signer_of(rig), **body, **hidden)


def redeclare(log: SealedLog, rig: Rig, **changes: Any) -> None:
    """The second emergency asks for something else, whole and signed."""
    place = places(log, rig, "emergency")[1]
    held = commitment.decode(log.openings[entry_hash(log.leaves[place])])
    details = next(one.value for one in held.openings if one.field == "details")
    assert isinstance(details, bytes)
    made = replace(emergency.decode(details), **changes)
    data = emergency.encode(made)
    body: dict[str, Any] = {
        "grant": subject.subject_hash(data),
        "item": made.item,
        "seal": made.seal,
    }
    body["impressions"] = made.impressions
    people = {"operator": made.operator, "second": made.second}
    reopen(log, rig, place, body, details=data, **people)


def with_codes(log: SealedLog, rig: Rig, first: str, second: str, device: str) -> None:
    """The second emergency names these codes."""
    place = places(log, rig, "emergency")[1]
    verifiers = [
        code_verifier(device, person, code)
        for person, code in ((OPERATOR, first), (SECOND, second))
    ]
    codes = {"operator_code": first, "second_code": second}
    reopen(log, rig, place, {"verifiers": verifiers}, **codes)


def _reused_code(log: SealedLog, rig: Rig) -> None:
    with_codes(log, rig, CODES[OPERATOR][0], CODES[SECOND][1], contents.DEVICE)


def _unknown_code(log: SealedLog, rig: Rig) -> None:
    with_codes(log, rig, "NNNNOOOOPPPPQQQQ", CODES[SECOND][1], contents.DEVICE)


def _code_of_another_device(log: SealedLog, rig: Rig) -> None:
    with_codes(log, rig, CODES[OPERATOR][1], CODES[SECOND][1], "sunrise-2")


def _verifier_without_its_code(log: SealedLog, rig: Rig) -> None:
    """The thief reads the verifiers off the list, and knows no code."""
    place = places(log, rig, "emergency")[1]
    reopen(log, rig, place, {}, operator_code="NNNNOOOOPPPPQQQQ")


def _same_person_twice(log: SealedLog, rig: Rig) -> None:
    redeclare(log, rig, second=OPERATOR)


def _two_codes_of_one_person(log: SealedLog, rig: Rig) -> None:
    redeclare(log, rig, second=OPERATOR)
    codes = CODES[OPERATOR][1:]
    verifiers = [code_verifier(contents.DEVICE, OPERATOR, code) for code in codes]
    place = places(log, rig, "emergency")[1]
    named = {"operator_code": codes[0], "second_code": codes[1]}
    reopen(log, rig, place, {"verifiers": verifiers}, **named)


def _not_an_emergency_item(log: SealedLog, rig: Rig) -> None:
    redeclare(log, rig, item="residence")


def _for_another_machine(log: SealedLog, rig: Rig) -> None:
    redeclare(log, rig, device="sunrise-2")


def _another_item_in_clear(log: SealedLog, rig: Rig) -> None:
    place = places(log, rig, "emergency")[1]
    resign(log, rig, place, signer_of(rig), item="residence")


def _nothing_failed(log: SealedLog, rig: Rig) -> None:
    place = places(log, rig, "emergency")[1]
    resign(log, rig, place, signer_of(rig), no_contact=False)


def _camera_failed_but_list_expired(log: SealedLog, rig: Rig) -> None:
    place = places(log, rig, "emergency")[1]
    resign(log, rig, place, signer_of(rig), no_contact=False, no_camera=True)


def _contact_in_between(log: SealedLog, rig: Rig) -> None:
    """An hour before the emergency the machine knew a newer checkpoint."""
    first, last = places(log, rig, "boot")[0], places(log, rig, "heartbeat")[-1]
    see(log, rig, {last - first + 1: named})


def _never_declared(log: SealedLog, rig: Rig) -> None:
    drop(log, rig, places(log, rig, "emergency")[1])


def _another_operator(log: SealedLog, rig: Rig) -> None:
    reopen(log, rig, places(log, rig, "authorised")[2], {}, operator=SECOND)


def _another_seal(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, places(log, rig, "authorised")[2], signer_of(rig), seal="seal-party")


def _no_picture(log: SealedLog, rig: Rig) -> None:
    reopen(log, rig, places(log, rig, "authorised")[2], {}, before=None)


def _ordinary_stamp_without_picture(log: SealedLog, rig: Rig) -> None:
    reopen(log, rig, places(log, rig, "authorised")[0], {}, before=None)


def _blank_page(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, places(log, rig, "authorised")[2], signer_of(rig), findings=["blank"])


def _correction_of_another_stamp(log: SealedLog, rig: Rig) -> None:
    stamped = entry.open_entry(log.leaves[places(log, rig, "stamped")[1]], rig.core.journal.key)
    place = places(log, rig, "correction")[0]
    resign(log, rig, place, signer_of(rig), stamped=stamped.seq)


def _correction_of_no_stamp(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, places(log, rig, "correction")[0], signer_of(rig), stamped=1)


def _correction_of_nothing(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, places(log, rig, "correction")[0], signer_of(rig), stamped=9999)


def _correction_nobody_signed(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, places(log, rig, "correction")[0], signer_of(rig), subject=bytes(32))


def _replaced_by_another(log: SealedLog, rig: Rig) -> None:
    resign(log, rig, places(log, rig, "correction")[0], signer_of(rig), replacement=bytes(32))


def _lost_although_cancelled(log: SealedLog, rig: Rig) -> None:
    place = places(log, rig, "correction")[0]
    reopen(log, rig, place, {"state": "lost"}, picture=None)


def _cancelled_without_photo(log: SealedLog, rig: Rig) -> None:
    reopen(log, rig, places(log, rig, "correction")[0], {}, picture=None)


def _corrected_twice(log: SealedLog, rig: Rig) -> None:
    again(log, rig, "correction")


def _register_line_twice(log: SealedLog, rig: Rig) -> None:
    again(log, rig, "outside_use")


def _used_in_the_future(log: SealedLog, rig: Rig) -> None:
    place = places(log, rig, "outside_use")[0]
    resign(log, rig, place, signer_of(rig), used=1 << 50)


def _register_photo_withheld(log: SealedLog, rig: Rig) -> None:
    place = places(log, rig, "outside_use")[0]
    reopen(log, rig, place, {}, picture=sha256(b"a photo that nobody gave").digest())


def again(log: SealedLog, rig: Rig, kind: str) -> None:
    """The entry of that kind stands at the journal's end once more."""
    key = rig.core.journal.key
    place = places(log, rig, kind)[0]
    last = entry.open_entry(log.leaves[-1], key)
    made = entry.open_entry(log.leaves[place], key)
    repeated = replace(made, seq=last.seq + 1, prev=entry_hash(log.leaves[-1]), time=last.time)
    log.leaves.append(signer_of(rig).sign(entry.encode(repeated)))
    held = commitment.decode(log.openings[entry_hash(log.leaves[place])])
    name = entry_hash(log.leaves[-1])
    log.openings[name] = commitment.encode(replace(held, seq=repeated.seq, entry=name))


ATTACKS: dict[str, tuple[Bend, str]] = {
    "an emergency code used twice": (_reused_code, "emergency"),
    "an emergency code that nobody signed": (_unknown_code, "emergency"),
    "an emergency code of another machine": (_code_of_another_device, "emergency"),
    "a verifier whose code nobody gave": (_verifier_without_its_code, "emergency"),
    "one person as both": (_same_person_twice, "emergency"),
    "one person with two of his own codes": (_two_codes_of_one_person, "emergency"),
    "an item that is none for emergencies": (_not_an_emergency_item, "emergency"),
    "an emergency of another machine": (_for_another_machine, "emergency"),
    "another item than the two asked for": (_another_item_in_clear, "emergency"),
    "an emergency in which nothing had failed": (_nothing_failed, "emergency"),
    "an expired list, excused by the camera": (_camera_failed_but_list_expired, "emergency"),
    "an emergency an hour after contact": (_contact_in_between, "emergency"),
    "an emergency that was never declared": (_never_declared, "grant"),
    "an emergency stamped by the other person": (_another_operator, "emergency"),
    "an emergency with another seal": (_another_seal, "emergency"),
    "an emergency without a picture": (_no_picture, "emergency"),
    "an emergency on a blank page": (_blank_page, "emergency"),
    "an ordinary stamp without a picture": (_ordinary_stamp_without_picture, "grant"),
    "a correction of another stamp": (_correction_of_another_stamp, "correction"),
    "a correction of what is no stamp": (_correction_of_no_stamp, "correction"),
    "a correction of nothing": (_correction_of_nothing, "correction"),
    "a correction that nobody signed": (_correction_nobody_signed, "correction"),
    "a correction with another replacement": (_replaced_by_another, "correction"),
    "a correction that says lost": (_lost_although_cancelled, "correction"),
    "a correction without its photo": (_cancelled_without_photo, "correction"),
    "a stamp corrected twice": (_corrected_twice, "correction"),
    "a line of the register entered twice": (_register_line_twice, "stamp"),
    "a use outside the machine in the future": (_used_in_the_future, "stamp"),
    "the register's photo withheld": (_register_photo_withheld, "photo"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(name: str, log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys) -> None:
    bend, code = ATTACKS[name]
    bend(log, rig)
    said = verdict(log.write(tmp_path), capsys)
    assert (said["status"], said.get("code")) == (1, code), said


def _revoked(lists: ApprovalList) -> ApprovalList:
    return replace(lists, grants=replace(lists.grants, revoked_persons=(OPERATOR,)))


def _seal_suspended(lists: ApprovalList) -> ApprovalList:
    seals = tuple(replace(one, state="suspended") for one in lists.machine.seals)
    return replace(lists, machine=replace(lists.machine, seals=seals))


def _machine_suspended(lists: ApprovalList) -> ApprovalList:
    return replace(lists, machine=replace(lists.machine, state="suspended"))


AFTER_DECLARING: dict[str, tuple[Callable[[ApprovalList], ApprovalList], dict[str, Any]]] = {
    "the operator was revoked": (_revoked, {}),
    "the seal was suspended": (_seal_suspended, {}),
    "the machine was suspended": (_machine_suspended, {}),
    "sheets out of order": (lambda lists: lists, {"sheet": 2}),
}


@pytest.mark.parametrize("words", AFTER_DECLARING)
def test_what_must_hold_at_each_opening_still(words: str, rig: Rig, log: SealedLog) -> None:
    """The list may change between the declaration and its openings: the camera's failure lasts."""
    change, said = AFTER_DECLARING[words]
    lists = replace(rig.township.lists(), expires_ms=1 << 50)
    held, opening = _declared(rig, log, lists)
    bent = replace(opening, body={**opening.body, **said})
    with pytest.raises(NotVerifiedError, match=words):
        held.open(bent, OPERATOR, 1, change(lists), "here")
    held, opening = _declared(rig, log, lists)
    held.open(opening, OPERATOR, 1, lists, "here")


def _declared(rig: Rig, log: SealedLog, lists: ApprovalList) -> tuple[Crisis, Entry]:
    """The inspector at the first opening of the first emergency."""
    held = Crisis()
    for leaf in (one for one in log.leaves if one.startswith(ENVELOPE)):
        made = entry.open_entry(leaf, rig.core.journal.key)
        held.look(made)
        if made.kind == "emergency":
            beside = commitment.decode(log.openings[entry_hash(leaf)]).openings
            values = {one.field: one.value for one in beside}
            held.declare(0, made, values, lists, "here", lambda _: True)
        if made.kind == "authorised" and held.covers(made):
            return held, made
    raise AssertionError("no opening of an emergency")


def lying(monkeypatch: pytest.MonkeyPatch, *, camera: bool = False) -> None:
    """A machine whose software says that an emergency is on, whatever is."""
    failed = Failed(contact=not camera, camera=camera)
    monkeypatch.setattr(rules, "judge_plight", lambda *_: failed)


def judged(rig: Rig, folder: Path, capsys: Capsys) -> str:
    """What `sealinspect verify` says for people."""
    main(["verify", str(SealedLog.of(rig).write(folder))])
    said = capsys.readouterr()
    return said.out + said.err


def test_more_presses_than_the_policy_permits(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = silent_machine(tmp_path / "machine")
    crisis.fall_silent(made)
    lying(monkeypatch)
    for use in (0, 1):
        crisis.declare(made, use=use)
        crisis.stamp(made)
        crisis.stamp(made)
        made.core.feed(m.LoggedOut())
    assert "more openings than the policy permits" in judged(made, tmp_path / "log", capsys)


def test_an_emergency_too_early(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = silent_machine(tmp_path / "machine")
    crisis.fall_silent(made, 23 * contents.HOUR)
    lying(monkeypatch)
    crisis.declare(made)
    assert "not failed for long enough" in judged(made, tmp_path / "log", capsys)


def test_an_emergency_without_any_need(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = silent_machine(tmp_path / "machine")
    failed = Failed(contact=False, camera=False)
    monkeypatch.setattr(rules, "judge_plight", lambda *_: failed)
    crisis.declare(made)
    assert "nothing had failed" in judged(made, tmp_path / "log", capsys)


def test_an_emergency_at_a_suspended_machine(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = silent_machine(tmp_path / "machine")
    made.township = made.township.suspend()
    made.publish()
    crisis.fall_silent(made)
    monkeypatch.setattr("sealctl.rules.EMERGENCY_LIST_RULES", ())
    crisis.declare(made)
    assert "the machine was suspended" in judged(made, tmp_path / "log", capsys)


def test_more_presses_than_were_declared(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = silent_machine(tmp_path / "machine")
    crisis.fall_silent(made)
    crisis.declare(made, replace(crisis.ASKED, impressions=1))
    grant = made.core.crisis.grant
    crisis.stamp(made)
    made.core.feed(m.LoggedOut())
    monkeypatch.setattr("sealctl.rules.TASK_RULES", (sealctl_rules._body_sound,))
    assert grant is not None
    made.core.declare(grant, OPERATOR, 2, blind=False)
    crisis.stamp(made)
    assert "more openings than were declared" in judged(made, tmp_path / "log", capsys)


def test_an_emergency_that_outlives_a_restart(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = silent_machine(tmp_path / "machine")
    crisis.fall_silent(made)
    crisis.declare(made)
    kept, operator = made.core.crisis.grant, OPERATOR
    made.restart()
    lying(monkeypatch)
    assert kept is not None
    made.core.declare(kept, operator, 2, blind=False)
    crisis.stamp(made)
    assert "not on the list" in judged(made, tmp_path / "log", capsys)


def test_an_emergency_that_outlives_the_silence(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = silent_machine(tmp_path / "machine")
    crisis.fall_silent(made)
    crisis.declare(made)
    made.publish()
    lying(monkeypatch)
    crisis.stamp(made)
    assert "contact was back" in judged(made, tmp_path / "log", capsys)


def test_without_a_camera_honest_presses_verify_and_are_capped(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = silent_machine(tmp_path / "machine")
    made.picture = None
    made.body.faults.camera_gone = True
    for use in (0, 1):
        crisis.declare(made, use=use)
        made.run(lambda core: made.body.mechanism.home)
        made.press_through()
        made.press_through()
        made.core.feed(m.LoggedOut())
        if use == 0:
            assert "Verified" in judged(made, tmp_path / "honest", capsys)
            lying(monkeypatch, camera=True)
    assert "more openings than the policy permits" in judged(made, tmp_path / "log", capsys)
