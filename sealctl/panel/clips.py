"""Spoken clips: `python -m sealctl.panel.clips FOLDER` makes one of each phrase with espeak-ng.

Calls only `sealctl.panel.phrases`. Made once, when the package is built or a checkout is first
started, never while somebody waits. `find` gives the first clip of a phrase in several folders.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sealctl.panel.phrases import PHRASES, WORDS

VOICE: Final = "cmn-latn-pinyin"
"""espeak-ng's voice that reads all common characters; `cmn` spells most of them as letters."""
SPEED: Final = "145"
"""Words a minute: slower than espeak-ng's 175, for old ears."""
KINDS: Final = {
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
}
"""File endings that the kiosk's browser plays, with their media types."""


def make(folder: Path) -> int:
    """Make every clip that is missing or whose words have changed; how many were made.

    `words.txt` beside them says what each says. Raises FileNotFoundError without espeak-ng.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / "words.txt"
    known = set(told.read_text("utf-8").splitlines()) if told.exists() else set()
    lines = {phrase: f"{phrase}\t{text}" for phrase, text in PHRASES.items()}
    wanted = [
        phrase
        for phrase, line in lines.items()
        if line not in known or not (folder / f"{phrase}.wav").exists()
    ]
    for phrase in wanted:
        _speak(PHRASES[phrase], folder / f"{phrase}.wav")
    told.write_text("".join(f"{line}\n" for line in lines.values()), "utf-8")
    return len(wanted)


def find(folders: Sequence[Path], phrase: str) -> Path | None:
    """The phrase's clip in the first folder that has one; None for what is no phrase."""
    if phrase not in PHRASES:
        return None
    named = (folder / f"{phrase}.{kind}" for folder in folders for kind in KINDS)
    return next((path for path in named if path.is_file()), None)


def spelt(text: str) -> str:
    """The text as the voice is given it: words that it would misread stand in pinyin."""
    for word, pinyin in WORDS.items():
        text = text.replace(word, pinyin)
    return text


def _speak(text: str, path: Path) -> None:
    beside = path.with_suffix(".new")
    command = ["espeak-ng", "-v", VOICE, "-s", SPEED, "-w", str(beside), "--", spelt(text)]
    subprocess.run(command, check=True)
    beside.replace(path)


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 made, 1 no espeak-ng, 2 wrong usage."""
    if len(arguments) != 1:
        print("usage: python -m sealctl.panel.clips FOLDER", file=sys.stderr)
        return 2
    try:
        made = make(Path(arguments[0]))
    except FileNotFoundError:
        print("语音没有做成：请安装 espeak-ng。 No clips: install espeak-ng.", file=sys.stderr)
        return 1
    print(f"{made} clips made, {len(PHRASES)} in all")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
