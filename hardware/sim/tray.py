"""The paper tray: what lies on it, how, and what was stamped on it. Calls only hardware.sim and
hardware.ports.
"""

import random
from dataclasses import dataclass

from PIL import Image

from hardware.ports import Frame
from hardware.sim import paper, photo
from hardware.sim.memory import Impression, Memory

PRESS_POINT_MM = (143.0, 218.0)  # where the stamp meets an A4 sheet, from its top left corner
EXPOSURE_US = 12_000


@dataclass(frozen=True)
class Scene:
    """One view of the tray; rendering it takes no lock and changes nothing."""

    page: bytes | None
    impressions: tuple[Impression, ...]
    placement: photo.Placement
    seed: int
    blurred: bool
    dark: bool

    def photo(self, mono_ms: int) -> Frame:
        """A full photo, exposed at `mono_ms`."""
        jpeg = photo.expose(
            self._sheet(), self.placement, self.seed, blurred=self.blurred, dark=self.dark
        )
        return Frame(jpeg, mono_ms, photo.WIDTH, photo.HEIGHT, EXPOSURE_US)

    def preview(self) -> bytes:
        """A small JPEG."""
        return photo.glance(self._sheet(), self.placement, blurred=self.blurred, dark=self.dark)

    def _sheet(self) -> Image.Image | None:
        return None if self.page is None else paper.stamped(self.page, self.impressions)


class Tray:
    """Keeps the sheet in the body's memory; all chance comes from `rng`."""

    def __init__(self, memory: Memory, rng: random.Random) -> None:
        self._memory = memory
        self._rng = rng
        self._placement = self._anywhere()

    def lay(self, image: bytes | None) -> None:
        self._memory.page = paper.blank_sheet() if image is None else paper.sheet(image)
        self._memory.impressions = []
        self._placement = self._anywhere()
        self._memory.save()

    def clear(self) -> bytes | None:
        page, impressions = self._memory.page, tuple(self._memory.impressions)
        self._memory.page, self._memory.impressions = None, []
        self._memory.save()
        return None if page is None else paper.stamped_png(page, impressions)

    def stamp(self, name: str) -> None:
        """Print on the sheet, a hand's breadth uneven; on an empty tray the ink meets the cushion.
        Not yet saved.
        """
        rng = self._rng
        if self._memory.page is None:
            return
        self._memory.impressions.append(
            Impression(
                name,
                PRESS_POINT_MM[0] + rng.uniform(-1.5, 1.5),
                PRESS_POINT_MM[1] + rng.uniform(-1.5, 1.5),
                rng.uniform(-7, 7),
                rng.getrandbits(32),
            )
        )

    def scene(self, *, blurred: bool, dark: bool) -> Scene:
        memory = self._memory
        seed = self._rng.getrandbits(32)
        return Scene(memory.page, tuple(memory.impressions), self._placement, seed, blurred, dark)

    def _anywhere(self) -> photo.Placement:
        rng = self._rng
        bends = tuple((rng.uniform(-9, 9), rng.uniform(-9, 9)) for _ in range(4))
        return photo.Placement(
            rng.uniform(-18, 18),
            rng.uniform(-16, 16),
            rng.uniform(-2, 2),
            (bends[0], bends[1], bends[2], bends[3]),
        )
