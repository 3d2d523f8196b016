"""The host's half of the head protocol: sessions, sequences, one retransmission. Calls
hardware.serial_line and hardware.serial_head.{frames,commands,answers}.

An answer is believed only when session, sequence and command are those of the request. A request
that was not answered is sent once more with the same sequence, so that it can never act twice.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from hardware.ports import HardwareError
from hardware.serial_head import answers, commands, frames
from hardware.serial_head.answers import Identity
from hardware.serial_head.commands import Command, MalformedError, Result
from hardware.serial_head.frames import ANSWER, Frame
from hardware.serial_line import SerialLine

CALL_MS: Final = 48
"""A call ends within this time, a HELLO that it needs first included."""
TRY_MS: Final = 22
"""After so long without an answer the request is sent again."""
LAST_SEQUENCE: Final = 2**32 - 1

Told = TypeVar("Told")


class Link:
    """`random` gives so many random bytes. Every method raises HardwareError('hardware_fault')."""

    def __init__(
        self, line: SerialLine, mono_ms: Callable[[], int], random: Callable[[int], bytes]
    ) -> None:
        self._line = line
        self._mono_ms = mono_ms
        self._random = random
        self._identity: Identity | None = None
        self._serial: str | None = None
        self._sequence = 0

    def identity(self) -> Identity:
        """The head as it greeted in this session; greets it where there is none."""
        return self._identity or self._greet(self._mono_ms() + CALL_MS)

    def ask(self, command: Command, *numbers: int) -> bytes:
        """The payload of the head's answer to a command of commands.encode_request."""
        until = self._mono_ms() + CALL_MS
        identity = self._identity or self._greet(until)
        if self._sequence == LAST_SEQUENCE:
            raise self._lost("the session has no sequence left")
        self._sequence += 1
        payload = commands.encode_request(command, *numbers)
        return self._exchange(Frame(identity.session, self._sequence, command, payload), until)

    def close(self) -> None:
        """Give the port back; allowed at any time, also twice."""
        self._identity = None
        self._line.close()

    def _greet(self, until: int) -> Identity:
        nonce = (int.from_bytes(self._random(4)), int.from_bytes(self._random(4)))
        answer = self._exchange(Frame(*nonce, Command.HELLO), until)
        identity = understood(answers.decode_identity, answer)
        if self._serial not in (None, identity.serial):
            raise fault(f"head {identity.serial} in the place of head {self._serial}")
        self._identity, self._serial, self._sequence = identity, identity.serial, 0
        return identity

    def _exchange(self, request: Frame, until: int) -> bytes:
        self._line.forget_input()
        rest = b""
        again_at = min(self._mono_ms() + TRY_MS, until)
        for deadline in (again_at, until):
            if self._mono_ms() < until:
                self._line.write(frames.encode(request))
            while self._mono_ms() < deadline:
                found, rest = frames.parse(rest + self._line.read(deadline))
                for answer in found:
                    if _answers(answer, request):
                        return self._result(request, answer.payload)
        raise fault(f"no answer to {Command(request.command).name}")

    def _result(self, request: Frame, payload: bytes) -> bytes:
        command = Command(request.command).name
        try:
            result = Result(payload[0])
        except (ValueError, IndexError) as error:
            raise fault(f"{command}: an answer without a result") from error
        if result is Result.WRONG_SESSION:
            raise self._lost(f"the head began anew: {_reset(payload[1:])}")
        if result is not Result.OK:
            raise fault(f"the head refused {command}: {result.name.lower()}")
        return payload[1:]

    def _lost(self, detail: str) -> HardwareError:
        self._identity = None
        return fault(detail)


def fault(detail: str) -> HardwareError:
    """The one error of this driver."""
    return HardwareError("hardware_fault", detail)


def understood(decode: Callable[[bytes], Told], payload: bytes) -> Told:
    """The decoded answer; HardwareError where the protocol does not know it."""
    try:
        return decode(payload)
    except MalformedError as error:
        raise fault(f"an answer that makes no sense: {error}") from error


def _answers(answer: Frame, request: Frame) -> bool:
    return (answer.session, answer.sequence, answer.command) == (
        request.session,
        request.sequence,
        request.command | ANSWER,
    )


def _reset(payload: bytes) -> str:
    """What WRONG_SESSION says of the last reset."""
    try:
        return str(answers.decode_reset(payload))
    except MalformedError as error:
        return str(error)
