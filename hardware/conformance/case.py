"""ports.Case: the tamper switch says what the lid does. Calls only hardware.conformance."""

from typing import Final

from hardware.conformance.deeds import Deed, Words
from hardware.conformance.model import Press, Scene, Seen, Suite, always, bad, good, until

CASE: Final = Suite[Press]("case")

STILL_MS: Final = 500


@CASE.check(
    Words("读机箱开关半秒。", "Reads the case's switch for half a second."),
    Words("一直显示关好。", "It reads closed all the time."),
)
def stands_closed(press: Press, scene: Scene) -> Seen:
    if always(scene, press.case.closed, STILL_MS):
        return good("一直关好。", "Closed all the time.")
    return bad("显示打开，或读数不稳。", "It read open, or did not stand still.")


@CASE.check(
    Words("请人打开机箱，再关好。", "Has a person open the case and close it."),
    Words("先显示打开，后显示关好。", "It reads open, then closed."),
    guarded=True,
    deeds=(Deed.OPEN_CASE, Deed.CLOSE_CASE),
)
def sees_the_lid(press: Press, scene: Scene) -> Seen:
    scene.ask(Deed.OPEN_CASE)
    opened = until(scene, lambda: not press.case.closed(), scene.patience_ms)
    scene.ask(Deed.CLOSE_CASE)
    closed = until(scene, press.case.closed, scene.patience_ms)
    if opened is None:
        return bad("没有看到打开。", "The opening was not seen.")
    if closed is None:
        return bad("没有看到关好。", "The closing was not seen.")
    return good("打开和关好都看到了。", "Both were seen.")
