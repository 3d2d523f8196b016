"""Emergency codes: printed once, signed for as verifiers, of no use in the package itself."""

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from county import codes
from county.authority import AuthorityError, missing_signatures, read_township, sign_authority
from county.cli import main
from tests.support.contents import DEVICE
from tests.support.township import Township
from wire.approval import emergency
from wire.lists import package
from wire.lists.machines import code_verifier
from wire.refusals import Refused

TOWN = Township.build()


def test_what_is_printed_is_accepted_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    former, draft = tmp_path / "package.cbor", tmp_path / "next.cbor"
    former.write_bytes(TOWN.package)
    people = ["--person", "wu", "--person", "bing"]
    asked = ["authority", "codes", str(draft), "--former", str(former), "--device", DEVICE]
    assert main([*asked, *people, "--count", "2"]) == 0
    printed = capsys.readouterr().out
    shown = re.findall(r"\d\. ([A-Z2-7-]{19})$", printed, re.MULTILINE)
    assert len(set(shown)) == 4
    data = draft.read_bytes()
    assert missing_signatures(data) == 2
    for officer in TOWN.keys.officers[:2]:
        data = sign_authority(data, officer, now_ms=TOWN.now_ms)
    town = read_township(package.decode(data))
    machine = town.villages[0].machines.machines[DEVICE]
    plain = [emergency.plain(one) for one in shown]
    expected = {code_verifier(DEVICE, "wu", one) for one in plain[:2]}
    assert {one.verifier for one in machine.emergency if one.person == "wu"} == expected
    assert not any(one.encode() in data for one in (*shown, *plain))
    lists = TOWN.sign(town).lists()
    assert emergency.check_code("wu", emergency.plain(shown[0].lower()), lists)
    with pytest.raises(Refused, match="emergency_code_wrong"):
        emergency.check_code("bing", plain[0], lists)


def test_new_codes_take_the_persons_former_ones_back_and_leave_the_others() -> None:
    town, first = codes.renew(TOWN.authority, DEVICE, ["wu", "bing"], 2, random=_counting())
    town, _ = codes.renew(town, DEVICE, ["wu"], 1, random=_counting(100))
    held = town.villages[0].machines.machines[DEVICE]
    kept = {one.verifier for one in held.emergency}
    assert len(kept) == 3
    assert {code_verifier(DEVICE, "bing", one) for one in first["bing"]} < kept
    assert not {code_verifier(DEVICE, "wu", one) for one in first["wu"]} & kept


@pytest.mark.parametrize(("device", "person"), [("sunrise-9", "wu"), (DEVICE, "stranger")])
def test_nobody_knows_that_machine_or_person(device: str, person: str) -> None:
    with pytest.raises(AuthorityError):
        codes.renew(TOWN.authority, device, [person], 1, random=_counting())


def _counting(start: int = 0) -> Callable[[int], bytes]:
    """Chance that never repeats itself."""
    numbers = count(start)
    return lambda size: next(numbers).to_bytes(size)
