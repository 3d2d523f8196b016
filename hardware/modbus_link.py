"""One Modbus RTU board, one request at a time. Calls pymodbus's framing, hardware.{ports,
serial_line}.

Modbus over Serial Line V1.02: 8 data bits, no parity, one stop bit, as relay boards come. Only the
framing and the messages are pymodbus's; its client times its waiting by the wall clock, which a
machine without a battery sees jump by years.
"""

import struct
from collections.abc import Callable
from typing import Final, TypeVar

from pymodbus.constants import ExcCodes
from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU

from hardware.ports import HardwareError
from hardware.serial_line import SerialLine

BUDGET_MS: Final = 50
"""For a request, its answer and at most one repetition."""
PAUSE_MS: Final = 5
"""Between frames: 3.5 characters at 9600 baud are 4 ms."""
GAP_MS: Final = 10
"""What has come is spoilt when it is no frame and nothing more comes for so long."""
DOUBT_MS: Final = 300
"""An answer that did not come in time may still come for so long. It carries no number, so until
then it could be taken for the answer to something else.
"""

_FRAMER: Final = FramerRTU(DecodePDU(is_server=False))

T = TypeVar("T", bound=ModbusPDU)


class SpoiltError(Exception):
    """Bytes came that are no answer to the request."""


class ModbusLink:
    """Requests to one board. HardwareError: the port is gone, no answer, a spoilt one, or the
    board's own refusal (exception code).
    """

    def __init__(self, line: SerialLine, mono_ms: Callable[[], int]) -> None:
        self._line = line
        self._mono_ms = mono_ms
        self._quiet_from_ms = 0
        self._doubt_until_ms = 0

    @property
    def doubtful(self) -> bool:
        """Whether a late answer to an earlier request may still come."""
        return self._mono_ms() < self._doubt_until_ms

    def ask(self, request: ModbusPDU, answer: type[T], tries: int = 1) -> T:
        """The board's answer within BUDGET_MS. It is asked again, up to `tries` times in all, only
        where something came that was spoilt: after silence an answer may be on its way.
        """
        until = self._mono_ms() + BUDGET_MS
        reason = "no answer"
        for _ in range(tries):
            try:
                self._send(request, until)
                return _checked(self._hear(request, answer, until))
            except SpoiltError as error:
                reason = str(error)
            except TimeoutError:
                break
        self._doubt_until_ms = self._mono_ms() + DOUBT_MS
        unit, code = request.dev_id, request.function_code
        raise HardwareError(
            "hardware_fault", f"{self._line.path}: unit {unit}, function {code}: {reason}"
        )

    def close(self) -> None:
        """Give the port back."""
        self._line.close()

    def _send(self, request: ModbusPDU, until: int) -> None:
        """After the pause that a frame begins with; whatever comes in it is nobody's."""
        self._line.forget_input()
        while (pause := min(self._quiet_from_ms, until)) > self._mono_ms():
            if self._line.read(pause):
                self._quiet_from_ms = self._mono_ms() + PAUSE_MS
        self._line.write(_FRAMER.buildFrame(request))

    def _hear(self, request: ModbusPDU, answer: type[T], until: int) -> T | ExceptionResponse:
        data, wait = b"", until
        while piece := self._line.read(wait):
            data += piece
            self._quiet_from_ms = self._mono_ms() + PAUSE_MS
            found = parse(data, request, answer)
            if found is not None:
                return found
            wait = min(until, self._mono_ms() + GAP_MS)
        if data:
            raise SpoiltError(f"half an answer: {data.hex()}")
        raise TimeoutError


def parse(data: bytes, request: ModbusPDU, answer: type[T]) -> T | ExceptionResponse | None:
    """The answer to `request` in what has come so far; None while it is not complete. SpoiltError:
    it never will be. A write's answer repeats address and value, a read's has the bits asked for.
    """
    try:
        used, found = _FRAMER.handleFrame(data, request.dev_id, 0)
    except (ModbusException, ValueError, IndexError, struct.error) as error:
        raise SpoiltError(f"{data.hex()}: {error}") from error
    if found is None and not used:
        return None
    if isinstance(found, ExceptionResponse) and found.function_code & 0x7F == request.function_code:
        return found
    if isinstance(found, answer) and _fits(found, request):
        return found
    raise SpoiltError(f"not an answer: {data.hex()}")


def _fits(found: ModbusPDU, request: ModbusPDU) -> bool:
    if found.function_code != request.function_code:
        return False
    if request.count:
        return len(found.bits) == -(-request.count // 8) * 8
    return (found.address, [*found.bits]) == (request.address, [*request.bits])


def _checked(found: T | ExceptionResponse) -> T:
    if isinstance(found, ExceptionResponse):
        code = found.exception_code
        name = ExcCodes(code).name if code in [*ExcCodes] else "unknown"
        raise HardwareError("hardware_fault", f"the board refuses: {name} ({code})")
    return found
