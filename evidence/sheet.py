"""A sheet laid flat, with its maps. Calls only evidence.{ink,picture}."""

from dataclasses import dataclass
from functools import cached_property

from evidence import ink
from evidence.picture import Grey, Pixels


@dataclass(frozen=True)
class Sheet:
    """A picture as `evidence.page` lays it flat; its maps are made once, when asked for."""

    picture: Pixels

    @cached_property
    def black(self) -> Grey:
        return ink.black(self.picture)

    @cached_property
    def red(self) -> Grey:
        return ink.red(self.picture)
