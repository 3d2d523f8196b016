"""The county's list of townships: what the verification page is told, and what stops the start."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from county.pages_config import PagesConfigError, load
from county.pages_server import create_app
from tests.county.test_pages_server import HUB, PLAIN, Visitor
from tests.county.verify_rig import key_of, township, witness_vkey
from tests.hub.journal_rig import Journal
from tests.support.contents import DEVICE
from tests.support.sealed_log import NAME, VKEY
from tests.support.township import Township
from wire.tlog import note

PUBLIC = "https://public.town.example"
GOOD = township(PUBLIC, [witness_vkey()])


def test_the_page_is_told_keys_and_names_and_nothing_about_people(tmp_path: Path) -> None:
    journal = Journal()
    reply = Visitor(_write(tmp_path, [GOOD], journal)).get("/townships.json")
    assert reply.headers["content-type"] == "application/json"
    (told,) = reply.json()
    assert (told["number"], told["public"], told["quorum"]) == (7, PUBLIC, 1)
    assert told["log"]["name"] == NAME
    assert told["machines"][journal.key.kid.hex()]["device"] == DEVICE
    assert told["villages"] == {"sunrise": "晨光村"}
    assert told["items"]["residence"] == "居住证明"
    assert told["seals"][f"{DEVICE}/seal-committee"] == "晨光村村民委员会章"
    for name in ("乙二亮", "戊五辉", "passkey", "rfid"):
        assert name not in reply.text


def test_the_browser_may_ask_these_townships_and_no_other(tmp_path: Path) -> None:
    policy = Visitor(_write(tmp_path, [GOOD])).get("/verify/").headers["content-security-policy"]
    assert re.findall(r"connect-src ([^;]*)", policy) == [f"'self' {HUB} {PUBLIC}"]


def test_a_replaced_machines_stamps_are_judged_by_the_former_package(tmp_path: Path) -> None:
    former, later = Journal(), Journal()
    (tmp_path / "former.cbor").write_bytes(Township.build(former.key).package)
    config = _write(tmp_path, [{**GOOD, "packages": ["package.cbor", "former.cbor"]}], later)
    (told,) = Visitor(config).get("/townships.json").json()
    assert {kid: one["in_use"] for kid, one in told["machines"].items()} == {
        former.key.kid.hex(): False,
        later.key.kid.hex(): True,
    }


def test_a_suspended_machine_is_not_in_use(tmp_path: Path) -> None:
    journal = Journal()
    config = _write(tmp_path, [GOOD], journal)
    suspended = Township.build(journal.key).suspend().package
    (tmp_path / "package.cbor").write_bytes(suspended)
    (told,) = Visitor(config).get("/townships.json").json()
    assert told["machines"][journal.key.kid.hex()]["in_use"] is False


def test_a_county_without_townships_tells_of_none(tmp_path: Path) -> None:
    config = tmp_path / "pages.json"
    config.write_text(json.dumps(PLAIN))
    assert Visitor(config).get("/townships.json").json() == []


@pytest.mark.parametrize(
    "bent",
    [
        {},
        [{}],
        [GOOD, GOOD],
        [{**GOOD, "extra": 1}],
        [{**GOOD, "number": 0}],
        [{**GOOD, "number": 100}],
        [{**GOOD, "number": True}],
        [{**GOOD, "public": f"{PUBLIC}/"}],
        [{**GOOD, "public": "*"}],
        [{**GOOD, "log": "town"}],
        [{**GOOD, "log": witness_vkey()}],
        [{**GOOD, "witnesses": [VKEY]}],
        [{**GOOD, "witnesses": "x"}],
        [{**GOOD, "quorum": 2}],
        [{**GOOD, "packages": ["none.cbor"]}],
        [{**GOOD, "packages": ["pages.json"]}],
        [{**GOOD, "phone": 12345}],
        [{**GOOD, "name": ""}],
    ],
)
def test_a_list_that_is_wrong_stops_the_start(tmp_path: Path, bent: Any) -> None:
    with pytest.raises(PagesConfigError):
        create_app(_write(tmp_path, bent))


def test_two_townships_may_not_share_a_log(tmp_path: Path) -> None:
    key = note.vkey("else.example/log", key_of("another log").public_key().public_bytes_raw())
    other = {**GOOD, "number": 8, "log": key}
    assert len(load(_write(tmp_path, [GOOD, other])).townships) == 2
    with pytest.raises(PagesConfigError, match="same log"):
        load(_write(tmp_path, [GOOD, {**other, "log": VKEY}]))


def _write(folder: Path, townships: Any, journal: Journal | None = None) -> Path:
    made = Township.build(None if journal is None else journal.key)
    (folder / "package.cbor").write_bytes(made.package)
    file = folder / "pages.json"
    file.write_text(json.dumps({**PLAIN, "townships": townships}), encoding="utf-8")
    return file
