"""What a browser sealed for the county: kept as it came, handed over, and not one word in clear."""

from base64 import b64encode
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import DatabaseError, transaction
from pytest_django.fixtures import Settings

from hub.clock import now_ms
from hub.config import ConfigError, config
from hub.hotline import county
from hub.hotline.models import Case, SealedReport
from hub.operate.retain import rows
from tests.hub.hotline_rig import BOTH, CODE, WORDS, Reporter, prepare
from tests.support import sealed_report
from tests.support.township import Township
from wire import county_report

pytestmark = pytest.mark.django_db(databases=BOTH)
KEY = ec.generate_private_key(ec.SECP256R1())
FIELDS = {
    "concern": "镇书记、镇长",
    "day": "2026-11-27",
    "accused": "",
    "words": WORDS,
    "contact": "",
}
TODAY = date(2026, 11, 27)


@pytest.fixture
def reporter(township: Township, settings: Settings, tmp_path: Path) -> Reporter:
    prepare(tmp_path)
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "county.pub").write_bytes(public)
    with (tmp_path / "hub.toml").open("a") as toml:
        toml.write('\n[hotline]\ncounty_key = "county.pub"\nreports_per_day = 2\n')
    return Reporter(settings)


def form(reporter: Reporter) -> dict[str, str]:
    """What the page sends once its script has sealed."""
    shown = reporter.get("/report/?concern=leader")
    drawn = shown.split('name="drawn" value="')[1].split('"')[0]
    sealed = sealed_report.seal(KEY.public_key(), FIELDS)
    return {"drawn": drawn, "sealed": b64encode(sealed).decode()}


def sent(reporter: Reporter) -> str:
    found = CODE.search(reporter.post("/county/", form(reporter)))
    assert found is not None
    return found[0]


def test_it_is_kept_handed_over_and_opened_by_the_county_alone(reporter: Reporter) -> None:
    code = sent(reporter)
    row = SealedReport.objects.get()
    said = reporter.look(code)
    assert ("等着交给县里" in said, county_report.reference(bytes(row.sealed)) in said) == (
        True,
        True,
    )
    (sealed,) = county.hand_over(again=False, day=TODAY)
    assert county_report.open_(sealed, KEY).words == WORDS
    assert "已交给县纪委监委" in reporter.look(code)
    assert county.hand_over(again=False, day=TODAY) == []
    assert county.hand_over(again=True, day=TODAY) == [sealed]
    assert not Case.objects.exists()


def test_its_code_leads_into_no_conversation(reporter: Reporter) -> None:
    code = sent(reporter)
    reporter.post("/look/say", {"code": code, "words": WORDS}, 404)
    reporter.post("/look/rate", {"code": code, "verdict": "yes"}, 404)
    assert "由县里办" in reporter.post("/typed/", {"shown": code, "code": code, "county": "1"})


def test_sent_twice_it_is_one(reporter: Reporter) -> None:
    fields = form(reporter)
    assert reporter.post("/county/", fields) == reporter.post("/county/", fields)
    assert SealedReport.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"words": WORDS},
        {"sealed": ""},
        {"sealed": WORDS},
        {"sealed": b64encode(WORDS.encode()).decode()},
        {"sealed": b64encode(bytes(county_report.SEALED)).decode()},
    ],
)
def test_a_word_in_clear_is_refused_and_nothing_is_written(
    reporter: Reporter, changes: dict[str, str]
) -> None:
    said = reporter.post("/county/", {**form(reporter), **changes}, 400)
    assert ("什么也没有记下" in said, WORDS in said) == (True, False)
    assert not SealedReport.objects.exists()


def test_too_many_a_day_and_what_was_sealed_stays_in_the_page(reporter: Reporter) -> None:
    for _ in range(2):
        sent(reporter)
    fields = form(reporter)
    said = reporter.post("/county/", fields, 400)
    assert ("今天收到的太多" in said, fields["sealed"] in said, fields["drawn"] in said) == (
        True, True, True,
    )  # fmt: skip
    assert fields["sealed"] in reporter.post("/county/", {**fields, "drawn": "old"}, 400)


def test_without_a_usable_key_the_page_says_where_to_go_and_takes_nothing(
    reporter: Reporter, tmp_path: Path
) -> None:
    fields = form(reporter)
    (tmp_path / "county.pub").write_text("spoilt")
    with pytest.raises(ConfigError, match=r"county\.pub"):
        county.key(config())
    said = reporter.get("/report/?concern=leader")
    assert ("<textarea" in said, "12388" in said) == (False, True)
    reporter.post("/county/", fields, 400)
    assert not SealedReport.objects.exists()


def test_no_field_of_the_page_has_a_name_that_would_be_sent(reporter: Reporter) -> None:
    """Also where the script fails half way, nothing typed leaves the phone."""
    section = reporter.get("/report/?concern=leader").split('<section id="sealed"')[1]
    assert "hidden>" in section.split("\n")[0]
    for field in ("<textarea", '<input type="text"'):
        assert all(" name=" not in one.split(">")[0] for one in section.split(field)[1:])


def test_it_stays_as_it_came_until_the_county_has_it_and_its_days_are_over(
    reporter: Reporter,
) -> None:
    code = sent(reporter)
    year_ms = 365 * rows.DAY_MS
    for wrong in (
        lambda: SealedReport.objects.update(sealed=b""),
        lambda: SealedReport.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(using="hotline"):
            wrong()
    assert rows.erase({"county_reports": 30}, now_ms() + year_ms)[0].count == 0
    county.hand_over(again=False, day=TODAY)
    assert rows.erase({"county_reports": 30}, now_ms() + year_ms)[0].count == 1
    reporter.look(code, 404)
