"""A hub that lies to the signing page: what it asks to be signed is refused, or shown as it is."""

import json
import struct
import zlib
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.county.pages_rig import Rig, octets, paper, text
from tests.support.browser import axe, overflow, screenshot
from tests.support.contents import RP_ID
from wire import cbor
from wire.approval import correction, decision, subject
from wire.approval.assertion import Assertion, verify
from wire.approval.correction import Correction
from wire.errors import WireError

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def page(house: Rig, page: Page) -> Page:
    house.hold(page, "yi")
    return page


def test_a_changed_subject_is_shown_and_signed_as_what_it_is(house: Rig, page: Page) -> None:
    honest = house.application(paper())
    altered = replace(honest, impressions=3)
    house.open(page, house.request(altered, "director", "yi"))
    expect(page.locator("#lead")).to_contain_text("3 次")
    page.get_by_role("button", name="同意并签名").click()
    page.wait_for_url(f"{house.hub}/approvals/return#*")
    reply = page.evaluate(
        "() => JSON.parse(atob(location.hash.slice(1).replaceAll('-','+').replaceAll('_','/')))"
    )
    parts = ("credential", "authenticator_data", "client_data", "signature")
    signed = Assertion(**{name: octets(reply[name]) for name in parts})
    digest = subject.subject_hash(subject.encode(honest))
    with pytest.raises(WireError, match="another challenge"):
        verify(
            signed,
            challenge=decision.challenge("application", digest, "director", "yi", "approve", 1),
            public_key=house.township.roster.persons["yi"].passkeys[0].public_key,
            rp_id=RP_ID,
            origins=[house.county],
        )


def test_a_changed_picture_is_refused(house: Rig, page: Page) -> None:
    application = house.application(paper())
    house.pictures[application.pages[0].hex()] = paper("another")
    _refused(house, page, house.request(application, "director", "yi"), "文件被换过")
    assert page.locator("img").count() == 0
    assert overflow(page) == []
    assert axe(page) == []
    screenshot(page, "county-sign-360-refused")


def _animated() -> bytes:
    honest = paper()
    chunk = b"acTL" + struct.pack(">II", 2, 0)
    length = struct.pack(">I", 8)
    return honest[:33] + length + chunk + struct.pack(">I", zlib.crc32(chunk)) + honest[33:]


@pytest.mark.parametrize(
    "picture",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><p>page</p>",
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        _animated(),
    ],
    ids=["svg", "html", "broken", "animated"],
)
def test_only_plain_still_pictures_are_shown(house: Rig, page: Page, picture: bytes) -> None:
    application = house.application(picture)
    _refused(house, page, house.request(application, "director", "yi"), "不是普通图片")


def test_a_missing_picture_is_refused(house: Rig, page: Page) -> None:
    application = house.application(paper())
    house.pictures.clear()
    _refused(house, page, house.request(application, "director", "yi"), "没有取到")


def test_pages_left_out_or_elsewhere_are_refused(house: Rig, page: Page) -> None:
    request = house.request(house.application(paper()), "director", "yi")
    _refused(house, page, {**request, "pages": []}, "页数")
    elsewhere = "http://hub.localhost:1/pages/x"
    _refused(house, page, {**request, "pages": [elsewhere]}, "页数")


def test_the_signature_goes_only_to_a_hub_that_the_county_knows(house: Rig, page: Page) -> None:
    request = house.request(house.application(paper()), "director", "yi")
    port = house.hub.rpartition(":")[2]
    addresses = (
        "https://evil.example/approvals/return",
        house.hub.replace("http", "https") + "/approvals/return",
        f"http://hub.localhost:{port}@evil.example/",
        f"http://hub.localhost.evil.example:{port}/",
        "javascript:alert(1)",
        "data:text/html,x",
        "/approvals/return",
        "//evil.example/",
        f"{house.hub}/approvals/return#x",
    )
    cases = [{**request, "return": address} for address in addresses]
    _refused(house, page, cases[0], "不在县里登记的系统")
    assert _codes(page, cases) == ["home"] * len(cases)


