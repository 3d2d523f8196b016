"""The computer on which this runs. Calls nothing."""

from pathlib import Path
from typing import Final

SERIAL: Final = Path("/proc/device-tree/serial-number")


def serial() -> str:
    """The board's own serial number; empty where it has none to tell."""
    try:
        return SERIAL.read_text("ascii").strip("\0 \n")[:64]
    except (OSError, UnicodeDecodeError):
        return ""
