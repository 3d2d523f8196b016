"""Coil and switches on a Modbus RTU relay board. Calls hardware.{modbus_link,pins,ports,settled}
and pymodbus's messages.

What such a board cannot do: it has no watchdog that could be relied on, so when this computer dies
while the lock is open, the relay keeps its state and the coil its current, for ever. Therefore a
hardware timer relay must stand in series with the coil and cut it after `Board.max_on_ms` by
itself; without one, do not use this driver. The "flash" functions of some boards are no substitute.
Nor does Modbus number its answers: a line that gives an old reading again is believed.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadCoilsResponse,
    ReadDiscreteInputsRequest,
    ReadDiscreteInputsResponse,
    WriteSingleCoilRequest,
    WriteSingleCoilResponse,
)

from hardware.modbus_link import ModbusLink
from hardware.pins import Edge, Switch
from hardware.ports import HardwareError
from hardware.serial_line import SerialLine
from hardware.settled import Settled

FRESH_MS: Final = 20
"""A reading of the switches serves for so long."""
READ_TRIES: Final = 2
OFF_TRIES: Final = 2


@dataclass(frozen=True)
class BoardInput:
    """A switch's discrete input, counted from 0. `active_low`: the switch is active where the input
    is not set. `debounce_ms`: see Settled.
    """

    number: int
    active_low: bool = False
    debounce_ms: int = 30


@dataclass(frozen=True)
class Board:
    """One board on the line: its unit (1–247), the lock's coil, counted from 0, and the switches.
    `max_on_ms`: after how long the timer relay in series with the coil cuts it.
    """

    unit: int
    coil: int
    latch: BoardInput
    press: BoardInput
    case: BoardInput
    max_on_ms: int

    def switches(self) -> Mapping[Switch, BoardInput]:
        """Each switch's input."""
        return {Switch.LATCH: self.latch, Switch.PRESS: self.press, Switch.CASE: self.case}


class ModbusPins:
    """Satisfies Pins, by polling. HardwareError, also of the constructor: the board does not
    answer. A call takes up to 50 ms, one that must switch off a board which does not answer 150 ms.

    After a request without an answer the switches cannot be read and the coil cannot be switched on
    for `modbus_link.DOUBT_MS`; it can always be switched off.
    """

    def __init__(self, line: SerialLine, board: Board, mono_ms: Callable[[], int]) -> None:
        self._link = ModbusLink(line, mono_ms)
        self._board = board
        self._mono_ms = mono_ms
        self._inputs = board.switches()
        self._on_since_ms: int | None = None
        self._changes: list[Edge] = []
        self._open = True
        try:
            self._switch_off()
            self._readings = self._poll()
        except HardwareError:
            self._link.close()
            raise
        self._read_ms = mono_ms()
        self._standing = {
            switch: Settled(
                wired.debounce_ms, self._readings[switch], self._read_ms - wired.debounce_ms
            )
            for switch, wired in self._inputs.items()
        }

    def drive(self, *, on: bool) -> None:
        """Off is written again where its answer is missing or odd, and then read back. On is not
        repeated: in any doubt it is switched off, and a HardwareError.
        """
        self._usable()
        if not on:
            self._switch_off()
            return
        if self._link.doubtful:
            raise HardwareError("hardware_fault", "a late answer of the board may still come")
        self._on_since_ms = self._mono_ms()
        try:
            self._write(on=True)
        except HardwareError:
            self._switch_off()
            raise

    def active(self, switch: Switch) -> bool:
        self._usable()
        if self._mono_ms() - self._read_ms > FRESH_MS:
            self._read()
        return self._readings[switch]

    def edges(self) -> Sequence[Edge]:
        self._usable()
        self._read()
        changes, self._changes = self._changes, []
        return changes

    def close(self) -> None:
        if not self._open:
            return
        try:
            self._switch_off()
        finally:
            self._open = False
            self._link.close()

    def _usable(self) -> None:
        """The port is ours, and the coil is never left on longer than the timer relay allows."""
        if not self._open:
            raise HardwareError("hardware_fault", "the board was given back")
        since = self._on_since_ms
        if since is not None and self._mono_ms() - since >= self._board.max_on_ms:
            self._switch_off()

    def _switch_off(self) -> None:
        for _ in range(OFF_TRIES):
            with contextlib.suppress(HardwareError):
                self._write(on=False)
                self._on_since_ms = None
                return
        if self._coil():
            raise HardwareError("hardware_fault", "the board's coil stays on")
        self._on_since_ms = None

    def _write(self, *, on: bool) -> None:
        request = WriteSingleCoilRequest(
            address=self._board.coil, bits=[on], dev_id=self._board.unit
        )
        self._link.ask(request, WriteSingleCoilResponse)

    def _coil(self) -> bool:
        request = ReadCoilsRequest(address=self._board.coil, count=1, dev_id=self._board.unit)
        return self._link.ask(request, ReadCoilsResponse).bits[0]

    def _read(self) -> None:
        self._readings = self._poll()
        self._read_ms = self._mono_ms()
        self._changes += [
            Edge(switch, self._read_ms, active)
            for switch, active in self._readings.items()
            if self._standing[switch].read(active=active, at_ms=self._read_ms)
        ]

    def _poll(self) -> Mapping[Switch, bool]:
        """All switches in one request; HardwareError also while an answer would be doubtful."""
        if self._link.doubtful:
            raise HardwareError("hardware_fault", "a late answer of the board may still come")
        numbers = [wired.number for wired in self._inputs.values()]
        first = min(numbers)
        request = ReadDiscreteInputsRequest(
            address=first, count=max(numbers) - first + 1, dev_id=self._board.unit
        )
        bits = self._link.ask(request, ReadDiscreteInputsResponse, READ_TRIES).bits
        return {
            switch: bits[wired.number - first] is not wired.active_low
            for switch, wired in self._inputs.items()
        }
