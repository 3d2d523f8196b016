"""camerad: photos for lockd, findings in them, and what happens when anything around it fails."""

import hashlib
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from demo.paper import DOCUMENTS, png
from hardware.ports import Frame
from hardware.sim.body import SimBody
from hardware.sim.clock import FakeClock
from sealctl.camerad.main import work
from sealctl.camerad.preview import PreviewServer
from tests.hardware.rig import exchange
from tests.sealctl.camera_peer import CameraPeer, camera_peer
from wire import frames

PAGE = png(DOCUMENTS["house"])
PAGE_HASH = hashlib.sha256(PAGE).digest()


class Rig:
    """camerad's worker over a simulated body, with lockd's side in the test's hand."""

    def __init__(self, folder: Path, body: SimBody) -> None:
        self.body = body
        self.sock = folder / "camera.sock"
        self.photos, self.pages = folder / "photos", folder / "pages"
        self.pages.mkdir()
        (self.pages / PAGE_HASH.hex()).write_bytes(PAGE)
        self.over = threading.Event()
        self.thread = threading.Thread(
            target=work, args=(body.camera, self.sock, self.photos, self.pages, self.over)
        )

    def photo(self, answer: dict[str, Any]) -> bytes:
        return (self.photos / f"{answer['sha256'].hex()}.jpg").read_bytes()


@pytest.fixture
def body() -> SimBody:
    made = SimBody(FakeClock(), random.Random(5))
    made.lay(PAGE)
    return made


@pytest.fixture
def rig(tmp_path: Path, body: SimBody) -> Iterator[Rig]:
    made = Rig(tmp_path, body)
    made.thread.start()
    yield made
    made.over.set()
    made.thread.join(20)
    assert not made.thread.is_alive()


@pytest.fixture
def lockd(rig: Rig) -> Iterator[CameraPeer]:
    with camera_peer(rig.sock) as peer:
        yield peer
        rig.over.set()


def test_a_photo_is_kept_under_its_hash_before_lockd_hears_of_it(
    rig: Rig, lockd: CameraPeer
) -> None:
    verb, answer = lockd.job(id=7, after_mono_ms=60_000, pages=[PAGE_HASH])
    assert (verb, answer["id"], answer["findings"]) == ("done", 7, ["page_match"])
    assert (answer["mono_ms"], answer["width"], answer["height"]) == (60_000, 1440, 1920)
    assert hashlib.sha256(rig.photo(answer)).digest() == answer["sha256"]
    assert [path.name for path in rig.photos.iterdir()] == [f"{answer['sha256'].hex()}.jpg"]


def test_the_photo_after_is_compared_with_the_one_before(rig: Rig, lockd: CameraPeer) -> None:
    _, before = lockd.job(id=1)
    rig.body.tray.stamp("晨光村村民委员会(演示)")
    _, after = lockd.job(id=2, kind="after", before=before["sha256"], pages=[PAGE_HASH])
    assert after["findings"] == ["page_match", "impression:1", "new_impression"]


@pytest.mark.parametrize("fault", ["camera_gone", "camera_stale"])
def test_a_camera_that_fails_is_said_and_the_next_job_is_done(
    rig: Rig, lockd: CameraPeer, fault: str
) -> None:
    rig.body.faults.set(fault, value=True)
    assert lockd.job(id=1, after_mono_ms=60_000) == (
        "failed",
        {"id": 1, "code": "camera_unavailable"},
    )
    rig.body.faults.set(fault, value=False)
    assert lockd.job(id=2, after_mono_ms=60_000)[0] == "done"


def test_a_frame_that_is_not_exposed_in_time_is_no_photo(rig: Rig, lockd: CameraPeer) -> None:
    assert lockd.job(id=1, after_mono_ms=99_999_999)[0] == "failed"


