"""ports.Slots: which seals stand where. Calls only hardware.conformance."""

from typing import Final

from hardware.conformance.deeds import Deed, Words
from hardware.conformance.model import Press, Scene, Seen, Suite, always, bad, cannot, good, until

SLOTS: Final = Suite[Press]("slots")

STILL_MS: Final = 1_000


@SLOTS.check(
    Words("读所有章位一秒。", "Reads all slots for a second."),
    Words(
        "至少一枚章；每枚有自己的标签；读数不变。",
        "At least one seal; each has a tag of its own; the reading stands still.",
    ),
)
def tells_the_seals(press: Press, scene: Scene) -> Seen:
    first = dict(press.slots.present())
    still = always(scene, lambda: dict(press.slots.present()) == first, STILL_MS)
    zh, en = f"所见 {first}。", f"Seen: {first}."
    tags = list(first.values())
    if not first or not all(tags) or len(set(tags)) != len(tags):
        return bad(zh, en)
    return good(zh, en) if still else bad(f"读数不稳，{zh}", f"It did not stand still. {en}")


@SLOTS.check(
    Words("请人提起一枚章，再放回。", "Has a person lift one seal and put it back."),
    Words("那枚章先不见，后又出现，标签相同。", "It is gone, then there again with the same tag."),
    guarded=True,
    deeds=(Deed.LIFT_SEAL, Deed.PUT_SEAL_BACK),
)
def sees_a_seal_lifted(press: Press, scene: Scene) -> Seen:
    if not press.head.status().own_counters:
        return cannot(
            "这台机器没有章位读卡器，看不到缺章。",
            "This machine has no reader at its slot, and does not see a seal that is missing.",
        )
    before = dict(press.slots.present())
    scene.ask(Deed.LIFT_SEAL)
    gone = until(scene, lambda: len(press.slots.present()) < len(before), scene.patience_ms)
    scene.ask(Deed.PUT_SEAL_BACK)
    back = until(scene, lambda: dict(press.slots.present()) == before, scene.patience_ms)
    if gone is None:
        return bad("没有看到提起。", "The lifting was not seen.")
    if back is None:
        return bad(f"放回后 {dict(press.slots.present())}。", "It was not seen to be back.")
    return good("提起和放回都看到了。", "Both were seen.")
