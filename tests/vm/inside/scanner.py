"""A line-mode scanner on a USB serial adapter that is pulled out and put back.

Each stage is named in /host/stage for whoever plugs; prints what was read at each.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hardware.ports import HardwareError
from hardware.readers.line_scanner import BAUD, LineScanner
from hardware.readers.serial_reader import SerialReader
from hardware.serial_line import SerialLine

PATIENCE_S = 60
T = TypeVar("T")


def mono_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def stage(name: str) -> None:
    Path("/host/stage").write_text(name)


def until(look: Callable[[], T | None]) -> T | None:
    end = time.monotonic() + PATIENCE_S
    while (found := look()) is None and time.monotonic() < end:
        time.sleep(0.05)
    return found


def tried(reader: SerialReader) -> str | None:
    """A text, the code of an error, or None where nothing has come."""
    try:
        return reader.read()
    except HardwareError as error:
        return error.code


def text(reader: SerialReader) -> str | None:
    found = tried(reader)
    return None if found == "hardware_fault" else found


def main() -> None:
    path = until(lambda: next(iter(Path("/dev/serial/by-id").glob("*SCAN01*")), None))
    if path is None:
        raise SystemExit("no adapter")
    reader = SerialReader(SerialLine(path, BAUD, mono_ms), mono_ms, LineScanner())
    found = {"nothing yet": tried(reader)}
    stage("scan")
    found["scanned"] = until(lambda: tried(reader))
    stage("unplug")
    found["unplugged"] = until(lambda: tried(reader))
    stage("replug")
    found["plugged in"] = until(lambda: None if tried(reader) == "hardware_fault" else "opened")
    stage("scan again")
    found["scanned again"] = until(lambda: text(reader))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
