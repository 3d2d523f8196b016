"""What a setting may be: one small check a kind, with words for a person. Pure; calls nothing."""

import re
from collections.abc import Callable, Sequence
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


def text(default: object = REQUIRED) -> Setting:
    """Any text but an empty one."""

    def check(value: object) -> str | None:
        return value if isinstance(value, str) and value else None

    return Setting(check, "文字 a text", default)


def whole(least: int, most: int, default: object = REQUIRED) -> Setting:
    """A whole number of that range."""

    def check(value: object) -> int | None:
        return value if type(value) is int and least <= value <= most else None

    return Setting(check, f"{least} 到 {most} 的整数 a whole number, {least} to {most}", default)


def decimal(least: float, most: float, default: object = REQUIRED) -> Setting:
    """A number of that range, whole or not."""

    def check(value: object) -> float | None:
        known = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if known and least <= value <= most else None  # type: ignore[arg-type,operator]

    return Setting(check, f"{least} 到 {most} 的数 a number, {least} to {most}", default)


def choice(*allowed: str | int, default: object = REQUIRED) -> Setting:
    """One of these words or numbers."""

    def check(value: object) -> str | int | None:
        return next((one for one in allowed if type(one) is type(value) and one == value), None)

    return Setting(check, f"下列之一 one of {_joined(allowed)}", default)


def words(*allowed: str, default: Sequence[str]) -> Setting:
    """A list of some of these words."""

    def check(value: object) -> tuple[str, ...] | None:
        known = isinstance(value, list) and all(one in allowed for one in value)
        return tuple(value) if known else None  # type: ignore[arg-type]

    return Setting(check, f"下列若干 a list of {_joined(allowed)}", tuple(default))


def line() -> Setting:
    """A GPIO line: its name, or its offset."""

    def check(value: object) -> str | int | None:
        if isinstance(value, str) and value:
            return value
        return value if type(value) is int and 0 <= value <= 1023 else None

    return Setting(check, "线名或编号 a line's name or its number, 0 to 1023")


def hexadecimal(octets: int) -> Setting:
    """So many bytes in hex digits."""

    def check(value: object) -> bytes | None:
        if isinstance(value, str) and re.fullmatch(rf"[0-9a-fA-F]{{{2 * octets}}}", value):
            return bytes.fromhex(value)
        return None

    return Setting(check, f"{2 * octets} 位十六进制 {2 * octets} hex digits")


def _joined(allowed: Sequence[str | int]) -> str:
    return ", ".join(str(one) for one in allowed)
