"""Hands on the machine, its readers, its clock and its emergency codes.

Calls `tests.attacks.machine` and `tests.support`. lockd's own code over the simulated body, whose
clock moves only when told.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sealctl.session.model import Mode
from tests.attacks.machine import build, refused, written
from tests.attacks.model import AT_START, Attack, Notice, Play, Stage
from tests.support import contents, crisis
from tests.support.crisis import CODES, SECOND
from tests.support.machine import OPERATOR, PIN, Rig
from wire.lists.content import EmergencyCode
from wire.lists.machines import code_verifier
from wire.refusals import Refused

Do = Callable[[Rig], object]


def alarmed(act: Do, *, after: Do = lambda rig: rig.core.tick()) -> Play:
    """That is done to the machine, then it looks at itself."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        rig.core.tick()

        def both() -> None:
            act(rig)
            after(rig)

        return written(rig, both)

    return play


def at_start(act: Do) -> Play:
    """That is done while the machine is off."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        rig.core.tick()
        act(rig)
        return written(rig, rig.restart, AT_START)

    return play


def _nothing(rig: Rig) -> None:
    del rig


def _count(what: str) -> Do:
    """The head counts one more."""

    def act(rig: Rig) -> None:
        setattr(rig.body.memory, what, getattr(rig.body.memory, what) + 1)

    return act


def _open_case(rig: Rig) -> None:
    rig.body.faults.case_open = True


def _take_seal(rig: Rig) -> None:
    rig.body.remove_seal(2)


def _stamped(rig: Rig) -> None:
    """The lever once, and the lock has closed."""
    rig.ready_to_stamp(rig.grant())
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    rig.clock.advance(200)
    assert rig.body.press()


def _stamped_twice(rig: Rig) -> None:
    _stamped(rig)
    _count("presses")(rig)


def _ended(rig: Rig) -> None:
    rig.run(lambda core: core.session.mode in (Mode.CHOSEN, Mode.IDENTIFIED))


def _silenced(rig: Rig) -> None:
    """The cable to the head is cut while somebody works at it."""
    rig.body.faults.head_silent = True
    for _ in range(150):
        rig.clock.advance(20)
        rig.core.tick()


def _back(rig: Rig) -> None:
    rig.clock.wall -= 30 * contents.DAY


def _cut(press: bool) -> Play:
    """The power goes after the lever, before the machine has written what it counted."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        if press:
            _stamped(rig)
        else:
            _stamped(rig)
            _ended(rig)
        rig.clock.advance(1_000)
        rig.body.settle()
        return written(rig, rig.restart, AT_START)

    return play


def _second_impression(cut: bool) -> Play:
    """After that cut the operator asks for the impression that he has already."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        grant = rig.grant(impressions=1 if cut else 2)
        rig.ready_to_stamp(grant)
        rig.core.stamp()
        rig.run(lambda core: core.session.mode is Mode.OPEN)
        rig.clock.advance(200)
        assert rig.body.press()
        rig.clock.advance(1_000)
        rig.body.settle()
        rig.restart()
        rig.core.login(OPERATOR, PIN)
        return refused(rig, lambda: rig.core.choose(grant.id))

    return play


def _exchanged(rfid: str) -> Play:
    """Another seal lies in the slot."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        grant = rig.grant()
        rig.core.login(OPERATOR, PIN)
        rig.body.exchange_seal(2, rfid, "晨光村村民委员会(假)")
        rig.core.tick()
        return refused(rig, lambda: rig.core.choose(grant.id))

    return play


def _guessed(times: int) -> Play:
    """Wrong PINs, then the right one."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        for number in range(times):
            with suppress(Refused):
                rig.core.login(OPERATOR, f"{number:06d}")
        return refused(rig, lambda: rig.core.login(OPERATOR, PIN))

    return play


def _card_alone(pin: str) -> Play:
    """Somebody holds the operator's card, copied or found."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder())
        return refused(rig, lambda: rig.core.login(OPERATOR, pin))

    return play


def _floor(set_back: bool) -> Play:
    """Stamps by a clock that nobody can vouch for."""

    def play(stage: Stage) -> Notice | None:
        rig = build(stage.folder(), policy={"clock_floor_stamps": 0})
        if set_back:
            rig.clock.wall -= contents.DAY
            rig.core.tick()
        return refused(rig, lambda: rig.core.login(OPERATOR, PIN))

    return play


