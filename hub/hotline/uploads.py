"""Files that a reporter sends: photos are drawn anew, voices only told by their first bytes.

Calls `hub.intake` and `hub.hotline.{codes,vault}`. A voice is decoded nowhere in the hub: nothing
here reads more of it than its beginning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from hub.hotline import codes
from hub.intake import render
from hub.intake.kinds import kind_of
from hub.intake.reasons import Unfit

VOICE_BYTES: Final = 10 << 20
VOICES: Final = {
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "amr": (b"#!AMR",),
    "wav": (b"RIFF",),
    "ogg": (b"OggS",),
    "aac": (b"\xff\xf1", b"\xff\xf9"),
}
M4A: Final = (b"M4A ", b"M4B ", b"mp42", b"isom", b"3gp4", b"3gp5", b"3gp6")
ENDINGS: Final = (*VOICES, "m4a", "mp4", "3gp", "opus")


@dataclass(frozen=True)
class Taken:
    """A file as it came, and its pictures made anew; of a voice none."""

    kind: str
    original: bytes
    redrawn: bytes | None


def take(
    uploads: "Sequence[UploadedFile[Any]]", most: int, now_ms: int
) -> tuple[list[Taken], list[str]]:
    """(what is kept, a sentence for each file that is not)."""
    if len(uploads) > most:
        return [], [f"一次最多 {most} 个文件。"]
    found: list[Taken] = []
    wrong: list[str] = []
    for number, upload in enumerate(uploads, start=1):
        try:
            if not codes.upload(now_ms):
                raise Unfit("file_busy")
            found.append(_taken(upload.name or "", upload.read(render.MOST_BYTES + 1)))
        except Unfit as no:
            words = no.words()
            wrong.append(f"第 {number} 个文件：{words['zh']}{_next(no, words['next_zh'])}")
    return found, wrong


def is_voice(name: str, head: bytes) -> bool:
    """By its first bytes, and by a name that says so, too."""
    ending = name.rpartition(".")[2].lower()
    if ending not in ENDINGS:
        return False
    if head[4:8] == b"ftyp":
        return head[8:12] in M4A
    if head.startswith(b"RIFF"):
        return head[8:12] == b"WAVE"
    return any(head.startswith(magic) for magics in VOICES.values() for magic in magics)


def _taken(name: str, data: bytes) -> Taken:
    if is_voice(name, data[:32]):
        if len(data) > VOICE_BYTES:
            raise Unfit("file_too_big")
        return Taken("voice", data, None)
    if len(data) > render.MOST_BYTES:
        raise Unfit("file_too_big")
    if kind_of(name, data[:32]) != "picture":
        raise Unfit("file_unknown")
    (page,) = render.pages(name, data, 1)
    return Taken("picture", data, page)


def _next(no: Unfit, words: str) -> str:
    """The table's advice speaks of papers to be stamped; here photos and voices are sent."""
    return _OWN.get(no.code, words)


_OWN: Final = {
    "file_unknown": "请发 JPG、PNG 照片，或 MP3、M4A、AMR、WAV 录音。",
    "file_misnamed": "请直接发手机拍的照片或录音，不要改文件名。",
    "file_too_big": "照片最多 20 MB，录音最多 10 MB（大约十分钟）。",
    "file_blank": "照片上什么也看不出来，请重新拍。",
}
