"""Puts what a township says into `machine.toml` and leaves every other line as a person wrote it.

Pure; calls nothing of ours.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

_HEADER: Final = re.compile(r"\s*\[\s*([A-Za-z0-9_.\-]+)\s*\]\s*(#.*)?")
_DEVICE: Final = re.compile(r"\s*device\s*=")

Section = Mapping[str, str | int]


def with_parts(source: str, device: str, parts: Mapping[str, Section]) -> str:
    """The file with this device and these sections in place of its own, at its end."""
    kept = "\n".join(_kept(source, frozenset(parts))).strip("\n")
    said = [f"device = {_value(device)}", *([kept] if kept else [])]
    said += [
        "\n".join([f"[{name}]", *(f"{key} = {_value(value)}" for key, value in part.items())])
        for name, part in parts.items()
    ]
    return "\n\n".join(said) + "\n"


def _kept(source: str, replaced: frozenset[str]) -> Iterator[str]:
    section = ""
    for line in source.splitlines():
        if header := _HEADER.fullmatch(line):
            section = header[1]
        if section in replaced or (not section and _DEVICE.match(line)):
            continue
        yield line


def _value(value: str | int) -> str:
    """A TOML basic string escapes as JSON does."""
    return json.dumps(value, ensure_ascii=False)
