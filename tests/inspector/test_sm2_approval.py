"""A stamp that one approver granted by an SM2 key and one by a passkey: the machine stamps, the
inspector verifies; and where the machine's software looked away, the inspector does not.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.cli import main
from sealctl.lockd import corrections as lockd
from sealctl.lockd.supervised import Hand
from sealctl.session import model as m
from tests.inspector.test_show import shown
from tests.inspector.test_verify import verdict
from tests.inspector.test_verify_rules import places
from tests.support import sm2_people
from tests.support.contents import DAY, NOW, YEAR
from tests.support.corrections import draft, with_camerad
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import VKEY, SealedLog
from tests.support.sm2_people import Holder, equip
from wire.approval import chain, correction, decision, subject
from wire.approval.decision import Approval
from wire.lists.content import Grant, SignedCorrection
from wire.refusals import Refused

Capsys = pytest.CaptureFixture[str]
YI, OTHER = Holder(), Holder()


def machine(folder: Path) -> Rig:
    """The director has an SM2 key beside his passkey."""
    made = Rig.build(folder, policy={"log_key": VKEY})
    made.picture = b"a picture"
    made.township = equip(made.township, {"yi": (YI.listed(),)})
    return made


def granted(rig: Rig, holder: Holder = YI) -> Grant:
    """By the director's SM2 key and the secretary's passkey."""
    asked = rig.township.application()
    director = sm2_people.approve(rig.township, asked, "director", "yi", holder)
    return rig.township.grant(asked, (director, rig.township.approve(asked, "secretary", "jia")))


def corrected(rig: Rig, seq: int) -> SignedCorrection:
    """By the director's SM2 key."""
    data = correction.encode(draft(rig, seq))
    digest, roster = subject.subject_hash(data), rig.township.roster.version
    challenge = decision.challenge("correction", digest, "director", "yi", "approve", roster)
    proof = YI.prove(challenge)
    return SignedCorrection(data, Approval("director", "yi", "approve", roster, proof))


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """It stamped, and the stamp was declared void."""
    made = machine(tmp_path_factory.mktemp("machine"))
    grant = granted(made)
    made.publish(grant)
    made.stamp(grant)
    made.core.feed(m.LoggedOut())
    signed = corrected(made, next(one.seq for one in made.entries() if one.kind == "stamped"))
    made.publish(grant, corrections=(signed,))
    with_camerad(made, lambda served: lockd.correct(served, signed.id, Hand(OPERATOR, PIN)))
    return made


def test_the_machine_stamps_and_the_inspector_verifies_it(
    rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    assert [one.kind for one in rig.entries()].count("stamped") == 1
    said = verdict(SealedLog.of(rig).write(tmp_path), capsys)
    assert (said["status"], said["stamps"]) == (0, 1)


def test_it_is_told_by_which_key_each_approved(rig: Rig, tmp_path: Path, capsys: Capsys) -> None:
    log = SealedLog.of(rig)
    said = shown(log.write(tmp_path), places(log, rig, "stamped")[0], capsys)
    assert said["status"] == 0
    assert f"国密密钥 SM2 {YI.kid.hex()}" in said["approvals"]["村委会主任 director"]
    assert "通行密钥" in said["approvals"]["村党组织书记 secretary"]


def test_the_report_carries_it_as_what_no_browser_can_check(rig: Rig, tmp_path: Path) -> None:
    bundle = SealedLog.of(rig).write(tmp_path / "bundle")
    assert main(["report", str(bundle), "--out", str(tmp_path / "out")]) == 0
    assert '"sm2":' in (tmp_path / "out/report.html").read_text("utf-8")


def _policy(rig: Rig) -> Grant:
    grant = granted(rig)
    rig.township = equip(rig.township, {}, suites=("passkey",))
    return grant


def _item(rig: Rig) -> Grant:
    grant = granted(rig)
    catalogue = rig.township.authority.catalogue
    strict = replace(catalogue.items["residence"], passkeys_only=True)
    items = {**catalogue.items, strict.id: strict}
    rig.township = rig.township.change(catalogue=replace(catalogue, items=items))
    return grant


def _strangers(rig: Rig) -> Grant:
    return granted(rig, OTHER)


def _ran_out(rig: Rig) -> Grant:
    rig.township = equip(rig.township, {"yi": (YI.listed(NOW - YEAR, NOW - 2 * DAY),)})
    return granted(rig)


SOFTWARE: dict[str, tuple[Callable[[Rig], Grant], str]] = {
    "the policy takes no SM2 keys": (_policy, "approval_suite"),
    "the item takes passkeys alone": (_item, "approval_suite"),
    "a key of nobody": (_strangers, "approval_invalid"),
    "a key that had run out": (_ran_out, "approval_invalid"),
}


@pytest.mark.parametrize("how", SOFTWARE)
def test_what_altered_software_stamped_is_found(
    how: str, tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine refuses; with the rules taken out it stamps, and the inspector refuses."""
    forge, code = SOFTWARE[how]
    rig = machine(tmp_path / "machine")
    grant = forge(rig)
    rig.publish(grant)
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match=code):
        rig.core.choose(grant.id)
    with monkeypatch.context() as altered:
        altered.setattr(chain, "judge", lambda *_: None)
        rig.publish(grant)
        rig.stamp(grant)
    said = verdict(SealedLog.of(rig).write(tmp_path / "bundle"), capsys)
    assert (said["status"], said["code"]) == (1, "grant")
    assert code in str(said)
