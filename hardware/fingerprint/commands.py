"""What a fingerprint sensor is asked, and what its answers mean. Calls hardware.ports.

Each function makes a command's payload; numbers and arguments from the ZFM-20 and R30x manuals.
Of the commands that read out a template or a picture (0x08, 0x0A) none is here.
"""

from enum import IntEnum
from typing import Final

from hardware.ports import Match

FIRST, SECOND = 1, 2  # character buffers: the features of one picture each, volatile
PARAMETER_BYTES: Final = 16
MATCH_BYTES: Final = 4
INDEX_BYTES: Final = 32
CAPACITY_AT: Final = 4  # in the system parameters: status 2, system 2, capacity 2, …
INDEX_PAGE: Final = 8 * INDEX_BYTES


class Confirmation(IntEnum):
    """The first byte of an answer."""

    OK = 0x00
    """Done."""
    NOT_RECEIVED = 0x01
    """The command arrived garbled."""
    NO_FINGER = 0x02
    """Nothing lies on the sensor."""
    NOT_TAKEN = 0x03
    """The picture could not be taken."""
    MESSY = 0x06
    """The picture is too disordered to find features in."""
    FEW_FEATURES = 0x07
    """The picture shows too little of a finger."""
    NOT_FOUND = 0x09
    """No template of the library matches."""
    TWO_FINGERS = 0x0A
    """The two pictures do not make one template."""
    NO_SUCH_SLOT = 0x0B
    """The slot is beyond the library."""
    NOT_DELETED = 0x10
    """The template could not be deleted."""
    WRONG_PASSWORD = 0x13
    """Another password is set in the sensor."""
    NO_PICTURE = 0x15
    """There is no valid picture to find features in."""
    FLASH_FAILED = 0x18
    """The library's memory could not be written."""
    WRONG_ADDRESS = 0x20
    """The command was for another address."""
    PASSWORD_FIRST = 0x21
    """The password must be given first: the sensor has restarted."""


def verify_password(password: int) -> bytes:
    return b"\x13" + password.to_bytes(4, "big")


def read_parameters() -> bytes:
    return b"\x0f"


def take_picture() -> bytes:
    return b"\x01"


def find_features(buffer: int) -> bytes:
    """Of the picture, into a character buffer."""
    return bytes([0x02, buffer])


def search(first: int, count: int) -> bytes:
    """The best match of the first buffer among `count` slots; no other buffer is searched by every
    make (R503 manual).
    """
    return bytes([0x04, FIRST]) + first.to_bytes(2, "big") + count.to_bytes(2, "big")


def make_template() -> bytes:
    """Of both character buffers, into both."""
    return b"\x05"


def store(slot: int) -> bytes:
    """The template that `make_template` made."""
    return bytes([0x06, FIRST]) + slot.to_bytes(2, "big")


def delete(slot: int) -> bytes:
    return b"\x0c" + slot.to_bytes(2, "big") + b"\x00\x01"


def index(slot: int) -> bytes:
    """Which slots are in use, of the 256 around this one."""
    return bytes([0x1F, slot // INDEX_PAGE])


def capacity(answer: bytes) -> int:
    """Slots of the library, from what follows the confirmation of `read_parameters`."""
    return int.from_bytes(answer[CAPACITY_AT : CAPACITY_AT + 2], "big")


def match(answer: bytes) -> Match:
    """From what follows the confirmation of `search`."""
    return Match(int.from_bytes(answer[:2], "big"), int.from_bytes(answer[2:4], "big"))


def in_use(answer: bytes, slot: int) -> bool:
    """From what follows the confirmation of `index` for the same slot."""
    place = slot % INDEX_PAGE
    return bool(answer[place // 8] >> place % 8 & 1)
