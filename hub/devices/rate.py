"""How often one address may ask: a bucket of requests that fills again with time. Pure.

Calls nothing. It protects the CA's key from work, not the tokens: those cannot be guessed.
"""

from typing import Final

MOST: Final = 4096
"""Addresses remembered at most; beyond that the fullest buckets are forgotten."""


class Rate:
    """`burst` requests at once, then one every `every_ms`."""

    def __init__(self, burst: int, every_ms: int) -> None:
        self._burst = burst
        self._every_ms = every_ms
        self._full_at: dict[str, int] = {}

    def admits(self, name: str, now_ms: int) -> bool:
        """Whether another request is taken now; one that is not costs nothing."""
        full_at = max(self._full_at.get(name, 0), now_ms) + self._every_ms
        if full_at - now_ms > self._burst * self._every_ms:
            return False
        if name not in self._full_at and len(self._full_at) >= MOST:
            self._forget(now_ms)
        self._full_at[name] = full_at
        return True

    def _forget(self, now_ms: int) -> None:
        waiting = {name: at for name, at in self._full_at.items() if at > now_ms}
        longest = sorted(waiting, key=waiting.__getitem__, reverse=True)[: MOST // 2]
        self._full_at = {name: waiting[name] for name in longest}
