"""The hub's online keys are exchanged: the log goes on, whatever stops the change half-way."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hub import rekey
from hub.init import InitError, new_key
from hub.log import store
from hub.log.keys import LogKey, LogKeyError, former_file
from hub.log.models import Cosigned, Witness
from hub.log.sequencer import LogBrokenError, Sequencer
from wire.errors import WireError
from wire.tlog import note
from wire.tlog.checkpoint import open_checkpoint

pytestmark = pytest.mark.django_db
NAME = "town.example/log"


@pytest.fixture
def config(tmp_path: Path) -> Any:
    for name in ("log", "list"):
        new_key(tmp_path / f"{name}.pem")
    made: Any = SimpleNamespace(
        state=tmp_path,
        log_name=NAME,
        log_key=tmp_path / "log.pem",
        list_key=tmp_path / "list.pem",
    )
    with Sequencer.open(made) as log:
        log.append([b"one", b"two"])
    return made


def published(config: Any) -> bytes:
    return bytes((config.state / "public" / "log" / "checkpoint").read_bytes())


def test_the_log_goes_on_under_the_next_key(config: Any) -> None:
    old = LogKey.load(NAME, config.log_key).verifier
    prepared = rekey.prepare(config, "log")
    assert prepared.vkey is not None
    assert rekey.prepare(config, "log").vkey == prepared.vkey
    new = note.verifier(prepared.vkey)
    before = open_checkpoint(published(config), old)
    Cosigned.objects.create(id=1, checkpoint=published(config), size=2, seen_s=1)
    Witness.objects.create(name="w", size=2, checkpoint=published(config), seen_s=1)
    rekey.switch(config, "log")
    assert not Cosigned.objects.exists()
    assert Witness.objects.get().size == 0
    assert open_checkpoint(published(config), new) == before
    with pytest.raises(WireError):
        open_checkpoint(published(config), old)
    with Sequencer.open(config) as log:
        log.append([b"three"])
    assert open_checkpoint(published(config), new).size == 3
    assert former_file(config.log_key).read_text().split() == [_vkey(old)]


def test_a_change_that_is_cut_short_can_be_made_again(
    config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rekey.prepare(config, "log")
    with monkeypatch.context() as patch:
        patch.setattr(rekey, "_put", _cut)
        with pytest.raises(OSError, match="cut"):
            rekey.switch(config, "log")
    with Sequencer.open(config) as log:
        log.append([b"three"])
    rekey.switch(config, "log")
    new = LogKey.load(NAME, config.log_key).verifier
    assert open_checkpoint(published(config), new).size == store.size() == 3


def test_a_log_under_a_key_that_was_never_its_own_is_not_continued(config: Any) -> None:
    config.log_key.unlink()
    Path(f"{config.log_key}.pub").unlink()
    new_key(config.log_key)
    with pytest.raises((LogBrokenError, WireError)):
        Sequencer.open(config)


def test_without_a_next_key_nothing_is_switched(config: Any) -> None:
    before = config.list_key.read_bytes()
    for which in rekey.KEYS:
        with pytest.raises(InitError, match="first"):
            rekey.switch(config, which)
    assert config.list_key.read_bytes() == before


def test_the_list_key_is_exchanged_with_its_public_half(config: Any) -> None:
    public = rekey.prepare(config, "list").public.read_bytes()
    rekey.switch(config, "list")
    assert Path(f"{config.list_key}.pub").read_bytes() == public
    assert not rekey._next(config.list_key).exists()


def test_a_list_of_former_keys_that_cannot_be_read_is_told(config: Any) -> None:
    former_file(config.log_key).write_text("nonsense\n")
    with pytest.raises(LogKeyError, match=r"log\.former"):
        LogKey.load(NAME, config.log_key)


def _cut(_path: Path) -> None:
    raise OSError("cut")


def _vkey(verifier: note.Verifier) -> str:
    return note.vkey(verifier.name, verifier.public)