def test_a_full_disk_is_said_and_leaves_no_photo(
    rig: Rig, lockd: CameraPeer, mocker: MockerFixture
) -> None:
    mocker.patch("sealctl.camerad.store.os.fsync", side_effect=OSError(28, "No space left"))
    assert lockd.job(id=1)[0] == "failed"
    mocker.stopall()
    assert [path for path in rig.photos.iterdir() if path.suffix == ".jpg"] == []
    assert lockd.job(id=2)[0] == "done"


@pytest.mark.parametrize("damage", [None, b"", b"\x89PNG\r\n\x1a\n", png(DOCUMENTS["land"])])
def test_an_approved_page_that_is_not_what_its_name_says_matches_nothing(
    rig: Rig, lockd: CameraPeer, damage: bytes | None
) -> None:
    path = rig.pages / PAGE_HASH.hex()
    path.unlink() if damage is None else path.write_bytes(damage)
    if damage == png(DOCUMENTS["land"]):
        rig.body.lay(damage)
    _, answer = lockd.job(pages=[PAGE_HASH])
    assert answer["findings"] == ["page_mismatch"]


def test_a_before_photo_that_is_gone_shows_nothing_new(rig: Rig, lockd: CameraPeer) -> None:
    rig.body.tray.stamp("晨光村村民委员会(演示)")
    _, answer = lockd.job(kind="after", before=bytes(32))
    assert "no_new_impression" in answer["findings"]


@pytest.mark.parametrize("jpeg", [b"", b"\xff\xd8\xff\xe0garbage", bytes(100_000)])
def test_a_bad_picture_is_a_finding_and_not_the_end(
    rig: Rig, lockd: CameraPeer, mocker: MockerFixture, jpeg: bytes
) -> None:
    bad = Frame(jpeg, 60_000, 1440, 1920, 1)
    mocker.patch.object(rig.body.camera, "capture", return_value=bad)
    verb, answer = lockd.job(id=1, pages=[PAGE_HASH])
    assert (verb, answer["findings"]) == ("done", ["unsharp"])
    mocker.stopall()
    assert lockd.job(id=2, pages=[PAGE_HASH])[1]["findings"] == ["page_match"]


def test_lockd_may_come_late_go_and_come_back(rig: Rig) -> None:
    for number in (1, 2):
        with camera_peer(rig.sock) as peer:
            assert peer.job(id=number)[0] == "done"


def test_a_refused_answer_is_no_end_either(rig: Rig, lockd: CameraPeer) -> None:
    lockd.refusal = "bad_request"
    assert lockd.job(id=1)[0] == "done"
    lockd.refusal = None
    assert lockd.job(id=2)[0] == "done"


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, SimBody]]:
    body = SimBody(FakeClock(), random.Random(5))
    path = tmp_path_factory.mktemp("run") / "preview.sock"
    with PreviewServer(path, body.camera) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield path, body
        server.shutdown()
        thread.join()


ASK = frames.pack({"id": 3, "verb": "preview", "args": {}})


def test_the_preview_shows_the_tray_or_says_that_the_camera_is_gone(
    preview: tuple[Path, SimBody],
) -> None:
    path, body = preview
    assert path.stat().st_mode & 0o777 == 0o600
    reply = exchange(path, ASK)
    assert (reply["id"], reply["result"]["jpeg"][:2]) == (3, b"\xff\xd8")
    body.faults.camera_gone = True
    assert exchange(path, ASK)["error"]["code"] == "camera_unavailable"
    body.faults.camera_gone = False


_VALUE = st.none() | st.integers(-1, 3) | st.text(max_size=4) | st.binary(max_size=4)


@settings(max_examples=60, deadline=None)
@given(
    data=st.binary(max_size=40)
    | st.lists(_VALUE, max_size=3).map(frames.pack)
    | st.fixed_dictionaries({"id": _VALUE, "verb": _VALUE, "args": _VALUE}).map(frames.pack)
)
def test_garbage_on_the_preview_socket_gets_an_error_or_nothing(
    preview: tuple[Path, SimBody], data: bytes
) -> None:
    path, _ = preview
    reply = exchange(path, data)
    assert reply is None or reply["error"]["code"] == "bad_request"
    assert exchange(path, ASK)["ok"] is True
