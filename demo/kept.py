"""What the demo's villagers did already, and the codes that they were given.

Calls nothing of ours.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

FILE = "villagers.json"


@dataclass
class Kept:
    """In the demo's folder: what was done, and the codes that a visitor may try."""

    file: Path
    done: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, var: Path) -> "Kept":
        file = var / FILE
        return cls(file, **json.loads(file.read_text("utf-8"))) if file.exists() else cls(file)

    def once(self, name: str, act: Callable[[], object]) -> None:
        """Do it, unless an earlier run did; a text that it gives back is kept as a code."""
        if name in self.done:
            return
        given = act()
        if isinstance(given, str):
            self.codes[name] = given
        self.done.append(name)
        kept = {"done": self.done, "codes": self.codes}
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        beside.replace(self.file)
