"""The parts by which a person or a grant is known, listened to without ever waiting.

Calls only `hardware.ports`. A part that fails is let alone for a while, and is told of once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from hardware.ports import CardReader, Fingerprint, HardwareError

log = logging.getLogger(__name__)

AGAIN_MS: Final = 2_000
"""So long a part that failed is not asked again."""

Part = TypeVar("Part", CardReader, Fingerprint)
T = TypeVar("T")


@dataclass(frozen=True)
class Readers:
    """What `machine.toml` names; None for a part that this machine does not have."""

    cards: CardReader | None = None
    scanner: CardReader | None = None
    finger: Fingerprint | None = None


class Ear(Generic[Part]):
    """One part that may be missing or fail."""

    def __init__(self, name: str, part: Part | None, mono_ms: Callable[[], int]) -> None:
        self.name = name
        self._part: Part | None = part
        self._mono_ms = mono_ms
        self._again_ms: int | None = None

    @property
    def fitted(self) -> bool:
        """Whether the machine has this part."""
        return self._part is not None

    @property
    def works(self) -> bool:
        """Whether it is there and answered when it was asked last."""
        return self._part is not None and self._again_ms is None

    def ask(self, question: Callable[[Part], T]) -> T | None:
        """The part's answer; None where it is missing or fails."""
        answers: list[T] = []
        self.tell(lambda part: answers.append(question(part)))
        return answers[0] if answers else None

    def tell(self, order: Callable[[Part], None]) -> bool:
        """Whether the part took the order."""
        now = self._mono_ms()
        if self._part is None or (self._again_ms is not None and now < self._again_ms):
            return False
        try:
            order(self._part)
        except HardwareError as error:
            if self._again_ms is None:
                log.warning("%s: %s", self.name, error)
            self._again_ms = now + AGAIN_MS
            return False
        self._again_ms = None
        return True
