"""125 kHz cards (EM4100) on an RDM6300 reader, 9600 baud, which speaks unasked. Calls nothing.

A frame is 0x02, ten upper-case hex digits, two hex digits of checksum (the XOR of the five bytes
before), 0x03; it comes again about every 50 ms while a card is held (RDM6300 datasheet). A card's
text is 'em4100:' and the ten digits as sent, such as 'em4100:0F00A1B2C3'.

What a card is worth: its number is sent in the clear to anyone near and is copied onto a blank for
the price of the blank. It says who somebody claims to be, and never opens anything without a PIN.
The XOR catches every error within one digit, but not two that cancel out: a wrong number can arrive
from a disturbed line, and is then merely a card that nobody owns, or again worth nothing without
its PIN.
"""

import re
from collections.abc import Sequence
from functools import reduce
from operator import xor
from typing import Final

BAUD: Final = 9600
GAP_MS: Final = 500
"""After so long without a frame, the same card has been laid on anew."""

STX: Final = b"\x02"
FRAME: Final = re.compile(rb"\x02([0-9A-F]{10})([0-9A-F]{2})\x03")
FRAME_BYTES: Final = 14


class Rdm6300:
    """An Ear that tells each card once while it is held, whatever the frames.

    A gap counts only where somebody listened and heard nothing: a caller who comes back late to a
    card still held is not told of it twice.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._held: str | None = None
        self._seen_ms = 0
        self._quiet = False

    def hear(self, data: bytes, now_ms: int) -> Sequence[str]:
        cards, self._rest = parse(self._rest + data)
        if not cards:
            self._quiet = True
            return []
        if self._quiet and now_ms - self._seen_ms > GAP_MS:
            self._held = None
        self._seen_ms, self._quiet = now_ms, False
        return [card for card in cards if self._laid(card)]

    def forget(self) -> None:
        self._rest = b""

    def _laid(self, card: str) -> bool:
        """Whether this is not the card of the frame before."""
        fresh = card != self._held
        self._held = card
        return fresh


def parse(data: bytes) -> tuple[list[str], bytes]:
    """The cards of all whole frames, and the tail to put before the next bytes (< 14 bytes).
    Anything that is no frame is passed over up to the next 0x02.
    """
    cards: list[str] = []
    while (start := data.find(STX)) >= 0:
        data = data[start:]
        if len(data) < FRAME_BYTES:
            return cards, data
        card = _card(data[:FRAME_BYTES])
        if card is not None:
            cards.append(card)
        data = data[FRAME_BYTES if card is not None else len(STX) :]
    return cards, b""


def _card(frame: bytes) -> str | None:
    """The text of one frame; None when it is not one or its checksum disagrees."""
    parts = FRAME.fullmatch(frame)
    if parts is None:
        return None
    digits, checksum = (bytes.fromhex(part.decode()) for part in parts.groups())
    return f"em4100:{parts[1].decode()}" if reduce(xor, digits) == checksum[0] else None
