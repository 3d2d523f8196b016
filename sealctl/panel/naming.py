"""One screen of names: somebody is asked for, and a touch answers. Calls only `sealctl.panel`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from sealctl.panel.phrases import PHRASES
from sealctl.panel.render import cut, page
from sealctl.panel.shapes import PersonView, State

NAMES: Final = 8
"""Names on one screen, in either size of type."""


@dataclass(frozen=True)
class Question:
    """`zh` and `en` ask, `phrase` says it; `answers` are given already and stay in the address of
    `path`, which gets the person's id as `wanted`. `nobody`: the phrase where none can be chosen.
    """

    phrase: str
    zh: str
    en: str
    path: str
    wanted: str
    back: str
    nobody: str
    answers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def query(self) -> str:
        """The answers as the address has them, ready for one more."""
        return f"{urlencode(self.answers)}&" if self.answers else ""

    @property
    def none(self) -> str:
        """What stands where the names would."""
        return f"{PHRASES[self.nobody]}。"


def ask_for(
    request: Request, state: State, question: Question, people: Sequence[PersonView]
) -> Response:
    """The asked screenful of those people."""
    shown = cut(people, request.query_params.get("page", ""), NAMES)
    return page(request, "names.html", state, question=question, people=shown)