def _declared(*, silent_h: int = 25, set_h: int = 0, **options: object) -> Play:
    """Two people declare an emergency after so long a silence, or after setting the clock."""

    def play(stage: Stage) -> Notice | None:
        rig = crisis.build(stage.folder())
        rig.picture = b"a picture"
        crisis.fall_silent(rig, silent_h * contents.HOUR)
        rig.clock.wall += set_h * contents.HOUR
        rig.core.tick()
        return refused(rig, lambda: crisis.declare(rig, **options))  # type: ignore[arg-type]

    return play


def _of_another_machine(stage: Stage) -> Notice | None:
    """The officers gave these people codes for another machine; here they are no good."""
    rig = crisis.build(stage.folder())
    rig.picture = b"a picture"
    theirs = tuple(
        EmergencyCode(one, code_verifier("sunset-1", one, CODES[one][0]))
        for one in (OPERATOR, SECOND)
    )
    rig.township = rig.township.change(machine=replace(rig.township.machine, emergency=theirs))
    rig.publish()
    crisis.fall_silent(rig)
    return refused(rig, lambda: crisis.declare(rig))


def _spent_code(stage: Stage) -> Notice | None:
    rig = crisis.build(stage.folder())
    rig.picture = b"a picture"
    crisis.fall_silent(rig)
    crisis.declare(rig)
    rig.restart()
    return refused(rig, lambda: crisis.declare(rig))


def _row(name: str, zh: str, en: str, code: str, play: Play, control: Play) -> Attack:
    return Attack(name, zh, en, "lockd", code, play, control)


QUIET, STARTED = alarmed(_nothing), at_start(_nothing)
STAMP = alarmed(_stamped, after=_ended)
DECLARED = _declared()
INVENTED = ("NNNNOOOOPPPPQQQQ", CODES[SECOND][0])
ATTACKS = (
    _row("press without opening", "未开锁强行盖印", "the seal pressed with the lock forced",
         "press_without_opening", alarmed(_count("presses")), QUIET),
    _row("unlatch without opening", "绕过守锁进程松开锁闩", "the latch moved behind lockd's back",
         "unlatch_without_opening", alarmed(_count("unlatches")), QUIET),
    _row("two presses of one opening", "一次开锁盖两下", "two presses of one opening",
         "press_without_opening", alarmed(_stamped_twice, after=_ended), STAMP),
    _row("case opened", "打开机箱", "the case opened", "case_opened", alarmed(_open_case), QUIET),
    _row("seal taken", "取走印章", "a seal taken out", "seal_out", alarmed(_take_seal), QUIET),
    _row("seal swapped", "槽位里换成假章", "another seal in the slot", "seal_absent",
         _exchanged("E200-FAKE"), _exchanged("A2")),
    _row("head cut off", "剪断印头电缆", "the cable to the head cut", "body_silent",
         alarmed(_silenced), QUIET),
    _row("counter jump while off", "断电后动印头", "the head moved while the machine was off",
         "counter_jump", at_start(_count("presses")), STARTED),
    _row("power cut after the press", "盖下后、计数前断电",
         "the power cut between the press and its record", "interrupted", _cut(True), _cut(False)),
    _row("second impression by a cut", "拔电源骗第二次盖印", "a cut to gain a second impression",
         "grant_spent", _second_impression(True), _second_impression(False)),
    _row("clock set back", "时钟回拨", "the clock set back", "clock_step", alarmed(_back), QUIET),
    _row("stamps by a clock set back", "回拨时钟后盖印", "stamping by a clock that was set back",
         "clock_untrusted", _floor(True), _floor(False)),
    _row("PIN guessed", "猜密码", "a PIN guessed", "credential_locked", _guessed(5), _guessed(0)),
    _row("card without PIN", "盗卡但不知密码", "the operator's card without his PIN",
         "credential_wrong", _card_alone("000000"), _card_alone(PIN)),
    _row("emergency by the clock", "拨快时钟冒充失联", "the clock set forward to feign silence",
         "emergency_not_now", _declared(silent_h=1, set_h=48), DECLARED),
    _row("emergency code invented", "编造应急码", "an invented emergency code",
         "emergency_code_wrong", _declared(codes=INVENTED), DECLARED),
    _row("emergency code of another machine", "用别台机器的应急码",
         "another machine's code in an emergency", "emergency_code_wrong",
         _of_another_machine, DECLARED),
    _row("emergency code again", "应急码用第二次", "an emergency code used again",
         "emergency_code_spent", _spent_code, DECLARED),
    _row("emergency alone", "一人冒充两人应急", "one person declares an emergency as two",
         "same_person", _declared(second=OPERATOR), DECLARED),
)  # fmt: skip
