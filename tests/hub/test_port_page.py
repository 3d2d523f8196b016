"""The page of the port: an inspector makes tokens of his own, withdraws any, sees what went out."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.api.models import Token
from hub.api.scopes import SCOPES
from hub.api.tokens import create_token
from hub.audit.models import Attempt
from hub.config import config
from hub.exports.models import BulkExport
from hub.notices import deliver
from hub.notices.models import Delivery, Notice
from hub.notices.settings import settings as notices
from tests.hub import notice_rig as rig
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import ask, look
from tests.hub.test_notices import raised, set_up
from tests.support.contents import VILLAGE

pytestmark = pytest.mark.django_db
FORM = {"name": "周检电脑", "days": "30", "village": "", "may": ["records", "alarms"]}


@pytest.fixture
def ren(settings: Settings, tmp_path: Path) -> Client:
    hub.staff_site(settings, tmp_path)
    hub.township(Journal())
    client = Client()
    hub.sign_in(client, "ren")
    return client


def shown(page: Any) -> str:
    found = re.search(r'hash">([\w-]{43})<', page.content.decode())
    assert found is not None
    return found[1]


def test_a_token_is_made_for_oneself_shown_once_and_works(ren: Client) -> None:
    page = ren.post("/port/new", FORM)
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    token = shown(page)
    made = Token.objects.get()
    assert (made.person, made.may, made.villages) == ("ren", ["records", "alarms"], [])
    headers = {"Authorization": f"Bearer {token}"}
    assert Client(headers=headers).get("/api/v1/records").status_code == 200
    again = ren.get("/port/").content.decode()
    assert token not in again
    assert "周检电脑" in again
    attempt = Attempt.objects.filter(route="port:new").get()
    assert (attempt.person, attempt.outcome, attempt.about) == ("ren", "done", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "请起个名字"),
        ({"name": "x" * 65}, "最多 64 字"),
        ({"days": "366"}, "请填 1 到 365 天"),
        ({"days": "x"}, "请填 1 到 365 天"),
        ({"may": []}, "请至少选一项"),
        ({"village": "nowhere"}, "没有这个村"),
        ({"village": VILLAGE, "may": ["openings"]}, "只限一个村的令牌不能读"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_kept(
    ren: Client, changes: dict[str, Any], words: str
) -> None:
    typed = {**FORM, **changes}
    page = ren.post("/port/new", typed)
    text = page.content.decode()
    assert (page.status_code, words in text) == (400, True)
    assert f'value="{typed["days"]}"' in text
    for one in typed["may"]:
        assert f'value="{one}" checked' in text
    assert not Token.objects.exists()


def test_a_name_is_taken_once(ren: Client) -> None:
    ren.post("/port/new", FORM)
    page = ren.post("/port/new", FORM)
    assert (page.status_code, "请换一个" in page.content.decode()) == (400, True)


def test_anybodys_token_is_withdrawn_at_once(ren: Client) -> None:
    token = create_token("别人的", person="ren", may=("records",))
    assert ren.post(f"/port/tokens/{Token.objects.get().pk}/revoke").status_code == 302
    headers = {"Authorization": f"Bearer {token}"}
    assert Client(headers=headers).get("/api/v1/records").status_code == 401
    assert "已收回" in ren.get("/port/").content.decode()
    assert ren.post("/port/tokens/999/revoke").status_code == 404


def full(folder: Path) -> None:
    """Everything that the page can show."""
    create_token("county-copy", may=("lists",))
    create_token("周检电脑", person="ren", may=tuple(SCOPES))
    create_token("只看晨光村", person="ren", may=("records",), villages=(VILLAGE,))
    Token.objects.filter(name="只看晨光村").update(revoked_ms=5)
    for village, sha256 in (("", b"s" * 32), (VILLAGE, None)):
        BulkExport.objects.create(
            person="ren", token="周检电脑", village=village, begun_ms=1_790_000_000_000,
            sha256=sha256,
        )  # fmt: skip
    set_up(
        folder,
        ("duty-group", "dingtalk", "https://oapi.dingtalk.com/robot/send"),
        ("county-system", "https", "https://seals.county.example/hook"),
    )
    deliver.spread(notices(config()).targets, 1)
    raised()
    deliver.spread(notices(config()).targets, 1)
    Delivery.objects.filter(target="duty-group").update(
        state="given_up", tries=6, tried_ms=1_790_000_000_000, reason="errcode_310000"
    )


def test_much_takes_as_many_queries_as_little(ren: Client, tmp_path: Path) -> None:
    full(tmp_path)
    ren.get("/port/")
    counted = []
    for more in range(2, 30, 9):
        for number in range(more):
            create_token(f"{more}.{number}", person="ren", may=("records",))
            BulkExport.objects.create(person="ren", begun_ms=number)
            Notice.objects.create(
                cause=f"{more}.{number}".encode().ljust(32), kind="list_expiring", village=VILLAGE,
                device="sunrise-1", told={"expires_ms": 1}, made_ms=1,
            )  # fmt: skip
        deliver.spread(notices(config()).targets, 1)
        Delivery.objects.update(state="given_up", tried_ms=2)
        with CaptureQueriesContext(connection) as queries:
            assert ren.get("/port/").status_code == 200
        counted.append(len(queries))
    assert len(set(counted)) == 1


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_page_on_a_phone_and_on_a_desk(ren: Client, tmp_path: Path) -> None:
    full(tmp_path)
    styles = ["hub/hub.css", "records/records.css"]
    answers = ask(ren, ["/port/"], styles)
    made = ren.post("/port/new", {**FORM, "name": "新电脑"})
    shown(made)
    wrong = ren.post("/port/new", {**FORM, "days": "0", "may": []})
    assert rig.TOKEN not in made.content.decode()
    answers |= {
        path: (dict(one.items()), one.content)
        for path, one in (("/port/made", made), ("/port/wrong", wrong))
    }
    pages = {"all": "/port/", "made": "/port/made", "wrong": "/port/wrong"}
    look(answers, pages, "port")
