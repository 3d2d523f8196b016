"""ports.Fingerprint: nobody is identified unasked, and a finger is its slot's until it is deleted.

Calls only hardware.ports and hardware.conformance.
"""

from typing import Final

from hardware.conformance.deeds import Deed, Words
from hardware.conformance.model import Desk, Scene, Seen, Suite, bad, good, until
from hardware.conformance.press import refused
from hardware.ports import Match, NoMatch, Progress

FINGERPRINT: Final = Suite[Desk]("fingerprint")

ALONE_MS: Final = 2_000
ENDS_MS: Final = 10_000
NO_SLOT: Final = 0x1_0000
PROMPTS: Final = {
    "lay": Deed.LAY_FINGER,
    "lift": Deed.LIFT_FINGER,
    "again": Deed.LAY_FINGER_AGAIN,
}


@FINGERPRINT.check(
    Words("没有手指时问一会儿。", "Polls for a while with no finger laid."),
    Words("没有认出任何人。", "Nobody is identified."),
)
def is_silent_alone(desk: Desk, scene: Scene) -> Seen:
    desk.sensor.cancel()
    touch = _touch(desk, scene, ALONE_MS)
    if touch is not None:
        return bad(f"没有手指却回答 {touch}。", f"Without a finger it said {touch}.")
    return good("没有回答。", "It said nothing.")


@FINGERPRINT.check(
    Words("登记一个指纹库之外的位置。", "Asks to enrol under a slot beyond the library."),
    Words("被拒绝。", "It is refused."),
    guarded=True,
)
def refuses_an_unknown_slot(desk: Desk, scene: Scene) -> Seen:
    _touch(desk, scene, ALONE_MS)
    said_no = refused(lambda: desk.sensor.enrol(NO_SLOT))
    desk.sensor.cancel()
    return good("已拒绝。", "Refused.") if said_no else bad("没有拒绝。", "It was not refused.")


@FINGERPRINT.check(
    Words("开始登记，随即放弃。", "Begins to enrol and gives it up."),
    Words("没有进行中的登记。", "No enrolment is under way any more."),
    guarded=True,
)
def gives_up_when_told(desk: Desk, scene: Scene) -> Seen:
    desk.sensor.enrol(desk.spare)
    _touch(desk, scene, ALONE_MS)
    begun = desk.sensor.progress()
    desk.sensor.cancel()
    left = desk.sensor.progress()
    zh, en = f"先 {begun}，后 {left}。", f"First {begun}, then {left}."
    return good(zh, en) if begun == "lay" and left is None else bad(zh, en)


@FINGERPRINT.check(
    Words(
        "在备用位置登记一个手指，认一次，删除，再认一次。",
        "Enrols a finger under the spare slot, looks for it, deletes it, looks again.",
    ),
    Words("登记后认出，删除后认不出。", "It matches after enrolment, and not after deletion."),
    guarded=True,
    deeds=(
        Deed.LAY_FINGER,
        Deed.LIFT_FINGER,
        Deed.LAY_FINGER_AGAIN,
        Deed.LIFT_FINGER,
        Deed.LAY_FINGER_AGAIN,
        Deed.LIFT_FINGER,
        Deed.LAY_FINGER_AGAIN,
        Deed.LIFT_FINGER,
    ),
)
def knows_a_finger_until_deleted(desk: Desk, scene: Scene) -> Seen:
    if (enrolled := _enrolled(desk, scene)) != "done":
        _deleted(desk, scene)
        return bad(f"登记结果 {enrolled}。", f"Enrolment ended as {enrolled}.")
    known = _laid(desk, scene)
    deleted = _deleted(desk, scene)
    unknown = _laid(desk, scene)
    zh = f"登记后 {known}，删除 {deleted}，之后 {unknown}。"
    en = f"Enrolled: {known}; deletion: {deleted}; then: {unknown}."
    matched = isinstance(known, Match) and known.slot == desk.spare
    sound = matched and deleted == "done" and isinstance(unknown, NoMatch)
    return good(zh, en) if sound else bad(zh, en)


def _enrolled(desk: Desk, scene: Scene) -> Progress | None:
    """A person who does what is asked, until the end."""
    desk.sensor.enrol(desk.spare)
    for prompt, deed in PROMPTS.items():
        ended = _until_progress(desk, scene, prompt)
        if ended != prompt:
            return ended
        scene.ask(deed)
    ended = _until_progress(desk, scene, "done")
    scene.ask(Deed.LIFT_FINGER)
    scene.pause(ALONE_MS)
    return ended


def _deleted(desk: Desk, scene: Scene) -> Progress | None:
    desk.sensor.delete(desk.spare)
    return _until_progress(desk, scene, "done")


def _laid(desk: Desk, scene: Scene) -> Match | NoMatch | None:
    desk.sensor.cancel()
    _touch(desk, scene, ALONE_MS)
    scene.ask(Deed.LAY_FINGER_AGAIN)
    touch = _touch(desk, scene, scene.patience_ms)
    scene.ask(Deed.LIFT_FINGER)
    _touch(desk, scene, ALONE_MS)
    return touch


def _until_progress(desk: Desk, scene: Scene, wanted: str) -> Progress | None:
    ends = (wanted, "failed", "done", None)

    def arrived() -> bool:
        desk.sensor.poll()
        return desk.sensor.progress() in ends

    until(scene, arrived, ENDS_MS + scene.patience_ms)
    return desk.sensor.progress()


def _touch(desk: Desk, scene: Scene, limit_ms: int) -> Match | NoMatch | None:
    touches: list[Match | NoMatch] = []

    def answered() -> bool:
        touch = desk.sensor.poll()
        touches.extend([] if touch is None else [touch])
        return touch is not None

    until(scene, answered, limit_ms)
    return touches[0] if touches else None