def test_hidden_and_turning_characters_are_refused(house: Rig, page: Page) -> None:
    cases = [
        _bent(house, cbor.encode({**_fields(house), name: f"居住{hidden}证明"}))
        for hidden in "\u202e\u2066\u2069\u200b\u200f\ufeff\u00ad\u2028\u2029\x00\n\x7f\U000e0041"
        for name in ("title", "purpose", "applicant_name")
    ]
    _refused(house, page, cases[0], "读不准")
    assert _codes(page, cases) == ["subject"] * len(cases)


def test_characters_that_take_no_room_are_spelt_out(house: Rig, page: Page) -> None:
    application = replace(house.application(paper()), title="居住\u3164证明\u2800")
    house.open(page, house.request(application, "director", "yi"))
    expect(page.locator("#facts")).to_contain_text("居住‹U+3164›证明‹U+2800›")


def test_markup_in_the_title_is_only_text(house: Rig, page: Page) -> None:
    title = "<img src=x onerror=alert(1)><b>证明</b>"
    house.open(
        page, house.request(replace(house.application(paper()), title=title), "director", "yi")
    )
    expect(page.locator("#facts")).to_contain_text(title)
    assert page.locator("#facts img, #facts b").count() == 0


def test_bytes_of_another_form_are_refused(house: Rig, page: Page) -> None:
    fields = _fields(house)
    honest = cbor.encode(fields)
    number = honest.index(b"\x6bimpressions") + 12
    bent = (
        honest + b"\x00",
        honest[:-1],
        honest[:number] + b"\x18\x01" + honest[number + 1 :],  # 1 in two bytes
        honest[:number] + b"\xf9\x3c\x00" + honest[number + 1 :],  # 1.0
        b"\xbf" + honest[1:] + b"\xff" if honest[0] != 0xB8 else b"\xbf" + honest[2:] + b"\xff",
        b"\xd9\xd9\xf7" + honest,
        bytes([honest[0] + 1]) + honest[1:] + b"\x61v\x02",  # v once more
    )
    cases = [_bent(house, data) for data in bent]
    _refused(house, page, cases[0], "读不准")
    assert _codes(page, cases) == ["subject"] * len(cases)


def test_unknown_missing_and_misshapen_fields_are_refused(house: Rig, page: Page) -> None:
    fields = _fields(house)
    without = {name: value for name, value in fields.items() if name != "seams"}
    bent = (
        {**fields, "note": "x"},
        {**fields, "v": 2},
        {**fields, "type": "payment"},
        {**fields, "impressions": 0},
        {**fields, "impressions": "1"},
        {**fields, "operators": []},
        {**fields, "operators": ["wu", "wu"]},
        {**fields, "not_after": fields["not_before"]},
        {**fields, "not_after": 2**53 - 1},
        {**fields, "title": "长" * 201},
        {**fields, "pages": [b"short"]},
        without,
        ["application"],
    )
    cases = [_bent(house, cbor.encode(one)) for one in bent]
    _refused(house, page, cases[0], "读不准")
    assert _codes(page, cases) == ["subject"] * len(cases)


def test_a_request_of_another_shape_is_refused(house: Rig, page: Page) -> None:
    request = house.request(house.application(paper()), "director", "yi")
    cases = [
        {**request, "rp_id": "evil.example"},
        {name: value for name, value in request.items() if name != "roster"},
        {**request, "v": 2},
        {**request, "roster": 0},
        {**request, "roster": 1.5},
        {**request, "step": "Director"},
        {**request, "person": "yi\u202e"},
        {**request, "pages": "x"},
        {**request, "subject": request["subject"] + "="},
        {**request, "return": 7},
    ]
    _refused(house, page, cases[0], "链接不完整")
    assert _codes(page, cases) == ["request"] * len(cases)
    _refused(house, page, {**request, "credentials": []}, "没有找到您的通行密钥")


def test_another_request_in_the_address_is_judged_anew(house: Rig, page: Page) -> None:
    application = house.application(paper())
    house.open(page, house.request(application, "director", "yi"))
    other = house.request(replace(application, title="另一份"), "director", "yi")
    house.open(page, other)
    expect(page.locator("#facts")).to_contain_text("另一份")


