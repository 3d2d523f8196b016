"""A clip of a text that every old phone plays: MP3.

Calls `hub.spoken`, `hub.config`, and `espeak-ng` and `lame` as child processes with a time limit.
Without them there is no clip, and the log says so. Somebody's own voice takes a clip's place:
`recordings/<name>.mp3` in the state folder, `name` as below. No clip is kept here: a text
may name people for a time, and whoever publishes it takes the clip down with it.
"""

import hashlib
import logging
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Final

from hub.config import config
from hub.spoken import words
from hub.spoken.text import spoken

RECORDINGS: Final = "recordings"
LONGEST: Final = 10_000
"""Characters: some forty minutes."""
TIMEOUT_S: Final = 120
_VOICE: Final = ("espeak-ng", "-v", "cmn-latn-pinyin", "-s", "145", "--stdin", "--stdout")
"""Reads all common characters (`cmn` spells most as letters); slower than the usual 175."""
_ENCODER: Final = ("lame", "--quiet", "-m", "m", "--cbr", "-b", "32", "-t", "-", "-")
"""One channel, a constant rate, no tags."""
_LOG: Final = logging.getLogger(__name__)


def name(text: str) -> str:
    """What a clip of this text is called, whoever reads it: it hangs on the words alone."""
    return hashlib.sha256(spoken(text).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def possible() -> bool:
    """Whether clips can be made on this computer."""
    found = all(shutil.which(command[0]) for command in (_VOICE, _ENCODER))
    if not found:
        _LOG.warning("没有语音：请安装 espeak-ng 和 lame。 No clips: Debian packages are missing.")
    return found


def recordings() -> bool:
    """Whether somebody of the township recorded anything."""
    return (config().state / RECORDINGS).is_dir()


def recorded(text: str) -> str:
    """Which recording of a text there is; empty for none, another word for another one."""
    own = _own(text)
    return f"{own.name} {own.stat().st_mtime_ns}" if own.is_file() else ""


def clip(text: str) -> bytes | None:
    """The MP3: as recorded, else made; None where none can be made."""
    own = _own(text)
    if own.is_file() and (found := untagged(own.read_bytes())):
        return found
    return _made(text)


def untagged(data: bytes) -> bytes | None:
    """A recording without what its phone wrote about whom and where; None for what is no MP3."""
    if data.startswith(b"ID3") and len(data) > 10:
        size = 0
        for one in data[6:10]:
            size = size << 7 | (one & 0x7F)
        data = data[10 + size :].lstrip(b"\0")
    if data[-128:].startswith(b"TAG"):
        data = data[:-128]
    return data if len(data) > 4 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 else None


def _own(text: str) -> Path:
    return config().state / RECORDINGS / f"{name(text)}.mp3"


def _made(text: str) -> bytes | None:
    said = words.spelt(spoken(text))
    if not said.strip() or len(said) > LONGEST:
        return None
    wave = _run(_VOICE, said.encode())
    return None if wave is None else _run(_ENCODER, wave)


def _run(command: tuple[str, ...], data: bytes) -> bytes | None:
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=TIMEOUT_S, check=True
        )
    except FileNotFoundError:
        _LOG.warning(
            "没有语音：请安装 %s。 No clip: the Debian package is missing.", Path(command[0]).name
        )
        return None
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
        _LOG.warning("语音没有做成。 No clip: %s: %s", command[0], type(error).__name__)
        return None
    return done.stdout or None


@lru_cache(maxsize=1)
def version() -> str:
    """Another voice or another table makes other clips."""
    basis = (_VOICE, _ENCODER, words.FILE.read_bytes())
    return hashlib.sha256(repr(basis).encode()).hexdigest()[:8]
