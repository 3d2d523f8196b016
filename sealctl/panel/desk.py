"""What every handler of the panel shares: the two sockets, the clips, and which refusal was read.

Calls only `sealctl.panel`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeVar, cast

from sealctl.panel.link import ANSWER_S, LockdError, ask, refusal
from sealctl.panel.screens import Seen
from sealctl.panel.shapes import ItemView, PersonView, State

Row = TypeVar("Row")
LOOK_S: Final = 2.0
"""A camera that shows nothing for so long counts as failed."""


class Desk:
    """`voices`: folders of spoken clips, the village's own first."""

    def __init__(self, panel_sock: Path, preview_sock: Path, voices: Sequence[Path]) -> None:
        self.lockd = panel_sock
        self.camera = preview_sock
        self.voices = tuple(voices)
        self.seen = Seen()

    async def state(self) -> State:
        return cast("State", await ask(self.lockd, "state"))

    async def rows(self, verb: str, _row: type[Row], **args: int) -> list[Row]:
        """What lockd lists under that verb."""
        return cast("list[Row]", await ask(self.lockd, verb, wait_s=ANSWER_S, **args))

    async def person(self, person: str) -> PersonView:
        """An operator by id; LockdError where lockd names none of that id."""
        people = await self.rows("operators", PersonView)
        found = next((row for row in people if row["person"] == person), None)
        if found is None:
            raise LockdError(refusal("operator_unknown"))
        return found

    async def sees(self) -> bool:
        """Whether the camera answers now."""
        try:
            await ask(self.camera, "preview", wait_s=LOOK_S)
        except LockdError:
            return False
        return True

    async def item(self, item: str) -> ItemView:
        """One line of the catalogue; LockdError for an id that is not on the list."""
        items = await self.rows("items", ItemView)
        found = next((row for row in items if row["id"] == item), None)
        if found is None:
            raise LockdError(refusal("unknown_item"))
        return found
