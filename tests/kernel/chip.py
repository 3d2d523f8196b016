"""A GPIO chip of the kernel's own simulator (gpio-sim): its lines, and what hangs on them outside.

Calls nothing of ours. Needs root in a kernel with CONFIG_GPIO_SIM; see the kernel's
Documentation/admin-guide/gpio/gpio-sim.rst.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONFIGURED = Path("/sys/kernel/config/gpio-sim")
LINES = 28


@dataclass(frozen=True)
class Chip:
    """One live chip; `lines` is its folder in sysfs, `device` what a driver opens."""

    lines: Path
    device: Path

    def pull(self, line: int, *, up: bool) -> None:
        """What hangs on an input draws it up or down."""
        (self._line(line) / "pull").write_text("pull-up" if up else "pull-down")

    def pulled_up(self, line: int) -> bool:
        return (self._line(line) / "pull").read_text() == "pull-up\n"

    def level(self, line: int) -> int:
        """0 or 1: what a meter on the line would show."""
        return int((self._line(line) / "value").read_text())

    def _line(self, line: int) -> Path:
        return self.lines / f"sim_gpio{line}"


@contextmanager
def chip(name: str, label: str, names: Mapping[int, str] | None = None) -> Iterator[Chip]:
    """A chip of that label, some lines with names; all lines are drawn down at first."""
    folder = CONFIGURED / name
    bank = folder / "bank0"
    bank.mkdir(parents=True)
    named = [bank / f"line{line}" for line in names or {}]
    try:
        (bank / "num_lines").write_text(str(LINES))
        (bank / "label").write_text(label)
        for line, text in (names or {}).items():
            (bank / f"line{line}").mkdir()
            (bank / f"line{line}" / "name").write_text(text)
        (folder / "live").write_text("1")
        number = (bank / "chip_name").read_text().strip()
        device = (folder / "dev_name").read_text().strip()
        yield Chip(Path("/sys/devices/platform", device, number), Path("/dev", number))
    finally:
        (folder / "live").write_text("0")
        for made in [*named, bank, folder]:
            made.rmdir()
