"""An application begun at a machine, as the inspector verifies it: its photos belong to it."""

from hashlib import sha256
from pathlib import Path

import pytest

from tests.inspector.test_verify import verdict
from tests.support.machine import OPERATOR, Rig
from tests.support.sealed_log import VKEY, SealedLog
from wire.approval import draft
from wire.approval.draft import Draft

PAGES = (b"\xff\xd8\xff one", b"\xff\xd8\xff two")


@pytest.fixture
def log(tmp_path: Path) -> SealedLog:
    rig = Rig.build(tmp_path / "machine", policy={"log_key": VKEY})
    names = tuple(sha256(page).digest() for page in PAGES)
    for name, page in zip(names, PAGES, strict=True):
        (rig.config.photos / f"{name.hex()}.jpg").write_bytes(page)
    made = Draft("residence", "seal-committee", "林小满", "居住证明", "学校报名", 1, names)
    told: dict[str, str | bytes | None] = {"draft": draft.encode(made), "operator": OPERATOR}
    rig.core.journal.append("drafted", {"item": "residence", "pages": 2}, committed=told)
    return SealedLog.of(rig)


def test_a_draft_verifies_with_all_its_photos(
    log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(log.photos) == 2
    assert verdict(log.write(tmp_path / "bundle"), capsys)["status"] == 0


def test_a_draft_without_one_of_its_photos_does_not(
    log: SealedLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.photos.popitem()
    said = verdict(log.write(tmp_path / "bundle"), capsys)
    assert said["status"] == 1
    assert "photo" in str(said)
