"""A clock that moves only when told, for tests and simulations. Calls only hardware.ports."""

from dataclasses import dataclass

from hardware.ports import Quality


@dataclass
class FakeClock:
    """Satisfies ports.Clock; `advance` moves both times, `wall` may be set to step the wall clock
    alone.
    """

    wall: int = 1_767_225_600_000
    mono: int = 60_000
    trust: Quality = "synced"

    def advance(self, milliseconds: int) -> None:
        self.wall += milliseconds
        self.mono += milliseconds

    def wall_ms(self) -> int:
        return self.wall

    def mono_ms(self) -> int:
        return self.mono

    def quality(self) -> Quality:
        return self.trust
