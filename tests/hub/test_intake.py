"""Uploads become plain pictures of pages, or a reason; nothing in them runs or comes back."""

import io
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from hub.intake import frames, render, sandbox
from hub.intake.reasons import TABLE, Unfit
from hub.intake.sandbox import Limits
from tests.hub import papers

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PNG, JPEG = frames.PICTURES


def refusal(name: str, data: bytes, most: int = 3) -> str:
    with pytest.raises(Unfit) as no:
        render.pages(name, data, most)
    assert all(no.value.words()[part] for part in ("zh", "en", "next_zh", "next_en"))
    return no.value.code


def test_a_scan_becomes_one_picture_for_each_page() -> None:
    pages = render.pages("证明.PDF", papers.scan(2), 3)
    assert [page[:8] for page in pages] == [PNG, PNG]
    assert max(Image.open(io.BytesIO(pages[0])).size) == 2376


def test_the_same_file_becomes_the_same_pages() -> None:
    data = papers.written()
    assert render.pages("a.pdf", data, 1) == render.pages("b.pdf", data, 1)


def test_a_photo_says_no_longer_where_it_was_taken_and_stands_upright() -> None:
    given = papers.located()
    assert b"Invented Phone" in given
    (page,) = render.pages("IMG_1.jpg", given, 1)
    image = Image.open(io.BytesIO(page))
    assert (page[:3], dict(image.getexif()), "exif" in image.info) == (JPEG, {}, False)
    assert b"Invented Phone" not in page
    before = Image.open(io.BytesIO(given)).size
    assert image.size == (before[1], before[0])


@pytest.mark.parametrize("tail", [papers.packed(a_exe=b"MZ"), SVG, papers.scan()])
def test_what_hangs_at_a_picture_is_gone(tail: bytes) -> None:
    (page,) = render.pages("a.png", papers.PAPER + tail, 1)
    assert (page[:8], tail[:40] in page) == (PNG, False)


def test_a_pdf_that_is_also_an_archive_and_has_a_script_is_only_drawn() -> None:
    data = papers.written(script="app.launchURL(1)") + papers.packed(run_js=b"alert(1)")
    (page,) = render.pages("a.pdf", data, 1)
    assert (page[:8], b"launchURL" in page) == (PNG, False)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.svg", SVG, "file_unknown"),
        ("a.png", SVG, "file_misnamed"),
        ("a.html", b"<html><script>alert(1)</script>", "file_unknown"),
        ("a.pdf", b"MZ\x90\x00 program", "file_misnamed"),
        ("a.pdf", papers.PAPER, "file_misnamed"),
        ("a.png", papers.many(1), "file_misnamed"),
        ("a.exe", papers.PAPER, "file_misnamed"),
        ("a.zip", papers.packed(a_txt=bytes(1 << 20)), "file_unknown"),
        ("a.pdf", papers.packed(a_txt=bytes(1 << 20)), "file_misnamed"),
        ("a.jpg", b"\x00\x00\x00\x18ftypheic" + bytes(40), "file_heic"),
        ("a.gif", b"GIF89a" + bytes(40), "file_unknown"),
        ("empty", b"", "file_unknown"),
        ("a.pdf", b"%PDF-1.4" + bytes((20 << 20) + 1), "file_too_big"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "file_word"),
    ],
)
def test_what_is_not_taken_is_not_opened(
    name: str, data: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "run", None)
    monkeypatch.setenv("PATH", "/nowhere")
    assert refusal(name, data) == code


HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "500 pages": (lambda: papers.many(500), "a.pdf", "file_too_long"),
    "one page more": (lambda: papers.scan(4), "a.pdf", "file_too_long"),
    "a password": (lambda: papers.written(password="secret"), "a.pdf", "file_locked"),
    "no PDF after all": (lambda: b"%PDF-1.7\n" + bytes(500), "a.pdf", "file_damaged"),
    "400 million pixels": (papers.vast, "a.png", "file_too_fine"),
    "half a picture": (lambda: papers.PAPER[:4000], "a.png", "file_damaged"),
    "a strip": (lambda: papers.plain(4000, 250, "PNG"), "a.png", "file_too_small"),
    "blank paper": (lambda: papers.plain(1240, 1754, "JPEG"), "a.jpg", "file_blank"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_stamped_is_refused(name: str) -> None:
    make, file, code = HOSTILE[name]
    assert refusal(file, make()) == code


def test_a_blank_page_among_others_is_named() -> None:
    with pytest.raises(Unfit, match="file_blank: 第 2 页"):
        render.pages("a.pdf", papers.scan(3, blank=2), 3)


@pytest.mark.parametrize(
    ("make", "code"),
    [(papers.bomb, "file_too_big"), (lambda: papers.packed(a_txt=b"x"), "file_misnamed")],
)
def test_a_word_file_is_measured_before_it_is_unpacked(
    make: Callable[[], bytes], code: str
) -> None:
    answer = sandbox.run(["docx", "3"], make(), Limits())
    with pytest.raises(Unfit, match=code):
        frames.read(answer, 3)


def seized(code: str, **limits: object) -> str:
    """What the reader answers once a file has taken it over and runs this instead."""
    bounds = Limits(**limits)  # type: ignore[arg-type]
    command = sandbox.command([], bounds)
    command[command.index("-m") :] = ["-c", code]
    return sandbox._answer(command, b"", bounds).decode()


def test_a_file_that_takes_its_reader_over_finds_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.key"
    secret.write_text("s" * 50)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        code = f"""
import os, socket
def tried(act):
    try:
        act()
    except OSError:
        return
    print(act.__name__)
def read(): open({str(secret)!r})
def hub(): open({str(Path(render.__file__).parents[2] / "pyproject.toml")!r})
def users(): open("/etc/passwd")
def call(): socket.create_connection(("127.0.0.1", {port}), 1)
def ask(): socket.getaddrinfo("example.com", 80)
def alter(): open("/program/hub/intake/child.py", "a")
def plant(): open("/usr/bin/planted", "w")
def mount(): os.mkdir("/new")
for act in (read, hub, users, call, ask, alter, plant, mount): tried(act)
print(os.getuid(), len([one for one in os.listdir("/proc") if one.isdigit()]) < 4)
print(sorted(os.environ)[:3])
"""
        assert seized(code).splitlines()[0] == "65534 True"
    assert secret.read_text() == "s" * 50


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import time; time.sleep(60)", "file_too_slow"),
        ("while True: pass", "file_damaged"),
        ("bytes(2 << 30)", "file_damaged"),
        ("open('/tmp/a', 'wb').write(bytes(64 << 20)); print(1)", "file_damaged"),
    ],
)
def test_it_has_little_time_and_room(code: str, reason: str) -> None:
    limits = {"wall_s": 6.0, "cpu_s": 1, "memory": 1 << 30, "folder": 16 << 20}
    with pytest.raises(Unfit, match=reason):
        seized(code, **(limits | ({"wall_s": 1.0} if reason == "file_too_slow" else {})))


def test_its_answer_is_cut_off_and_what_it_left_behind_ends_with_it() -> None:
    code = (
        "import os, sys, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid(); time.sleep(977)\n"
        "sys.stdout.buffer.write(bytes(4 << 20))\n"
    )
    assert len(seized(code, output=1 << 20)) <= 1 << 20
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert "time.sleep(977)" not in running.stdout.replace(" ".join(sys.argv), "")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        bytes(4),
        b"\x00\x00",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x04<htm" + bytes(4),
        b"\x00\x00\x00\x09" + PNG + b"x",
        b'!["unheard of", ""]',
        b"!{",
        b"![1]",
    ],
)
def test_a_lying_answer_is_no_page(answer: bytes) -> None:
    with pytest.raises(Unfit, match="file_damaged"):
        frames.read(answer, 3)


def test_more_pages_than_asked_for_are_none() -> None:
    answer = b"".join(frames.said([papers.PAPER] * 4))
    with pytest.raises(Unfit, match="file_too_long"):
        frames.read(answer, 3)


def test_without_the_sandbox_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert refusal("a.png", papers.PAPER) == "file_no_room"


def test_operators_find_every_reason_in_their_guide() -> None:
    guide = (Path(render.__file__).parents[2] / "docs" / "operators.md").read_text("utf-8")
    assert [code for code in TABLE if f"`{code}`" not in guide] == []


def test_a_hub_that_is_installed_below_tmp_has_its_python_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "python").write_text("it is here")
    monkeypatch.setattr(sandbox, "_pythons", lambda: [tmp_path])
    monkeypatch.setattr(sys, "executable", "/usr/bin/cat")
    command = sandbox.command([], Limits())
    shown = [*command[: command.index("/usr/bin/cat") + 1], str(tmp_path / "python")]
    assert sandbox._answer(shown, b"", Limits()) == b"it is here"
