"""What came back unstamped is filed again, and whoever signs sees what is another than before."""

import io
import re
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from demo.paper import DOCUMENTS, png
from hub.applications.models import Filed
from hub.intake import differ, render
from hub.intake.reasons import Unfit
from tests.hub import papers
from tests.hub.flow_rig import client, page, sign, take
from tests.support.township import Township

OTHER = png(DOCUMENTS["residence"].with_facts(name="何夏至"))


def frames(picture: bytes, colour: tuple[int, int, int]) -> int:
    """How many frames of that colour stand in a marked page."""
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    mask = cv2.inRange(np.asarray(image), np.array(colour), np.array(colour))
    return int(cv2.connectedComponents(mask)[0]) - 1


def test_another_name_is_framed_and_nothing_else() -> None:
    marked = render.difference(papers.PAPER, OTHER)
    assert 1 <= frames(marked, differ.APPEARED) <= 3
    assert frames(render.difference(papers.PAPER, papers.PAPER), differ.APPEARED) == 0


def test_a_line_that_was_taken_out_is_framed_in_another_colour() -> None:
    image = Image.open(io.BytesIO(papers.PAPER)).convert("RGB")
    ImageDraw.Draw(image).rectangle((100, 560, 1140, 620), fill="white")
    marked = render.difference(papers.PAPER, papers.encoded(image, "PNG"))
    assert (frames(marked, differ.APPEARED), frames(marked, differ.VANISHED) > 0) == (0, True)


def test_a_photo_of_the_same_page_is_laid_over_it() -> None:
    image = Image.open(io.BytesIO(papers.PAPER)).convert("RGB")
    turned = image.rotate(1.0, fillcolor="white", resample=Image.Resampling.BICUBIC)
    marked = render.difference(papers.PAPER, papers.encoded(turned, "JPEG", quality=92))
    assert frames(marked, differ.APPEARED) <= 1


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(Unfit, match="file_damaged"):
        render.difference(papers.PAPER, b"\x89PNG\r\n\x1a\n" + bytes(500))


def send(data: bytes, **changes: Any) -> str:
    """File the residence item as the clerk; the address of the application."""
    fields = {
        "title": "居住证明", "purpose": "子女入学", "seal": "seal-committee", "impressions": "1",
        "seams": "0", "operators": ["wu"], **changes,
    }  # fmt: skip
    upload = SimpleUploadedFile("page.png", data, "image/png")
    clerk = client("geng")
    checked = clerk.post("/items/residence/new", {**fields, "pages": upload}).content.decode()
    kept = re.findall(r'name="page" value="(\w+)"', checked)
    answer = clerk.post("/items/residence/new", {**fields, "page": kept, "confirmed": "yes"})
    return str(answer["Location"])


def returned(township: Township) -> int:
    send(papers.PAPER)
    found = Filed.objects.get().subject
    take(township, found, sign(township, found, "director", "yi", verdict="return"))
    return int(found.pk)


def test_whoever_signs_sees_fields_and_pages_that_changed(township: Township) -> None:
    old = returned(township)
    assert "改好了，重新申请" in page("geng", f"/applications/{old}/")
    assert "改好了，重新申请" not in page("yi", f"/applications/{old}/")
    assert 'value="居住证明"' in page("geng", f"/items/residence/new?again={old}")
    address = send(OTHER, purpose="办社保", again=str(old))
    shown = page("yi", address)
    for told in ("看上一份", "原来“子女入学”，现在“办社保”", f"{address}difference/1"):
        assert told in shown
    first = client("yi").get(f"{address}difference/1")
    assert (first.status_code, first["Content-Type"]) == (200, "image/png")
    assert frames(first.content, differ.APPEARED) >= 1
    assert client("yi").get(f"{address}difference/1").content == first.content
    for path in (
        f"{address}difference/2",
        f"{address}difference/0",
        f"/applications/{old}/difference/1",
    ):
        assert client("yi").get(path).status_code == 404


def test_the_same_paper_again_says_so(township: Township) -> None:
    address = send(papers.PAPER, again=str(returned(township)))
    assert "内容和每一页都和上一份一样" in page("yi", address)


def test_only_ones_own_that_came_back_is_filed_again(township: Township) -> None:
    old = returned(township)
    assert client("wu").get(f"/items/residence/new?again={old}").status_code == 404
    for wrong in ("999", "x", "1;"):
        assert client("geng").get(f"/items/residence/new?again={wrong}").status_code == 404
    fresh = send(OTHER).split("/")[2]
    assert client("geng").get(f"/items/residence/new?again={fresh}").status_code == 404
