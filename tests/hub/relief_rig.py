"""Sheets of relief for tests, taken in by the township's leader. Calls `hub.relief`.

Names are invented; identity numbers are made here, of a district that there is not.
"""

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hub.clock import now_ms
from hub.config import config
from hub.redaction.numbers import check_digit
from hub.relief import fields, taken
from hub.relief.fields import BENEFITS, FUNDS, PROJECTS
from hub.relief.models import Batch
from tests.hub.flow_rig import person

LEADER: Final = "gui"
HEADS: Final = {kind: [of[0] for of in fields.COLUMNS[kind].values()] for kind in fields.KINDS}
PROJECT: Final = "茶园补助"
FUND: Final = ("晨光村", "产业扶持资金", "县财政", "120000", "种茶", "晨光村合作社", "发给 30 户")
WORK: Final = (
    *("晨光村", PROJECT, "晨光村北坡", "种茶苗 200 亩", "2026-03-01", "2026-10-31", "示例一"),
    *("公开招标", "完成"),
)


def number(serial: int) -> str:
    """An identity number with its check digit, of a district that there is not."""
    body = f"33999919500101{serial:03d}"
    return body + check_digit(body)


def with_x() -> int:
    """A serial whose number ends in X."""
    return next(one for one in range(1000) if number(one).endswith("X"))


def given(name: str, serial: int, household: str = "H-1", amount: str = "1500") -> tuple[str, ...]:
    """A row of somebody who was helped."""
    return ("晨光村", household, name, number(serial), PROJECT, amount, "2026-09-30", "县财政")


def sheet(kind: str, rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADS[kind], *rows])
    return out.getvalue().encode("utf-8-sig")


def take(kind: str, *rows: tuple[str, ...]) -> Batch:
    """These rows, in force."""
    data, now = sheet(kind, rows), now_ms()
    judged = taken.read(kind, data, config())
    assert not judged.wrong, judged.wrong
    made = taken.prepare(kind, data, judged, person(LEADER), now)
    return taken.take(made, config(), now)


def all_of_it(*rows: tuple[str, ...]) -> Batch:
    """A fund, a project, and a list of these people."""
    take(FUNDS, FUND)
    take(PROJECTS, WORK)
    return take(BENEFITS, *rows)


def upload(client: Client, kind: str, data: bytes, **typed: str) -> Any:
    """As somebody does it at the page."""
    file = SimpleUploadedFile("list.csv", data)
    return client.post(f"/relief/take/{kind}/", {"sheet": file, **typed})
