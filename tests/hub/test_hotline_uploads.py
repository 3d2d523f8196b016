"""Hostile files at both of the hotline's doors: refused with what to do instead, or drawn anew and
given out as nothing that a browser would run.
"""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.fixtures import Settings

from hub.hotline.limits import Limits
from hub.hotline.models import Case, Message, Original
from tests.hub import papers
from tests.hub.hotline_rig import BOTH, VOICE, WORDS, Reporter, newest, prepare, staff, upload
from tests.hub.test_intake import SVG
from tests.support.township import Township

pytestmark = pytest.mark.django_db(databases=BOTH)
SEND = "请发 JPG、PNG 照片，或 MP3、M4A、AMR、WAV 录音。"
RENAMED = "不要改文件名。"
SMALLER = "照片最多 20 MB，录音最多 10 MB"
AGAIN = "请重新导出或重新拍照"
FEWER = f"一次最多 {Limits().files_max} 个文件。"
SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture
def reporter(township: Township, settings: Settings, tmp_path: Path) -> Reporter:
    prepare(tmp_path)
    return Reporter(settings)


Files = Callable[[], list[SimpleUploadedFile]]
REFUSED: dict[str, tuple[Files, str]] = {
    "a zip bomb": (lambda: [upload(papers.bomb(), "a.docx")], SEND),
    "a zip bomb named as a photo": (lambda: [upload(papers.bomb(), "a.jpg")], RENAMED),
    "a zip bomb named as a voice": (lambda: [upload(papers.bomb(), "a.mp3")], SEND),
    "400 million pixels": (lambda: [upload(papers.vast())], "用手机直接拍照"),
    "500 pages": (lambda: [upload(papers.many(500), "a.pdf")], SEND),
    "500 pages named as a photo": (lambda: [upload(papers.many(500), "a.jpg")], RENAMED),
    "script in a PDF": (lambda: [upload(papers.written(script="app.alert(1)"), "a.pdf")], SEND),
    "script in SVG": (lambda: [upload(SVG, "a.svg")], SEND),
    "script in SVG named as a photo": (lambda: [upload(SVG, "a.png")], RENAMED),
    "a page": (lambda: [upload(SCRIPT, "a.html")], SEND),
    "a program": (lambda: [upload(b"MZ\x90\x00", "a.exe")], SEND),
    "a photo's first bytes alone": (lambda: [upload(b"\xff\xd8\xff" + SCRIPT, "a.jpg")], AGAIN),
    "too large a photo": (lambda: [upload(papers.PAPER + bytes(20 << 20))], SMALLER),
    "too large a voice": (lambda: [upload(VOICE + bytes(10 << 20), "a.amr")], SMALLER),
    "too many": (lambda: [upload(papers.PAPER)] * (Limits().files_max + 1), FEWER),
    "one among good ones": (lambda: [upload(papers.PAPER), upload(SVG, "a.svg")], SEND),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_at_both_doors_and_the_words_are_kept(
    reporter: Reporter, name: str
) -> None:
    make, sentence = REFUSED[name]
    said = reporter.post("/report/", {**reporter.form(), "files": make()}, 400)
    assert (sentence in said, WORDS in said) == (True, True)
    assert Case.objects.count() == 0
    more = {"code": reporter.report(), "words": "还有照片。", "files": make()}
    said = reporter.post("/look/say", more, 400)
    assert (sentence in said, "还有照片。" in said) == (True, True)
    assert (Message.objects.count(), Original.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "tail",
    [papers.packed(a_exe=b"MZ"), SVG, SCRIPT, papers.many(1)],
    ids=["zip", "svg", "html", "pdf"],
)
def test_of_a_photo_that_is_something_else_too_only_the_picture_is_given_out(
    reporter: Reporter, tail: bytes
) -> None:
    """A polyglot: staff's browsers are given a new picture, and never its other half."""
    reporter.report(files=[upload(papers.photo() + tail, "a.jpg")])
    photo = Original.objects.get()
    answer = staff("ren").get(f"/hotline/{newest().pk}/photos/{photo.pk}")
    assert tail not in answer.content
    assert b"<script" not in answer.content
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_of_where_and_under_what_name_a_photo_was_taken_staff_learn_nothing(
    reporter: Reporter,
) -> None:
    given = papers.located()
    assert papers.GPS in Image.open(io.BytesIO(given)).getexif()
    reporter.report(files=[upload(given, "IMG_林小满.jpg")])
    photo = Original.objects.get()
    shown = staff("ren").get(f"/hotline/{newest().pk}/photos/{photo.pk}").content
    assert not Image.open(io.BytesIO(shown)).getexif()
    assert not any(one in shown for one in (b"Exif", b"Invented Phone"))
    assert "林小满" not in repr(Original.objects.values_list().get())
    assert "林小满" not in staff("ren").get(f"/hotline/{newest().pk}/").content.decode()


def test_more_than_a_message_may_hold_is_not_read_at_all(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = reporter.form()
    for module, door in (("views", "/report/"), ("look_views", "/look/say")):
        monkeypatch.setattr(f"hub.hotline.{module}.MOST_BODY", 1000)
        said = reporter.post(door, {**fields, "files": [upload(papers.PAPER)]}, 413)
        assert "写的字还在上一页里" in said
    assert not Case.objects.exists()
