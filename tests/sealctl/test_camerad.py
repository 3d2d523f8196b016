"""camerad as a process: photos, what they show, and what it bears without dying."""

import hashlib
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.paper import DOCUMENTS, png
from tests.hardware.rig import PATIENCE_S, eventually, exchange
from tests.sealctl.camerad_rig import NOW, LockdStandIn, Rig, camerad
from wire import frames

pytestmark = pytest.mark.processes

PAGE = png(DOCUMENTS["house"])
ABSENT = bytes(32)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with camerad(tmp_path_factory.mktemp("machine")) as rig:
        yield rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with camerad(tmp_path) as made:
        yield made


def _approve(rig: Rig, page: bytes) -> bytes:
    digest = hashlib.sha256(page).digest()
    (rig.folder / "pages" / digest.hex()).write_bytes(page)
    return digest


def _opened(rig: Rig) -> None:
    """One whole stamp, by a hand at the lever."""
    client = rig.body.client
    client.head.select(2)
    eventually(lambda: client.head.status().home, "the carriage arrives")
    client.lock.energise(5_000)
    eventually(lambda: bool(rig.body.ask("press")["pressed"]), "the lever moves")
    eventually(lambda: client.lock.engaged() and client.head.status().home, "it is locked again")


def _preview(rig: Rig) -> dict[str, object]:
    answer = exchange(rig.preview, frames.pack({"id": 5, "verb": "preview", "args": {}}))
    assert isinstance(answer, dict)
    return answer


def test_photos_before_and_after_a_stamp_are_on_disk_and_say_what_they_show(shared: Rig) -> None:
    page = _approve(shared, PAGE)
    shared.body.ask("lay", png=PAGE)
    asked = NOW()
    before = shared.job(pages=[ABSENT, page], after_mono_ms=asked)
    assert before["verb"] == "done"
    assert before["args"]["findings"] == ["page_match"]
    assert before["args"]["mono_ms"] >= asked
    assert (before["args"]["width"], before["args"]["height"]) == (1440, 1920)
    _opened(shared)
    first = before["args"]["sha256"]
    after = shared.job(kind="after", pages=[page], before=first, after_mono_ms=NOW())
    match, seen, new = after["args"]["findings"]
    assert (match, new) == ("page_match", "new_impression")
    assert re.fullmatch(r"impression:1@\d+,\d+", seen)
    for digest in (first, after["args"]["sha256"]):
        data = (shared.photos / f"{digest.hex()}.jpg").read_bytes()
        assert hashlib.sha256(data).digest() == digest
    assert not list(shared.photos.glob(".*"))


def test_a_page_that_is_missing_or_was_exchanged_matches_nothing(shared: Rig) -> None:
    other = hashlib.sha256(b"another page").digest()
    (shared.folder / "pages" / other.hex()).write_bytes(PAGE)
    shared.body.ask("lay", png=PAGE)
    assert shared.job(pages=[ABSENT])["args"]["findings"] == ["page_mismatch"]
    assert shared.job(pages=[other])["args"]["findings"] == ["page_mismatch"]
    assert shared.job(before=ABSENT)["args"]["findings"] == ["no_new_impression"]


@pytest.mark.parametrize("fault", ["camera_gone", "camera_stale"])
def test_without_a_fresh_photo_it_says_so_and_goes_on(shared: Rig, fault: str) -> None:
    shared.body.ask("fault", name=fault, value=True)
    answer = shared.job(after_mono_ms=NOW())
    shared.body.ask("fault", name=fault, value=False)
    assert (answer["verb"], answer["args"]["code"]) == ("failed", "camera_unavailable")
    assert shared.job()["verb"] == "done"


def test_a_photo_that_cannot_be_read_is_a_finding(shared: Rig) -> None:
    shared.body.ask("lay", png=PAGE)
    shared.body.ask("fault", name="camera_blurred", value=True)
    answer = shared.job()
    shared.body.ask("fault", name="camera_blurred", value=False)
    assert answer["args"]["findings"] == ["unsharp"]


def test_jobs_that_make_no_sense_do_not_end_it(shared: Rig) -> None:
    for nonsense in (
        "photo",
        {"id": 1},
        {"id": 1, "kind": "x", "after_mono_ms": 0, "pages": [], "before": None},
        {"id": 1, "kind": "before", "after_mono_ms": 0, "pages": ["../a"], "before": None},
        {"id": 1, "kind": "before", "after_mono_ms": 0, "pages": [], "before": b"short"},
    ):
        shared.lockd.give(nonsense)
    assert shared.job()["verb"] == "done"


def test_a_refused_answer_does_not_end_it(shared: Rig) -> None:
    shared.lockd.refuse = True
    shared.job()
    shared.lockd.refuse = False
    assert shared.job()["verb"] == "done"


def test_the_preview_is_private_and_tells_of_a_missing_camera(shared: Rig) -> None:
    assert shared.preview.stat().st_mode & 0o777 == 0o600
    answer = _preview(shared)
    assert answer["id"] == 5
    result = answer["result"]
    assert isinstance(result, dict)
    assert result["jpeg"].startswith(b"\xff\xd8")
    shared.body.ask("fault", name="camera_gone", value=True)
    error = _preview(shared)["error"]
    shared.body.ask("fault", name="camera_gone", value=False)
    assert isinstance(error, dict)
    assert error["code"] == "camera_unavailable"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x09short",
        b"\x00\x00\x00\x05\xff\xff\xff\xff\xff",
        os.urandom(300),
        frames.pack([1, 2]),
        frames.pack({"id": "x", "verb": 1, "args": []}),
        frames.pack({"id": 1, "verb": "lock.energise", "args": {"bound_ms": 1}}),
        frames.pack({"id": 1, "verb": "preview", "args": {"at": "/etc/passwd"}}),
    ],
)
def test_garbage_on_the_preview_gets_an_error_or_a_closed_connection(
    shared: Rig, data: bytes
) -> None:
    answer = exchange(shared.preview, data)
    assert answer is None or (answer["ok"] is False and answer["error"]["code"] == "bad_request")
    assert _preview(shared)["ok"] is True


def test_silent_callers_keep_nobody_waiting(shared: Rig) -> None:
    silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(30)]
    try:
        for link in silent:
            link.connect(str(shared.preview))
        assert _preview(shared)["ok"] is True
    finally:
        for link in silent:
            link.close()


def test_it_finds_lockd_and_the_body_again(rig: Rig) -> None:
    rig.lockd.close()
    rig.lockd = LockdStandIn(rig.folder / "run" / "camera.sock")
    assert rig.job()["args"]["findings"] == ["no_page"]
    rig.body.kill()
    assert rig.job()["args"]["code"] == "camera_unavailable"
    rig.body.start()
    assert rig.job()["verb"] == "done"


def test_a_photo_that_cannot_be_kept_is_no_photo(rig: Rig) -> None:
    rig.photos.rmdir()
    rig.photos.write_bytes(b"a file where the folder was")
    assert rig.job()["args"]["code"] == "camera_unavailable"
    rig.photos.unlink()
    rig.photos.mkdir()
    assert rig.job()["verb"] == "done"


def test_sigterm_ends_it_and_a_half_written_photo_does_not_stay(rig: Rig) -> None:
    (rig.photos / ".half.new").write_bytes(b"half")
    rig.popen.terminate()
    assert rig.popen.wait(PATIENCE_S) == 0
    assert not rig.preview.exists()
    rig.start()
    assert list(rig.photos.iterdir()) == []
