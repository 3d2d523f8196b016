"""Clips of texts: made by programs that may be missing or hang, or read by somebody."""

import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from hub.spoken import clips, words
from tests.hub import public_rig as hub

TEXT = "公示：2026-11-07 支出 1,234.50 元，在银行。"
FRAME = b"\xff\xfb\x90\x00" + bytes(200)


@pytest.fixture(autouse=True)
def state(settings: Settings, tmp_path: Path) -> Path:
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    return tmp_path


def test_a_clip_is_an_mp3(state: Path) -> None:
    made = clips.clip(TEXT)
    assert made is not None
    assert clips.untagged(made) == made
    assert len(made) > 10_000
    assert {path.name for path in state.iterdir()} == {"hub.toml", "keys"}, "none is kept here"


def test_a_recording_is_another_clip(state: Path) -> None:
    assert (clips.recordings(), clips.recorded(TEXT)) == (False, "")
    own = state / clips.RECORDINGS / f"{clips.name(TEXT)}.mp3"
    own.parent.mkdir()
    own.write_bytes(FRAME)
    assert clips.recordings()
    assert clips.recorded(TEXT.replace("1,234.50", "1234.50")).startswith(own.name)
    assert clips.recorded("别的话") == ""


def test_without_the_programs_there_is_none_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clips, "_ENCODER", ("no-such-encoder",))
    with caplog.at_level(logging.WARNING):
        assert clips.clip(TEXT) is None
    assert "请安装 no-such-encoder" in caplog.text
    assert "银行" not in caplog.text


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: Any, **_: Any) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", hang)
    assert clips.clip(TEXT) is None


def test_a_recording_takes_its_place(state: Path) -> None:
    folder = state / clips.RECORDINGS
    folder.mkdir()
    assert clips.clip(TEXT) != FRAME
    tag = b"ID3\x04\0\0\0\0\0\x05where" + FRAME + b"TAG" + bytes(125)
    (folder / f"{clips.name(TEXT)}.mp3").write_bytes(tag)
    assert clips.clip(TEXT) == FRAME
    (folder / f"{clips.name(TEXT)}.mp3").write_bytes(b"<html>")
    assert clips.clip(TEXT) != b"<html>"


def test_every_word_of_the_table_is_misread_without_it() -> None:
    table = words.table()["pinyin"]
    read = _sounds([*table, *table.values()])
    for word, pinyin in table.items():
        assert read[word] != read[pinyin], word
    assert words.spelt("在银行") == "在 yin2 hang2 "


def _sounds(texts: list[str]) -> dict[str, str]:
    """What the voice makes of each, in one run."""
    command = ["espeak-ng", "-v", "cmn-latn-pinyin", "-q", "-x", "--stdin"]
    asked = "\n\n".join(f"{one}。" for one in texts)
    said = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    lines = [line.replace(" ", "") for line in said.stdout.splitlines() if line.strip()]
    return dict(zip(texts, lines, strict=True))
