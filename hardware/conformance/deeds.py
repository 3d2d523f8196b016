"""What a person has to do at the machine while its parts are checked. Data; calls nothing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Words(NamedTuple):
    """One sentence twice."""

    zh: str
    en: str


class Deed(StrEnum):
    """One thing to do, told when it is to be done."""

    TRY_LEVER = "try_lever"
    PRESS = "press"
    OPEN_CASE = "open_case"
    CLOSE_CASE = "close_case"
    LIFT_SEAL = "lift_seal"
    PUT_SEAL_BACK = "put_seal_back"
    HOLD_CARD = "hold_card"
    TAKE_CARD_AWAY = "take_card_away"
    LAY_FINGER = "lay_finger"
    LAY_FINGER_AGAIN = "lay_finger_again"
    LIFT_FINGER = "lift_finger"


WORDS: Final[Mapping[Deed, Words]] = {
    Deed.TRY_LEVER: Words(
        "锁着时用手轻拉压杆，然后松开。", "The lock is closed: pull the lever gently, then let go."
    ),
    Deed.PRESS: Words("现在把印章按到底，然后松开。", "Press the stamp down now, then let go."),
    Deed.OPEN_CASE: Words("现在打开机箱。", "Open the case now."),
    Deed.CLOSE_CASE: Words("现在关好机箱。", "Close the case now."),
    Deed.LIFT_SEAL: Words(
        "当着见证人把一枚印章从章位上提起。", "Before the witness, lift one seal from its slot."
    ),
    Deed.PUT_SEAL_BACK: Words("把印章放回原章位。", "Put the seal back into its own slot."),
    Deed.HOLD_CARD: Words(
        "把卡片或二维码放在读卡器前，不要移开。",
        "Hold a card or a code to the reader and keep it there.",
    ),
    Deed.TAKE_CARD_AWAY: Words("拿开卡片或二维码。", "Take the card or the code away."),
    Deed.LAY_FINGER: Words(
        "把一个没有登记过的手指放在指纹器上。", "Lay a finger that is not enrolled on the sensor."
    ),
    Deed.LAY_FINGER_AGAIN: Words("再放一次同一个手指。", "Lay the same finger once more."),
    Deed.LIFT_FINGER: Words("抬起手指。", "Lift the finger."),
}
