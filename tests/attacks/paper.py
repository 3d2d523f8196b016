"""Another paper under the seal, and what no software can notice.

Calls `evidence`, `demo.paper`, `tests.attacks` and `tests.support`. Photos are the simulated
camera's, judged by the very code of `evidence`; lockd judges the findings.
"""

from collections.abc import Callable
from hashlib import sha256

from demo.paper import DOCUMENTS, png
from evidence.check import examine
from sealctl.lockd import supervised
from sealctl.lockd.supervised import Hand
from sealctl.session.model import Mode
from tests.attacks.approvals import CHOSEN, chosen, honest
from tests.attacks.bundles import HONEST, inspected
from tests.attacks.machine import refused, written
from tests.attacks.model import Attack, Notice, Play, Stage, When
from tests.inspector.test_verify import place_of
from tests.inspector.test_verify_rules import drop
from tests.support.machine import OPERATOR, PIN, Rig
from tests.support.sealed_log import SealedLog

APPROVED = DOCUMENTS["house"]
PAGE = png(APPROVED)
RICHER = png(APPROVED.with_facts(money="886,000"))
ANOTHER = png(DOCUMENTS["residence"])
Do = Callable[[Rig], object]


def laid(paper: bytes | None, *, fault: str = "", seen_as: tuple[str, ...] = ()) -> Play:
    """That paper lies on the tray; None is a blank sheet. `seen_as`: what a camerad in wrong hands
    says of it instead.
    """

    def play(stage: Stage) -> Notice | None:
        rig = Rig.build(stage.folder())
        rig.body.lay(paper)
        if fault:
            setattr(rig.body.faults, fault, True)
        _look(rig)
        rig.findings = seen_as or rig.findings
        rig.ready_to_stamp(rig.grant(pages=(sha256(PAGE).digest(),)))
        return refused(rig, rig.core.stamp)

    return play


def exchanged(paper: bytes, *, ink: bool = True) -> Play:
    """After the first photo, with the lock open, another paper is laid under the seal."""

    def play(stage: Stage) -> Notice | None:
        rig = Rig.build(stage.folder())
        rig.body.lay(PAGE)
        before = _look(rig)
        rig.ready_to_stamp(rig.grant(pages=(sha256(PAGE).digest(),)))
        rig.core.stamp()
        rig.run(lambda core: core.session.mode is Mode.OPEN)
        if paper is not PAGE:
            rig.body.lay(paper)
        rig.body.faults.no_ink = not ink
        rig.clock.advance(200)

        def pressed() -> None:
            assert rig.body.press()
            rig.clock.advance(500)
            _look(rig, before)
            rig.run(lambda core: core.session.mode in (Mode.CHOSEN, Mode.IDENTIFIED))

        return written(rig, pressed)

    return play


def _look(rig: Rig, before: bytes | None = None) -> bytes:
    """A photo of the tray now, and what `evidence` finds in it."""
    rig.picture = rig.body.camera.capture(0).jpeg
    rig.findings = tuple(examine(rig.picture, pages=[PAGE], before=before))
    return rig.picture


def _taken_out(stage: Stage) -> Notice | None:
    """Two people take the seal out for maintenance, stamp beside the machine, and put it back."""
    rig = Rig.build(stage.folder())
    actor, witness = Hand(OPERATOR, PIN), Hand("bing", "864203")
    supervised.enrol(rig.core, "bing", witness.pin, Hand("jia", ""))

    def outside() -> None:
        supervised.maintain(rig.core, "begin", actor, witness, "清洁")
        supervised.move_seal(rig.core, "seal_out", "seal-committee", actor, witness, "清洁")
        rig.body.remove_seal(2)
        rig.core.tick()
        rig.body.insert_seal(2)
        rig.core.tick()
        supervised.move_seal(rig.core, "seal_in", "seal-committee", actor, witness, "清洁")
        supervised.maintain(rig.core, "end", actor, witness, "清洁")

    return written(rig, outside)


def _rewritten(log: SealedLog, rig: Rig) -> None:
    """What had not left the machine yet is signed anew, without one entry."""
    drop(log, rig, place_of(log, rig, "authenticated"))


def _row(name: str, zh: str, en: str, code: str, play: Play, control: Play) -> Attack:
    return Attack(name, zh, en, "lockd", code, play, control)


def _blind(name: str, zh: str, en: str, why: When, play: Play, control: Play) -> Attack:
    return Attack(name, zh, en, "", "", play, control, why)


SAME, KEPT = laid(PAGE), exchanged(PAGE)
ATTACKS = (
    _row("blank page", "在白纸上盖印", "a blank page", "blank_page", laid(None), SAME),
    _row("look-alike page", "换成只改了金额的同样文件", "a page alike but for the amount",
         "page_mismatch", laid(RICHER), SAME),
    _row("another document", "换成另一份文件", "another document", "page_mismatch", laid(ANOTHER),
         SAME),
    _row("dark photo", "关灯拍照", "a photo in the dark", "photo_unsharp",
         laid(PAGE, fault="camera_dark"), SAME),
    _row("page swapped between the photos", "两张照片之间换纸",
         "the paper swapped between the two photos", "page_changed", exchanged(ANOTHER), KEPT),
    _row("no ink", "盖印不留痕：隔着别的东西盖", "a press that leaves nothing on the paper",
         "impression_missing", exchanged(PAGE, ink=False), KEPT),
    _blind("counterfeit seal", "用伪造的印章盖在别处", "a counterfeit seal on some paper",
           ("伪造的印章", "a counterfeit seal"), HONEST, HONEST),
    _blind("seal outside the machine", "两人取出印章在机外盖",
           "two people take the seal out and stamp beside the machine",
           ("印章在机外盖", "a stamp made with the seal outside the machine"), _taken_out, SAME),
    _blind("the back of the page", "正面相符，背面另有内容",
           "the approved page in front, something else on its back",
           ("正面相符的另一张纸", "the wrong paper under an honest page match"), laid(PAGE), SAME),
    _blind("camerad lies", "摄像进程说谎：把别的文件说成相符",
           "camerad calls another document the same",
           ("摄像进程伪造照片，由人对照卷宗", "camerad's forged pictures, for people to compare"),
           laid(ANOTHER, seen_as=("page_match",)), SAME),
    _blind("hub and county deceive", "平台与县签名页合谋，现场骗签",
           "hub and county's page together show one thing and have another signed",
           ("平台与县页面合谋", "hub and county's signing page together"),
           chosen(honest, title="另一件事"), CHOSEN),
    _blind("rewriting what nobody has", "盗得机器密钥：改写尚未送出的记录",
           "a stolen record key rewrites what has not left the machine",
           ("未取得回执的记录", "what is not yet receipted"), inspected(_rewritten), HONEST),
)  # fmt: skip
