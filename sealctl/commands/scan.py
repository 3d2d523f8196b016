"""Codes on paper, held before the machine's own scanner, or before one that types.

Calls `sealctl.drivers` and `sealctl.commands.parts`. What was read is never shown: it may be a
secret.
"""

import sys
import time
from collections.abc import Callable
from typing import Final, TypeVar

from hardware.ports import HardwareError
from sealctl import drivers
from sealctl.commands import parts
from sealctl.config import MachineConfig
from wire.provisioning.reasons import NotProvisioned

T = TypeVar("T")

POLL_S: Final = 0.05


class Codes:
    """The scanner that `config` names; without one, lines from the keyboard, which are not shown.

    `wait_s`: so long each code is waited for before the machine's own scanner.
    """

    def __init__(self, config: MachineConfig, wait_s: float) -> None:
        self._scanner = drivers.scanner(config)
        self._wait_s = wait_s

    def read(self, prompt: str, take: Callable[[str], T | None]) -> T:
        """The first code that `take` makes something of; whoever holds another is told so.

        Raises NotProvisioned('label_unread').
        """
        self._forget()
        _tell(f"▶ {prompt}")
        deadline = time.monotonic() + self._wait_s
        while True:
            taken = take(self._next(prompt, deadline))
            if taken is not None:
                return taken
            _tell(
                "✗ 不是这个码，或没读全，请再扫。 Not that code, or not all of it: scan it again."
            )

    def _forget(self) -> None:
        """What was held there before anybody asked counts for nothing."""
        while self._heard() is not None:
            pass

    def _heard(self) -> str | None:
        try:
            return None if self._scanner is None else self._scanner.read()
        except HardwareError as error:
            raise NotProvisioned("label_unread", str(error)) from error

    def _next(self, prompt: str, deadline: float) -> str:
        if self._scanner is None:
            typed = parts.secret(prompt)
            if not typed:
                raise NotProvisioned("label_unread", "nothing was typed")
            return typed
        while time.monotonic() < deadline:
            text = self._heard()
            if text is not None:
                return text
            time.sleep(POLL_S)
        raise NotProvisioned("label_unread", f"nothing within {self._wait_s:.0f} s")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
