"""What a setting may be: one small check a kind, with words for a person. Pure; calls nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

REQUIRED: Final = object()
"""The default of a setting that has none."""


@dataclass(frozen=True)
class Setting:
    """`check` gives the value to use, None where it is wrong; `allowed` says what would be right.

    `default` stands where the file does not name the setting.
    """

    check: Callable[[object], Any]
    allowed: str
    default: object = REQUIRED


def text() -> Setting:
    """Any text but an empty one."""
    return Setting(lambda value: value if isinstance(value, str) and value else None, "文字 a text")


def whole(least: int, most: int, default: object = REQUIRED) -> Setting:
    """A whole number of that range."""

    def check(value: object) -> int | None:
        return value if type(value) is int and least <= value <= most else None

    return Setting(check, f"{least} 到 {most} 的整数 a whole number, {least} to {most}", default)


def choice(*words: str) -> Setting:
    """One of these."""

    def check(value: object) -> str | None:
        return value if isinstance(value, str) and value in words else None

    return Setting(check, f"下列之一 one of {', '.join(words)}")


def hexadecimal(octets: int) -> Setting:
    """So many bytes in hex digits."""

    def check(value: object) -> bytes | None:
        if isinstance(value, str) and re.fullmatch(rf"[0-9a-fA-F]{{{2 * octets}}}", value):
            return bytes.fromhex(value)
        return None

    return Setting(check, f"{2 * octets} 位十六进制 {2 * octets} hex digits")
