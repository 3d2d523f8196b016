"""ports.Head: counters that never go down, a carriage that arrives, and no turn while open.

Calls only hardware.ports and hardware.conformance.
"""

from typing import Final

from hardware.conformance.deeds import Words
from hardware.conformance.model import Press, Scene, Seen, Suite, always, bad, good, until
from hardware.conformance.press import ARRIVES_MS, opened, refused, rested

HEAD: Final = Suite[Press]("head")

STILL_MS: Final = 1_000
NO_SLOT: Final = 99


@HEAD.check(
    Words("读机头状态和锁舌开关。", "Reads the head's status and the bolt's switch."),
    Words("静止、已锁、无故障，两者一致。", "At rest, latched, no fault, and both agree."),
)
def is_sound_at_rest(press: Press, scene: Scene) -> Seen:
    until(scene, lambda: press.head.status().home, ARRIVES_MS)
    status, engaged = press.head.status(), press.lock.engaged()
    sound = status.home and status.latched and engaged and status.fault is None
    zh, en = f"{status}，锁舌 {engaged}。", f"{status}, bolt engaged: {engaged}."
    return good(zh, en) if sound else bad(zh, en)


@HEAD.check(
    Words("没有人动时读计数一秒。", "Reads the counters for a second while nobody moves."),
    Words("都不小于零，且不变。", "Neither is below zero, and neither changes."),
)
def counters_stand_still(press: Press, scene: Scene) -> Seen:
    first = press.head.status()
    counted = (first.unlatches, first.presses)
    still = always(scene, lambda: _counters(press) == counted, STILL_MS)
    zh, en = f"开锁 {counted[0]}，盖章 {counted[1]}。", f"Unlatches and presses: {counted}."
    if still and min(counted) >= 0:
        return good(zh, en)
    return bad(f"{zh}后来是 {_counters(press)}。", f"{en} Later: {_counters(press)}.")


@HEAD.check(
    Words("依次选每个有章的章位。", "Brings each slot that holds a seal under the press."),
    Words("每次都到位，状态报出同一章位。", "Each arrives, and the status names that slot."),
    guarded=True,
)
def brings_every_slot(press: Press, scene: Scene) -> Seen:
    rested(press, scene)
    told = []
    for slot in sorted(press.slots.present()):
        press.head.select(slot)
        until(scene, lambda: press.head.status().home, ARRIVES_MS)
        told.append((slot, press.head.status().slot))
    zh, en = f"要求与所见 {told}。", f"Asked and seen: {told}."
    return good(zh, en) if told and all(one == two for one, two in told) else bad(zh, en)


@HEAD.check(
    Words(f"选不存在的章位 {NO_SLOT}。", f"Selects slot {NO_SLOT}, which does not exist."),
    Words("被拒绝，原章位不变。", "It is refused, and the slot in place stays."),
    guarded=True,
)
def refuses_an_unknown_slot(press: Press, scene: Scene) -> Seen:
    before = rested(press, scene).slot
    said_no = refused(lambda: press.head.select(NO_SLOT))
    after = press.head.status().slot
    zh, en = f"拒绝：{said_no}，章位 {after}。", f"Refused: {said_no}; slot {after}."
    return good(zh, en) if said_no and after == before else bad(zh, en)


@HEAD.check(
    Words("开着锁时选章位。", "Selects a slot while the lock is open."),
    Words("被拒绝。", "It is refused."),
    guarded=True,
)
def does_not_turn_while_open(press: Press, scene: Scene) -> Seen:
    slots = sorted(press.slots.present())
    with opened(press, scene) as before:
        others = [slot for slot in slots if slot != before.slot] or slots
        said_no = refused(lambda: press.head.select(others[0]))
    if said_no:
        return good("已拒绝。", "Refused.")
    return bad("开着锁时转动了。", "It turned while the lock was open.")


def _counters(press: Press) -> tuple[int, int]:
    status = press.head.status()
    return status.unlatches, status.presses
