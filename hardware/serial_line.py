"""One serial port, read by a deadline. Calls pyserial and hardware.ports.

The only file that imports pyserial. A port that is unplugged is a HardwareError, and is opened
again by the next call; no other program that locks its port (flock) gets it meanwhile.
"""

import contextlib
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Final

import serial

from hardware.ports import HardwareError

CHUNK: Final = 4096

_FAILURES: Final = (serial.SerialException, OSError, termios.error)


class SerialLine:
    """Bytes to and from one part, 8 data bits, no parity, one stop bit.

    `path` is a device name that stays the same, best below /dev/serial/by-id. `mono_ms` is
    Clock.mono_ms. Every method raises HardwareError('hardware_fault') where the port is gone.
    """

    def __init__(self, path: str | Path, baud: int, mono_ms: Callable[[], int]) -> None:
        self.path = str(path)
        self._baud = baud
        self._mono_ms = mono_ms
        self._port: serial.Serial | None = None

    def write(self, data: bytes) -> None:
        """Send all of `data`, or raise."""
        port = self._open()
        try:
            port.write(data)
        except _FAILURES as error:
            raise self._lost(error) from error

    def read(self, until_ms: int) -> bytes:
        """What has arrived, at least one byte; b'' when nothing has by `until_ms` (mono)."""
        port = self._open()
        try:
            if not port.in_waiting:
                port.timeout = max(0.0, (until_ms - self._mono_ms()) / 1000)
                first: bytes = port.read(1)
                if not first:
                    return b""
                return first + port.read(min(port.in_waiting, CHUNK))
            return port.read(min(port.in_waiting, CHUNK))
        except (*_FAILURES, TypeError) as error:  # TypeError: closed mid-read
            raise self._lost(error) from error

    def forget_input(self) -> None:
        """Throw away whatever has arrived and was not read."""
        port = self._open()
        try:
            port.reset_input_buffer()
        except _FAILURES as error:
            raise self._lost(error) from error

    def close(self) -> None:
        """Give the port back; allowed at any time, also twice."""
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*_FAILURES):
                port.close()

    def _open(self) -> serial.Serial:
        if self._port is None:
            try:
                self._port = serial.Serial(
                    self.path, self._baud, timeout=0, write_timeout=1, exclusive=True
                )
            except (*_FAILURES, ValueError) as error:
                raise HardwareError("hardware_fault", f"{self.path}: {error}") from error
        return self._port

    def _lost(self, error: Exception) -> HardwareError:
        self.close()
        return HardwareError("hardware_fault", f"{self.path}: {error}")
