"""ports.Clock: durations that never go back, and a date that can be. Calls only hardware.ports
and hardware.conformance.
"""

from typing import Final, get_args

from hardware.conformance.deeds import Words
from hardware.conformance.model import Scene, Seen, Suite, bad, good
from hardware.ports import Clock, Quality

CLOCK: Final = Suite[Clock]("clock")

LOOKS: Final = 1_000
PAUSE_MS: Final = 200
EARLIEST_MS: Final = 1_735_689_600_000
"""2025-01-01 UTC: a machine that thinks it is earlier has lost its date."""


@CLOCK.check(
    Words("连读单调时钟，再等一会儿读一次。", "Reads the monotonic time often, and after a pause."),
    Words("从不倒退，并且在走。", "It never goes back, and it runs."),
)
def never_goes_back(clock: Clock, scene: Scene) -> Seen:
    read = [clock.mono_ms() for _ in range(LOOKS)]
    scene.pause(PAUSE_MS)
    ran = clock.mono_ms() - read[-1]
    zh, en = f"等待中走了 {ran} 毫秒。", f"It ran {ran} ms in the pause."
    return good(zh, en) if read == sorted(read) and ran >= PAUSE_MS // 2 else bad(zh, en)


@CLOCK.check(
    Words("读日期时间和可信程度。", "Reads date, time and how far they can be believed."),
    Words("不早于 2025 年，程度是已知的一种。", "Not before 2025, of a known quality."),
)
def has_a_date(clock: Clock, _scene: Scene) -> Seen:
    wall, quality = clock.wall_ms(), clock.quality()
    zh, en = f"{wall}，{quality}。", f"{wall} ms since 1970 UTC, {quality}."
    return good(zh, en) if wall >= EARLIEST_MS and quality in get_args(Quality) else bad(zh, en)