def test_a_correction_is_shown_and_signed_as_what_it_is(house: Rig, page: Page) -> None:
    honest = _correction(house)
    house.open(page, house.correction(honest, "director", "yi"))
    expect(page.locator("#sheet")).to_contain_text("第 41 条")
    for change, words in (
        ({"stamped": 42}, "第 42 条"),
        ({"state": "lost"}, "原件遗失"),
        ({"reason": "<b>另一个</b>"}, "<b>另一个</b>"),
        ({"entry": bytes(31) + b"\x01"}, (bytes(31) + b"\x01").hex()),
    ):
        house.open(page, house.correction(replace(honest, **change), "director", "yi"))
        expect(page.locator("#sheet")).to_contain_text(words)
    assert page.locator("#facts b").count() == 0
    altered = replace(honest, stamped=42)
    house.open(page, house.correction(altered, "director", "yi"))
    screenshot(page, "county-sign-360-correction")
    page.get_by_role("button", name="同意并签名").click()
    page.wait_for_url(f"{house.hub}/approvals/return#*")
    reply = page.evaluate(
        "() => JSON.parse(atob(location.hash.slice(1).replaceAll('-','+').replaceAll('_','/')))"
    )
    parts = ("credential", "authenticator_data", "client_data", "signature")
    signed = Assertion(**{name: octets(reply[name]) for name in parts})

    def holds(kind: str, made: Correction) -> None:
        digest = subject.subject_hash(correction.encode(made))
        verify(
            signed,
            challenge=decision.challenge(kind, digest, "director", "yi", "approve", 1),
            public_key=house.township.roster.persons["yi"].passkeys[0].public_key,
            rp_id=RP_ID,
            origins=[house.county],
        )

    holds("correction", altered)
    for kind, made in (("correction", honest), ("application", altered)):
        with pytest.raises(WireError, match="another challenge"):
            holds(kind, made)


def test_a_correction_of_no_known_form_is_refused(house: Rig, page: Page) -> None:
    request = house.correction(_correction(house), "director", "yi")
    fields = cbor.decode(correction.encode(_correction(house)), limit=correction.LIMIT)
    application = _fields(house)
    bent = (
        {**fields, "type": "application"},
        {**application, "type": "correction"},
        {**fields, "type": "emergency"},
        {**fields, "v": 2},
        {**fields, "note": "x"},
        {**fields, "stamped": -1},
        {**fields, "stamped": 2**53},
        {**fields, "entry": b"short"},
        {**fields, "reason": ""},
        {**fields, "reason": "长" * 201},
        {**fields, "reason": "一\u202e二"},
        {**fields, "replacement": b""},
        {name: value for name, value in fields.items() if name != "replacement"},
    )
    cases = [{**request, "subject": text(cbor.encode(one))} for one in bent]
    _refused(house, page, cases[0], "读不准")
    assert _codes(page, cases) == ["subject"] * len(cases)
    _refused(house, page, {**request, "pages": [f"{house.hub}/pages/x"]}, "页数")


def _correction(house: Rig) -> Correction:
    machine = house.township.machine
    return Correction(
        id=bytes(32),
        village=machine.village,
        device=machine.device,
        machine=machine.kid,
        item="residence",
        stamped=41,
        entry=bytes(32),
        state="cancelled",
        reason="姓名写错",
        replacement=None,
        created=house.township.now_ms,
    )


def _fields(house: Rig) -> dict[str, Any]:
    fields: dict[str, Any] = cbor.decode(subject.encode(house.application(paper())))
    return fields


def _bent(house: Rig, data: bytes) -> dict[str, Any]:
    return {**house.request(house.application(paper()), "director", "yi"), "subject": text(data)}


def _refused(house: Rig, page: Page, request: dict[str, Any], words: str) -> None:
    page.goto("about:blank")
    house.open(page, request)
    expect(page.get_by_role("alert")).to_contain_text(words)
    assert not page.get_by_role("button", name="同意并签名").is_visible()
    assert not page.get_by_role("button", name="退回").is_visible()


def _codes(page: Page, requests: list[dict[str, Any]]) -> list[str]:
    """What the page that is open says to each of these requests."""
    fragments = [text(json.dumps(one, ensure_ascii=False).encode()) for one in requests]
    codes: list[str] = page.evaluate(
        """async (fragments) => {
          const { parse } = await import("/sign/request.js");
          const config = await (await fetch("/config.json")).json();
          const said = (fragment) => parse(fragment, config).then(() => "signs", (no) => no.code);
          return Promise.all(fragments.map(said));
        }""",
        fragments,
    )
    return codes
