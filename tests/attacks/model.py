"""What an attack is, what noticed it, and the stage on which it is played. Calls nothing of ours.

An attack is a function that plays it and then asks the product: it returns what the component
itself said, never a word of its own. Its control is the same flow without the attack, which nobody
may notice. Times are measured: on the wall, on the machine's own clock, or by the next event.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final, Self, TypeVar

T = TypeVar("T")
When = tuple[str, str]
"""After how long, in Chinese and English."""

AT_START: Final = ("下次启动时", "at the next start")
AT_VISIT: Final = ("检查员下次核验时", "at the inspector's next visit")
AT_MESSAGE: Final = ("下一条消息到达时", "with the next message")
AT_HEAD: Final = ("下次送见证时", "at the next head")
NEVER: Final = ("—", "—")


@dataclass(frozen=True)
class Notice:
    """`by` is the component that noticed, `code` what it said, `detail` its further words."""

    by: str
    code: str
    when: When
    detail: str = ""


Play = Callable[["Stage"], Notice | None]


@dataclass(frozen=True)
class Attack:
    """`code` is what `by` must say. `blind`: the line of DESIGN.md section 6 for which nobody can
    notice it; then nobody does, and `by` and `code` are empty.
    """

    name: str
    zh: str
    en: str
    by: str
    code: str
    play: Play
    control: Play
    blind: When | None = None


@dataclass
class Stage:
    """Folders, and what several attacks share, each made when it is first asked for."""

    root: Path
    _shared: dict[Any, Any] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def folder(self) -> Path:
        """A new one."""
        return Path(mkdtemp(dir=self.root))

    def share(self, make: "Callable[[Stage], AbstractContextManager[T]]") -> T:
        """What `make` made for the first who asked; it ends with the stage."""
        if make not in self._shared:
            self._shared[make] = self._open.enter_context(make(self))
        found: T = self._shared[make]
        return found

    def once(self, make: "Callable[[Stage], T]") -> T:
        """What `make` answered the first who asked."""
        if make not in self._shared:
            self._shared[make] = make(self)
        found: T = self._shared[make]
        return found


class Watch:
    """A stopwatch on the wall, from when it is made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def when(self) -> When:
        return passed(time.monotonic() - self._began)


def passed(seconds: float) -> When:
    """A time in words."""
    if seconds >= 2 * 3600:
        return f"{seconds / 3600:.0f} 小时", f"{seconds / 3600:.0f} h"
    if seconds >= 10:
        return f"{seconds:.0f} 秒", f"{seconds:.0f} s"
    return f"{seconds:.2f} 秒", f"{seconds:.2f} s"


def unnoticed(attack: Attack, found: Notice | None) -> str:
    """Why the row fails; empty where what must be noticed was, as the table says."""
    if attack.blind is not None:
        return "" if found is None else f"noticed after all, by {found.by}: {found.code}"
    if found is None:
        return "UNNOTICED"
    if (found.by, found.code) != (attack.by, attack.code):
        return f"noticed by {found.by}: {found.code}, not by {attack.by}: {attack.code}"
    return ""


def named(attacks: Iterable[Attack]) -> dict[str, Attack]:
    """By name; ValueError where two have one."""
    found: dict[str, Attack] = {}
    for one in attacks:
        if found.setdefault(one.name, one) is not one:
            raise ValueError(f"two attacks are named {one.name}")
    return found
