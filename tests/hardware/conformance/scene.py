"""Time and hands of a conformance run in a test: time passes as the rig lets it, deeds are done at
once. Calls hardware.conformance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hardware.conformance.deeds import Deed

STEP_MS = 10


def _nothing() -> None:
    """The part moves by itself."""


@dataclass
class RigScene:
    """`now` is the rig's clock, `skip` moves it, `step` lets the part live. `hands`:
    what a person does. `asked` lists what was asked.
    """

    now: Callable[[], int]
    skip: Callable[[int], None]
    hands: Mapping[Deed, Callable[[], object]]
    step: Callable[[], None] = _nothing
    patience_ms: int = 4_000
    asked: list[Deed] = field(default_factory=list)

    def mono_ms(self) -> int:
        return self.now()

    def pause(self, ms: int) -> None:
        for _ in range(0, ms, STEP_MS):
            self.skip(STEP_MS)
            self.step()

    def ask(self, deed: Deed) -> None:
        self.asked.append(deed)
        self.hands[deed]()
