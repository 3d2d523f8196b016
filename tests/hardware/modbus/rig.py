"""A relay board at the far end of a pty: Modbus RTU as such boards speak it, and what they wire."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import pytest
from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU, ReadCoilsRequest
from pymodbus.pdu.bit_message import (
    ReadCoilsResponse,
    ReadDiscreteInputsRequest,
    ReadDiscreteInputsResponse,
    WriteSingleCoilRequest,
    WriteSingleCoilResponse,
)

from hardware.clock import SystemClock
from hardware.pins_modbus import Board, BoardInput, ModbusPins
from hardware.serial_line import SerialLine
from tests.support.serial_faults import Line, Part

PATIENCE: Final = {"BUDGET_MS": 100, "GAP_MS": 20, "DOUBT_MS": 300}
"""The driver's limits on a computer that is busy with other tests; their order is the real one."""
SLOW_S: Final = 0.2
UNIT = 1
COILS = INPUTS = 8
REQUEST = 8
BOARD = Board(
    unit=UNIT,
    coil=0,
    latch=BoardInput(0),
    press=BoardInput(1),
    case=BoardInput(2, active_low=True),
    max_on_ms=10_000,
)
_FRAMER = FramerRTU(DecodePDU(is_server=True))


@dataclass
class RelayBoard(Part):
    """Eight relays and eight inputs. `heard` is every request, as bytes. `refuses`: with this
    exception code. `misreports`: its answer to a write says the opposite.
    """

    coils: list[bool] = field(default_factory=lambda: [False] * COILS)
    inputs: list[bool] = field(default_factory=lambda: [True] + [False] * (INPUTS - 1))
    heard: list[bytes] = field(default_factory=list)
    refuses: ExcCodes | None = None
    misreports: bool = False

    def receive(self, data: bytes) -> Iterable[bytes]:
        for at in range(0, len(data), REQUEST):
            frame = data[at : at + REQUEST]
            self.heard.append(frame)
            _, request = _FRAMER.handleFrame(frame, UNIT, 0)
            if request is not None:
                answer = self._answer(request)
                answer.dev_id = UNIT
                yield _FRAMER.buildFrame(answer)

    def reset(self) -> None:
        self.coils = [False] * COILS

    def _answer(self, request: ModbusPDU) -> ModbusPDU:
        if self.refuses is not None:
            return ExceptionResponse(request.function_code, self.refuses)
        first, last = request.address, request.address + request.count
        match request:
            case WriteSingleCoilRequest():
                self.coils[first] = request.bits[0]
                said = request.bits[0] is not self.misreports
                return WriteSingleCoilResponse(address=first, bits=[said])
            case ReadDiscreteInputsRequest() if last <= INPUTS:
                return ReadDiscreteInputsResponse(bits=self.inputs[first:last])
            case ReadCoilsRequest() if last <= COILS:
                return ReadCoilsResponse(bits=self.coils[first:last])
            case _:
                return ExceptionResponse(request.function_code, ExcCodes.ILLEGAL_ADDRESS)


class Hours:
    """The computer's clock, which can also be told to skip."""

    def __init__(self) -> None:
        self._skipped = 0

    def __call__(self) -> int:
        return SystemClock().mono_ms() + self._skipped

    def skip(self, ms: int) -> None:
        self._skipped += ms


@dataclass
class Rig:
    """A board, its line, and the driver over it."""

    board: RelayBoard
    line: Line
    now: Hours
    pins: ModbusPins
    limits: pytest.MonkeyPatch

    def hurry(self) -> None:
        """From now on with the driver's real limits."""
        self.limits.undo()

    def wait(self, ms: int) -> None:
        """Real time passes, in which the board may still speak."""
        threading.Event().wait(ms / 1000)


@contextmanager
def rig(board: Board = BOARD) -> Iterator[Rig]:
    part, now = RelayBoard(), Hours()
    with Line(part, SLOW_S) as line, pytest.MonkeyPatch.context() as limits:
        for name, value in PATIENCE.items():
            limits.setattr(f"hardware.modbus_link.{name}", value)
        pins = ModbusPins(SerialLine(line.path, 19_200, now), board, now)
        try:
            yield Rig(part, line, now, pins, limits)
        finally:
            line.heal()
            part.refuses, part.misreports = None, False
            pins.close()
