"""Words that are read otherwise than they are written. Calls nothing; the table is data."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "data" / "words.toml"


@lru_cache(maxsize=1)
def table() -> Mapping[str, Mapping[str, str]]:
    """`pinyin` for the voice, `said` for everybody; longer words first."""
    read = tomllib.loads(FILE.read_text("utf-8"))
    return {
        name: dict(sorted(some.items(), key=lambda pair: -len(pair[0])))
        for name, some in read.items()
    }


def said(text: str) -> str:
    """Signs in words."""
    for sign, word in table()["said"].items():
        text = text.replace(sign, word)
    return text


def spelt(text: str) -> str:
    """The text as the voice is given it: words that it would misread stand in pinyin."""
    for word, pinyin in table()["pinyin"].items():
        text = text.replace(word, f" {pinyin} ")
    return text
