"""Codes for walls and doors: staff print them for their village, and nobody is known by one."""

import io
import random
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from tests.hub.flow_rig import client
from tests.hub.leaks import mobile
from tests.support.contents import VILLAGE
from tests.support.township import Township

pytestmark = pytest.mark.django_db


def text(data: bytes, path: Path) -> str:
    path.write_bytes(data)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode()


def test_a_sheet_has_a_card_for_each_door(clerk: Client, tmp_path: Path) -> None:
    reply = clerk.post("/doors/", {"labels": "晨光路 1-10 号\n\n村口小卖部"})
    assert (reply.status_code, reply["Content-Type"]) == (200, "application/pdf")
    told = text(reply.content, tmp_path / "doors.pdf")
    for label in ("晨光路 1 号", "晨光路 10 号", "村口小卖部"):
        assert label in told
    assert told.count("\f") == 2


def test_whoever_prints_on_plates_has_a_picture_of_each(clerk: Client) -> None:
    reply = clerk.post("/doors/", {"labels": "晨光路 1-3 号", "as": "svg"})
    with zipfile.ZipFile(io.BytesIO(reply.content)) as pack:
        assert len(pack.namelist()) == 3
        assert "晨光路 2 号" in pack.read("door-002.svg").decode()


def test_the_wall_and_the_picture_are_of_the_village(clerk: Client, tmp_path: Path) -> None:
    assert "晨光村" in text(clerk.get("/doors/wall.pdf").content, tmp_path / "wall.pdf")
    assert clerk.get("/doors/code.svg").content.startswith(b"<svg")
    assert f"/v/{VILLAGE}/" in clerk.get("/doors/").content.decode()


def test_what_is_no_label_is_said_and_kept(clerk: Client) -> None:
    number = mobile(random.Random(1))
    for labels, words in (
        ("", "请写门牌"),
        (f"1 号\n{number}", "第 2 行：门牌上不能写电话"),
        ("很长" * 20, "第 1 行：最多 20 个字"),
        ("1-9999", "一次最多 400 户"),
    ):
        reply = clerk.post("/doors/", {"labels": labels})
        assert (reply.status_code, words in reply.content.decode()) == (400, True), labels
        assert labels[:20] in reply.content.decode()


def test_a_village_prints_its_own_and_the_township_every_one(
    township: Township, clerk: Client, leader: Client
) -> None:
    assert leader.get(f"/doors/?village={VILLAGE}").status_code == 200
    for path in ("", "wall.pdf", "code.svg"):
        assert client("geng").get(f"/doors/{path}?village=elsewhere").status_code == 404
