"""One measured line: a ratio and its budget. Calls nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """`ratio` against the limit measured in the same run; only it is judged."""

    name: str
    ratio: float
    budget: float
    absolute: str = ""

    @property
    def kept(self) -> bool:
        return self.ratio <= self.budget

    def __str__(self) -> str:
        mark = "✓" if self.kept else "✗"
        said = f" ({self.absolute})" if self.absolute else ""
        return f"{mark} {self.name}: {self.ratio:.2f} of {self.budget:.2f}{said}"
