"""The approval slip: printed once it is approved, and its code chooses the grant at the machine."""

from hub.applications import slip
from hub.applications.granted import granted
from sealctl.lockd.login import CODE
from tests.hub.flow_rig import approved, client, filed, page, sign, take
from tests.support.contents import DEVICE
from tests.support.township import Township


def test_it_says_what_was_approved_and_by_whom(township: Township) -> None:
    found = approved(township)
    printed = page("geng", f"/applications/{found.pk}/slip")
    for told in ("居住证明", "子女入学", "乙二亮", "甲一明", "村委会主任", "戊五辉"):
        assert told in printed
    assert "打印审批单" in page("geng", f"/applications/{found.pk}/")


def test_its_code_is_what_the_machine_takes_and_begins_one_grant(township: Township) -> None:
    found = approved(township)
    (grant,) = granted(DEVICE)
    code = slip.code(found)
    assert CODE.fullmatch(code)
    assert grant.id.hex().startswith(code)
    drawn = client("geng").get(f"/applications/{found.pk}/code.svg")
    assert drawn["Content-Type"] == "image/svg+xml"


def test_before_it_is_approved_there_is_none(township: Township) -> None:
    found = filed()
    take(township, found, sign(township, found, "director", "yi"))
    answer = client("geng").get(f"/applications/{found.pk}/slip")
    assert (answer.status_code, "approvals_missing" in answer.content.decode()) == (400, True)
    assert client("geng").get("/applications/999/slip").status_code == 404
