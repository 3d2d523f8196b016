"""ports.CardReader: each card or code told once, and none unasked. Calls only
hardware.conformance.
"""

from typing import Final

from hardware.conformance.deeds import Deed, Words
from hardware.conformance.model import Scene, Seen, Suite, bad, good, until
from hardware.ports import CardReader

CARD_READER: Final = Suite[CardReader]("card_reader")

QUIET_MS: Final = 1_500
MOST_WAITING: Final = 64


@CARD_READER.check(
    Words("读卡器前没有卡时读一会儿。", "Reads for a while with nothing held to the reader."),
    Words("什么也没有读到。", "Nothing is read."),
)
def is_silent_alone(reader: CardReader, scene: Scene) -> Seen:
    _drained(reader)
    heard = _texts(reader, scene)
    if heard:
        return bad(f"无卡时读到 {len(heard)} 次。", f"Read {len(heard)} texts with no card.")
    return good("没有读到。", "Nothing was read.")


@CARD_READER.check(
    Words("请人两次出示同一张卡或码。", "Has a person hold the same card or code to it twice."),
    Words(
        "每次出示只报一次，两次文字相同。",
        "Each time it is told once, however long it is held, and both texts are the same.",
    ),
    deeds=(Deed.HOLD_CARD, Deed.TAKE_CARD_AWAY, Deed.HOLD_CARD, Deed.TAKE_CARD_AWAY),
)
def tells_a_card_once(reader: CardReader, scene: Scene) -> Seen:
    _drained(reader)
    told = [_held(reader, scene), _held(reader, scene)]
    counts = [len(texts) for texts in told]
    if counts != [1, 1]:
        return bad(f"两次分别报 {counts} 次。", f"Told {counts} times.")
    if told[0] != told[1] or not told[0][0].strip():
        return bad("两次文字不同，或为空。", "The two texts differ, or are empty.")
    return good("两次各报一次，文字相同。", "Told once each time, with the same text.")


def _held(reader: CardReader, scene: Scene) -> list[str]:
    """All texts of one card, from when it is held to a while after it is gone."""
    texts: list[str] = []

    def one() -> bool:
        text = reader.read()
        texts.extend([] if text is None else [text])
        return text is not None

    scene.ask(Deed.HOLD_CARD)
    until(scene, one, scene.patience_ms)
    texts += _texts(reader, scene)
    scene.ask(Deed.TAKE_CARD_AWAY)
    return texts + _texts(reader, scene)


def _texts(reader: CardReader, scene: Scene) -> list[str]:
    texts: list[str] = []

    def hear() -> bool:
        text = reader.read()
        texts.extend([] if text is None else [text])
        return False

    until(scene, hear, QUIET_MS)
    return texts


def _drained(reader: CardReader) -> None:
    """Whatever was read before is of no interest."""
    for _ in range(MOST_WAITING):
        if reader.read() is None:
            return
