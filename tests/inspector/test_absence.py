"""A stamp that a substitute granted while the director was away: the machine stamps, the inspector
verifies; and where the machine's software looked away, the inspector does not.
"""

from pathlib import Path

import pytest

from sealctl.session import model as m
from tests.inspector.test_show import shown
from tests.inspector.test_verify import verdict
from tests.inspector.test_verify_rules import places
from tests.support.absences import FORGED, PEOPLE, PERMITTED, granted, said
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import VKEY, SealedLog
from wire.approval import chain
from wire.refusals import Refused

Capsys = pytest.CaptureFixture[str]


def machine(folder: Path) -> Rig:
    made = Rig.build(folder, offices=PEOPLE, policy={**PERMITTED, "log_key": VKEY})
    made.picture = b"a picture"
    return made


def test_the_machine_stamps_and_the_inspector_verifies_it_and_says_who_was_away(
    tmp_path: Path, capsys: Capsys
) -> None:
    rig = machine(tmp_path / "machine")
    grant = granted(rig.township, said(rig.township, "yi", "gui"))
    rig.publish(grant)
    rig.stamp(grant)
    rig.core.feed(m.LoggedOut())
    log = SealedLog.of(rig)
    found = verdict(log.write(tmp_path / "bundle"), capsys)
    assert (found["status"], found["stamps"]) == (0, 1)
    told = shown(tmp_path / "bundle", places(log, rig, "stamped")[0], capsys)
    assert "丁四朗" in told["approvals"]["村委会主任 director"]
    assert "乙二亮（yi）" in told["approvals"]["不在 1 away"]
    assert "gui" in told["approvals"]["不在 1 away"]


@pytest.mark.parametrize("how", FORGED)
def test_what_altered_software_stamped_is_found(
    how: str, tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine refuses; with the rules taken out it stamps, and the inspector refuses."""
    forge, code = FORGED[how]
    rig = machine(tmp_path / "machine")
    grant = forge(rig.township)
    rig.publish(grant)
    rig.core.login(OPERATOR, PIN)
    with pytest.raises(Refused, match=code):
        rig.core.choose(grant.id)
    with monkeypatch.context() as altered:
        altered.setattr(chain, "judge", lambda *_: None)
        rig.publish(grant)
        rig.stamp(grant)
    found = verdict(SealedLog.of(rig).write(tmp_path / "bundle"), capsys)
    assert (found["status"], found["code"]) == (1, "grant")
    assert code in str(found)
