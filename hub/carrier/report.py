"""What came of one machine's folder on a stick. Calls nothing."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """Something that was not taken, in Chinese and English."""

    zh: str
    en: str


@dataclass
class Report:
    """`entries`: on the stick, signed by that machine. `receipted`: of these, how many now have
    their receipt on the stick. `pending`: of these receipts, how many the county's witnesses have
    not seen. `list_version`: the list put there, 0 for none.
    """

    device: str
    entries: int = 0
    receipted: int = 0
    pending: int = 0
    photos: int = 0
    list_version: int = 0
    pages: int = 0
    problems: list[Problem] = field(default_factory=list)

    def problem(self, zh: str, en: str) -> None:
        self.problems.append(Problem(zh, en))

    @property
    def good(self) -> bool:
        """Whether everything was taken and answered for."""
        return not self.problems and self.receipted == self.entries
