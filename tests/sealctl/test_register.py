"""The register of seal use, and who demanded a paper: what lockd tells the panel of both."""

from pathlib import Path

import pytest

from hardware.sim.clock import FakeClock
from sealctl.lockd import demands, register, views
from sealctl.session import model as m
from tests.support.machine import OPERATOR, PIN, Rig
from wire.record import commitment
from wire.refusals import Refused
from wire.seal_register import Job, lines

DAY_MS = 86_400_000


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig.build(tmp_path)


def rows(rig: Rig) -> list[Job]:
    now = rig.clock.wall
    return register.rows(rig.core, now - 40 * DAY_MS, now + DAY_MS)


def test_a_job_of_sheets_and_seams_is_one_row(rig: Rig) -> None:
    grant = rig.grant(impressions=2, seams=1, title="年度分红方案")
    for _ in range(2):
        rig.stamp(grant)
    rig.findings = ()
    rig.stamp(grant)
    (row,) = rows(rig)
    assert (row["sheets"], row["seams"], row["title"]) == (2, 1, "年度分红方案")
    assert row["operator_name"] == "戊五辉"
    assert row["grant"] == grant.id
    assert row["first_ms"] < row["last_ms"]
    assert (row["interrupted"], row["receipted"]) == (False, False)


def test_a_grant_that_left_the_list_keeps_its_title_in_the_register(rig: Rig) -> None:
    grant = rig.grant(title="充电桩安装申请")
    rig.stamp(grant)
    rig.publish()
    rig.restart()
    rig.core.login(OPERATOR, PIN)
    assert [row["title"] for row in rows(rig)] == ["充电桩安装申请"]


def test_an_opening_without_a_press_is_no_use_of_the_seal(rig: Rig) -> None:
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    rig.core.stamp()
    rig.run(lambda core: core.session.refusal is not None)
    assert rig.kinds()[-1] == "aborted"
    assert rows(rig) == []


def test_an_interrupted_opening_stands_in_it_as_such(rig: Rig) -> None:
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is m.Mode.OPEN)
    rig.restart()
    rig.core.login(OPERATOR, PIN)
    assert [row["interrupted"] for row in rows(rig)] == [True]


def test_another_month_has_other_rows(rig: Rig) -> None:
    rig.stamp(rig.grant())
    now = rig.clock.wall
    assert register.rows(rig.core, now - 40 * DAY_MS, now - DAY_MS) == []


def test_a_use_outside_the_machine_is_a_line_like_the_hubs(rig: Rig) -> None:
    grant = rig.grant(title="居住证明")
    rig.stamp(grant)
    used = rig.clock.wall - 2 * DAY_MS
    body = {"seal": "seal-committee", "register": "登-007", "used": used, "impressions": 2}
    told: dict[str, str | bytes | None] = {
        "matter": "低保申请",
        "operator": OPERATOR,
        "witness": "bing",
        "picture": bytes(32),
    }
    rig.core.journal.append("outside_use", body, committed=told)
    found = rows(rig)
    assert [one["title"] for one in found] == ["低保申请", "居住证明"]
    line = lines(found)[0]
    assert line[2] == "机外用印"
    assert line[5:9] == ("2", "", "", "戊五辉")
    assert line[-1] == "纸质登记号 登-007"
    assert register.rows(rig.core, used + 1, rig.clock.wall)[0]["title"] == "居住证明"


def test_nobody_reads_the_register_before_he_has_logged_in(rig: Rig) -> None:
    with pytest.raises(Refused, match="operator_unknown"):
        rows(rig)


def test_who_demanded_a_paper_is_noted_and_told_only_beside_the_entry(rig: Rig) -> None:
    item = str(views.items(rig.core)[0]["id"])
    demands.note(rig.core, item, "某银行县城支行")
    rig.core.login(OPERATOR, PIN)
    demands.note(rig.core, item, "某银行县城支行")
    first, second = (one for one in rig.entries() if one.kind == "demanded")
    assert (first.body["item"], first.body["operator"]) == (item, None)
    told = rig.core.journal.connection.execute(
        "SELECT data FROM opening WHERE seq = ?", (second.seq,)
    ).fetchone()[0]
    values = {one.field: one.value for one in commitment.decode(told).openings}
    assert values == {"demander": "某银行县城支行", "operator": OPERATOR}
    for one in rig.core.journal.connection.execute("SELECT envelope FROM entry"):
        assert "某银行".encode() not in one[0]


def test_a_demand_needs_a_known_item_and_does_not_fill_the_journal(rig: Rig) -> None:
    with pytest.raises(Refused, match="unknown_item"):
        demands.note(rig.core, "nothing", "某单位")
    item = str(views.items(rig.core)[0]["id"])
    for _ in range(demands.MOST_AN_HOUR):
        demands.note(rig.core, item, "某单位")
    with pytest.raises(Refused, match="busy"):
        demands.note(rig.core, item, "某单位")
    assert isinstance(rig.clock, FakeClock)
    rig.clock.advance(demands.HOUR_MS + 1000)
    demands.note(rig.core, item, "某单位")


def test_a_refused_item_comes_with_its_office_and_telephone(rig: Rig) -> None:
    shown = next(row for row in views.items(rig.core) if row["cls"] == "forbidden")
    assert shown["phone"] == "0577-0000000"
    assert shown["where_zh"]
    assert shown["basis"]
