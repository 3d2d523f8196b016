"""What the blob store keeps is what it gives back, or nothing."""

from hashlib import sha256
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from hub.blobs import store
from hub.blobs.models import Blob

pytestmark = pytest.mark.django_db
PHOTO = b"\xff\xd8\xff photo"
NAME = sha256(PHOTO).digest()


@pytest.fixture(autouse=True)
def state(settings: Settings, tmp_path: Path) -> Path:
    settings.STATE = tmp_path
    return tmp_path


def _file(state: Path) -> Path:
    return state / "blobs" / NAME.hex()[:2] / NAME.hex()


def test_what_was_put_is_got(state: Path) -> None:
    assert store.put(PHOTO, "photo", "sunrise-1") == NAME
    assert store.get(NAME) == PHOTO
    assert _file(state).read_bytes() == PHOTO
    assert [one.name for one in _file(state).parent.iterdir()] == [NAME.hex()]


def test_putting_twice_changes_nothing() -> None:
    store.put(PHOTO, "photo", "sunrise-1")
    store.put(PHOTO, "page", "somebody")
    row = Blob.objects.get()
    assert (row.kind, row.source, row.size) == ("photo", "sunrise-1", len(PHOTO))


def test_nothing_is_got_for_an_unknown_name() -> None:
    assert store.get(bytes(32)) is None


def test_spoilt_bytes_are_not_given_and_are_healed_by_the_next_put(state: Path) -> None:
    store.put(PHOTO, "photo", "sunrise-1")
    _file(state).write_bytes(b"spoilt")
    assert store.get(NAME) is None
    store.put(PHOTO, "photo", "sunrise-1")
    assert store.get(NAME) == PHOTO


def test_a_full_disk_leaves_no_row_and_no_rest(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hub.blobs.store.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(PHOTO, "photo", "sunrise-1")
    assert not Blob.objects.exists()
    assert list(_file(state).parent.iterdir()) == []
