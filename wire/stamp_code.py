"""What a stamped paper carries to be looked up: a link for cameras, a number for people.

Calls only `wire.errors`. Both name a `stamped` entry by its hash and the township by the number
that the county gave it. The number is 16 digits: 2 of the township, 13 of the first 40 bits of the
hash, and a check digit (GB/T 17710, ISO 7064 MOD 11,10), which finds every single wrong digit and
nearly every exchange of two. It finds a stamp and proves nothing: two may share a number.
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from wire.errors import WireError

CODE: Final = "stamp"
PREFIX_BYTES: Final = 5
_DIGITS: Final = re.compile(r"[0-9]{16}")
_PLACES: Final = 13


@dataclass(frozen=True)
class StampCode:
    """`township` is 1 to 99; `prefix` the first 5 bytes of an entry hash."""

    township: int
    prefix: bytes

    @classmethod
    def of(cls, township: int, entry: bytes) -> "StampCode":
        """That of a `stamped` entry, by its hash."""
        return cls(township, entry[:PREFIX_BYTES])

    @property
    def digits(self) -> str:
        """The 16 digits."""
        body = f"{self.township:02d}{int.from_bytes(self.prefix):0{_PLACES}d}"
        return body + check_digit(body)

    @property
    def spoken(self) -> str:
        """The digits in groups of four, as they are printed."""
        text = self.digits
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def parse(digits: str) -> StampCode:
    """Strict inverse of `digits`; raises WireError('stamp'), also for a wrong check digit."""
    if not _DIGITS.fullmatch(digits) or check_digit(digits[:-1]) != digits[-1]:
        raise WireError(CODE, "not a stamp's number")
    township, number = int(digits[:2]), int(digits[2:-1])
    if township == 0 or number >> 8 * PREFIX_BYTES:
        raise WireError(CODE, "a number that no stamp can have")
    return StampCode(township, number.to_bytes(PREFIX_BYTES))


def link(county: str, township: int, entry: bytes) -> str:
    """The address in the QR code: the county's page, township and whole hash in the fragment, so
    that no server is told which paper somebody holds.
    """
    name = urlsafe_b64encode(entry).rstrip(b"=").decode()
    return f"{county}/verify/#{township:02d}.{name}"


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10 over decimal digits."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
