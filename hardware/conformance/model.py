"""What a check is, what it is given, and what it says. Calls only hardware.ports and
hardware.conformance.deeds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, Protocol, TypeVar

from hardware.conformance.deeds import Deed, Words
from hardware.ports import Case, Fingerprint, Head, Lock, Slots

Verdict = Literal["passed", "failed", "not_run"]
Part = TypeVar("Part")

POLL_MS: Final = 20


class Press(Protocol):
    """The four ports of one machine's press: the lock is judged by what the head counts."""

    @property
    def lock(self) -> Lock: ...
    @property
    def head(self) -> Head: ...
    @property
    def case(self) -> Case: ...
    @property
    def slots(self) -> Slots: ...


@dataclass(frozen=True)
class Desk:
    """A fingerprint sensor, and the library slot that the checks may write and empty again: one
    that no person gets, who are given the lowest that are free.
    """

    sensor: Fingerprint
    spare: int = 100


class Scene(Protocol):
    """Time and hands. `patience_ms`: how long a person may take for a deed."""

    patience_ms: int

    def mono_ms(self) -> int: ...

    def pause(self, ms: int) -> None:
        """Let time pass; nothing is asked of the part meanwhile."""

    def ask(self, deed: Deed) -> None:
        """Tell a person what to do now; does not wait until it is done."""


@dataclass(frozen=True)
class Seen:
    """What a check saw, and what that means."""

    verdict: Verdict
    words: Words


def good(zh: str, en: str) -> Seen:
    return Seen("passed", Words(zh, en))


def bad(zh: str, en: str) -> Seen:
    return Seen("failed", Words(zh, en))


def cannot(zh: str, en: str) -> Seen:
    """The part has nothing of what the check looks at; that is said, not passed over."""
    return Seen("not_run", Words(zh, en))


Run = Callable[[Part, Scene], Seen]


@dataclass(frozen=True)
class Check(Generic[Part]):
    """`guarded`: opens, moves or erases, tries the lock or has the case opened, so that it runs
    under maintenance only. `deeds`: what a person will have to do, in this order.
    """

    port: str
    name: str
    does: Words
    expects: Words
    run: Run[Part]
    guarded: bool = False
    deeds: tuple[Deed, ...] = ()


@dataclass(frozen=True)
class Suite(Generic[Part]):
    """The checks of one port, in the order in which they run."""

    port: str
    checks: list[Check[Part]] = field(default_factory=list)

    def check(
        self, does: Words, expects: Words, *, guarded: bool = False, deeds: tuple[Deed, ...] = ()
    ) -> Callable[[Run[Part]], Run[Part]]:
        """Add the decorated function under its own name."""

        def added(run: Run[Part]) -> Run[Part]:
            name = run.__name__
            self.checks.append(Check(self.port, name, does, expects, run, guarded, deeds))
            return run

        return added


def until(scene: Scene, condition: Callable[[], bool], limit_ms: int) -> int | None:
    """Look every POLL_MS until it holds: after how many ms it did, None where it never did."""
    begun = scene.mono_ms()
    while not condition():
        if scene.mono_ms() - begun >= limit_ms:
            return None
        scene.pause(POLL_MS)
    return scene.mono_ms() - begun


def always(scene: Scene, condition: Callable[[], bool], for_ms: int) -> bool:
    """Whether it holds at every look, one each POLL_MS."""
    return until(scene, lambda: not condition(), for_ms) is None
