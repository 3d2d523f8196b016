"""The board's own figures, as the kernel tells them. Calls nothing; `root` is where /sys hangs."""

from pathlib import Path
from typing import Final

TEMPERATURE: Final = "sys/class/thermal/thermal_zone0/temp"
THROTTLED: Final = "sys/devices/platform/soc/soc:firmware/get_throttled"


def temperature_c(root: Path = Path("/")) -> float | None:
    """The processor's; None where there is no thermometer."""
    value = _whole(root / TEMPERATURE, 10)
    return None if value is None else value / 1000


def throttled(root: Path = Path("/")) -> int | None:
    """The bits of a Raspberry Pi's firmware (`get_throttled`); None on another board."""
    return _whole(root / THROTTLED, 16)


def _whole(path: Path, base: int) -> int | None:
    try:
        return int(path.read_text("ascii").strip(), base)
    except (OSError, ValueError):
        return None
