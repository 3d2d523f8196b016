"""ports.Lock: it opens when told, once, counted beforehand, and closes by itself.

Calls only hardware.ports and hardware.conformance.
"""

from typing import Final

from hardware.conformance.deeds import Deed, Words
from hardware.conformance.model import Press, Scene, Seen, Suite, always, bad, good, until
from hardware.conformance.press import BACK_MS, BOUND_MS, LEAVES_MS, opened, refused, rested

LOCK: Final = Suite[Press]("lock")

STILL_MS: Final = 500
LEVER_MS: Final = 5_000
"""So long a person has to try the lever."""
SHORT_MS: Final = 1_000
SILENT_MS: Final = 2_500
"""More than the second after which a silent host's lock is dropped, with the bolt's way back."""


@LOCK.check(
    Words("静止时读锁舌开关半秒。", "Reads the bolt's switch for half a second at rest."),
    Words("一直显示已锁。", "It reads engaged all the time."),
)
def rests_engaged(press: Press, scene: Scene) -> Seen:
    if always(scene, press.lock.engaged, STILL_MS):
        return good("一直已锁。", "Engaged all the time.")
    return bad("显示未锁，或读数不稳。", "It read open, or did not stand still.")


@LOCK.check(
    Words("锁着时断电两次。", "Cuts the current twice while the lock is closed."),
    Words("允许，且仍是已锁。", "It is allowed, and the lock stays engaged."),
)
def release_is_always_allowed(press: Press, scene: Scene) -> Seen:
    press.lock.release()
    press.lock.release()
    if always(scene, press.lock.engaged, STILL_MS):
        return good("仍是已锁。", "Still engaged.")
    return bad("断电后显示未锁。", "It read open after the current was cut.")


@LOCK.check(
    Words("请人在锁着时轻拉压杆。", "Has a person pull the lever while the lock is closed."),
    Words("压不下去，计数不变。", "It does not give, and nothing is counted."),
    guarded=True,
    deeds=(Deed.TRY_LEVER,),
)
def blocks_the_lever(press: Press, scene: Scene) -> Seen:
    before = press.head.status().presses
    scene.ask(Deed.TRY_LEVER)
    still = always(
        scene,
        lambda: press.lock.engaged() and press.head.status().presses == before,
        min(scene.patience_ms, LEVER_MS),
    )
    if still:
        return good("没有压下，计数未变。", "No press was sensed.")
    return bad("锁着时压下了印章，或锁舌动了。", "A press was sensed, or the bolt moved.")


@LOCK.check(
    Words("开锁一次，随即断电。", "Opens once and cuts the current."),
    Words(
        "锁舌离开前开锁次数加一；断电后锁舌回位，次数不再变。",
        "The unlatch is counted by one as it begins; the bolt returns; no press is counted.",
    ),
    guarded=True,
)
def counts_an_opening(press: Press, scene: Scene) -> Seen:
    before = rested(press, scene)
    press.lock.energise(BOUND_MS)
    try:
        begun = press.head.status().unlatches - before.unlatches
        left = until(scene, lambda: not press.lock.engaged(), LEAVES_MS)
    finally:
        press.lock.release()
    back = until(scene, press.lock.engaged, BACK_MS)
    after = press.head.status()
    counted = (after.unlatches - before.unlatches, after.presses - before.presses)
    zh = f"开始时加 {begun}，离开 {left} 毫秒，回位 {back} 毫秒，最后加 {counted}。"
    en = f"Counted {begun} at once; left after {left} ms, back after {back} ms; then {counted}."
    sound = begun == 1 and left is not None and back is not None and counted == (1, 0)
    return good(zh, en) if sound else bad(zh, en)


@LOCK.check(
    Words("开着时再次要求开锁。", "Asks for an opening while one is under way."),
    Words("被拒绝，只计一次。", "It is refused, and only one is counted."),
    guarded=True,
)
def opens_once_at_a_time(press: Press, scene: Scene) -> Seen:
    with opened(press, scene) as before:
        said_no = refused(lambda: press.lock.energise(BOUND_MS))
        counted = press.head.status().unlatches - before.unlatches
    zh, en = f"计 {counted} 次。", f"Counted {counted}."
    if said_no and counted == 1:
        return good(f"已拒绝。{zh}", f"Refused. {en}")
    return bad(f"拒绝：{said_no}。{zh}", f"Refused: {said_no}. {en}")


@LOCK.check(
    Words("要求开锁 0 毫秒。", "Asks for an opening of 0 ms."),
    Words("被拒绝，不计数，不开锁。", "It is refused, not counted, and the lock stays closed."),
    guarded=True,
)
def refuses_an_empty_bound(press: Press, scene: Scene) -> Seen:
    before = rested(press, scene)
    said_no = refused(lambda: press.lock.energise(0))
    press.lock.release()
    counted = press.head.status().unlatches - before.unlatches
    if said_no and counted == 0 and press.lock.engaged():
        return good("已拒绝，未计数。", "Refused and not counted.")
    return bad(f"拒绝：{said_no}，计 {counted}。", f"Refused: {said_no}, counted {counted}.")


@LOCK.check(
    Words(f"开锁，时限 {SHORT_MS} 毫秒。", f"Opens for at most {SHORT_MS} ms."),
    Words("到时锁舌自己回位。", "The bolt returns by itself when the time is up."),
    guarded=True,
)
def closes_at_the_bound(press: Press, scene: Scene) -> Seen:
    with opened(press, scene, SHORT_MS):
        back = until(scene, press.lock.engaged, SHORT_MS + BACK_MS)
    return _closed(back)


@LOCK.check(
    Words(
        f"开锁后 {SILENT_MS} 毫秒不问话，像主机死机。",
        f"Opens, then asks nothing for {SILENT_MS} ms, as a host that hangs.",
    ),
    Words("锁舌自己回位。", "The bolt returned by itself."),
    guarded=True,
)
def closes_for_a_silent_host(press: Press, scene: Scene) -> Seen:
    with opened(press, scene):
        scene.pause(SILENT_MS)
        back = until(scene, press.lock.engaged, STILL_MS)
    return _closed(back)


@LOCK.check(
    Words("开锁，请人盖一次。", "Opens, and has a person press once."),
    Words(
        "计一次盖章，锁舌随即自己回位。", "One press is counted, and the bolt returns by itself."
    ),
    guarded=True,
    deeds=(Deed.PRESS,),
)
def closes_after_one_press(press: Press, scene: Scene) -> Seen:
    with opened(press, scene, scene.patience_ms) as before:
        scene.ask(Deed.PRESS)
        pressed = until(
            scene, lambda: press.head.status().presses > before.presses, scene.patience_ms
        )
        back = until(scene, press.lock.engaged, BACK_MS)
        after = press.head.status()
    if pressed is None:
        return bad("没有感到按压。", "No press was sensed.")
    counted = (after.unlatches - before.unlatches, after.presses - before.presses)
    if back is None or counted != (1, 1):
        return bad(f"计 {counted}，回位 {back}。", f"Counted {counted}, back after {back} ms.")
    return good(f"计一次，{back} 毫秒后已锁。", f"Counted once, engaged {back} ms later.")


def _closed(back: int | None) -> Seen:
    if back is None:
        return bad("锁没有自己关上，已由检查断电。", "It did not close; the check cut the current.")
    return good("自己关上了。", "It closed by itself.")
