"""A township that gets rid of what is awkward and calls it retention.

Calls `tests.attacks.bundles` and the bends of `tests.inspector.test_erased`. The control is the
honest erasure of everything whose time is over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.attacks.bundles import inspected, row
from tests.attacks.model import Attack, Play, Stage
from tests.inspector import storied
from tests.inspector import test_erased as erased
from tests.support.machine import Rig


@contextmanager
def kept(stage: Stage) -> Iterator[Rig]:
    """The officers keep photos for a day and openings for two."""
    yield storied.machine(stage.folder(), photos_days=1, openings_days=2)


def _told(name: str) -> Play:
    return inspected(erased.LIES[name][0], of=kept)


HONEST: Final = inspected(erased.erase_openings, of=kept)
ATTACKS: Final[tuple[Attack, ...]] = (
    row("erased unsaid", "删掉到期的照片而不写明", "photos erased and named by no leaf", "photo",
        _told("photos erased and not named"), HONEST),
    row("erased too early", "照片没到期就删", "photos erased before the officers' days", "erased",
        _told("photos erased before their time"), HONEST),
    row("erased without leave", "授权人员没有写保存期就删", "photos erased before a list allows it",
        "erased", _told("photos erased before a list allows it"), HONEST),
    row("erasure dated ahead", "把清除写成将来的日期", "an erasure dated years ahead", "erased",
        _told("an erasure of years to come"), HONEST),
    row("emergency erased", "清除应急用印的开示", "the opening of an emergency erased", "opening",
        _told("an emergency's opening erased"), HONEST),
    row("erased and exchanged", "写明清除却换上别的照片", "a photo named as erased and exchanged",
        "photo", _told("a photo named and exchanged"), HONEST),
)  # fmt: skip
