"""A counter that rises with every change, and those who wait for it. Calls nothing of ours."""

import asyncio
from collections.abc import Callable


class Changes:
    """One event loop's only."""

    def __init__(self) -> None:
        self.rev = 1
        self._next = asyncio.Event()

    def bump(self) -> None:
        """Something changed: wake everyone who waits."""
        self.rev += 1
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until the condition holds, looked at after every change; False when time is up."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await self._next.wait()
        except TimeoutError:
            return condition()
        return True
