"""Receipt codes: 16 digits in groups of four, the last one a check digit. Calls Django's settings
and `wire.stamp_code`.

A code is made from a random value by the hub's own key. The database holds a slow hash of it, which
needs no key: a restored hub finds what it found before, and a copy of the table is worth no guess.
"""

import hashlib
import hmac
import re
import secrets
from typing import Final

from django.conf import settings

from wire.stamp_code import check_digit

_DIGITS: Final = re.compile(r"[0-9]{16}", re.ASCII)


def drawn() -> str:
    """A random value that a code is made from."""
    return secrets.token_hex(16)


def of(value: str) -> str:
    """The code that belongs to this value, always the same."""
    made = hmac.new(settings.SECRET_KEY.encode(), f"receipt:{value}".encode(), hashlib.sha256)
    body = f"{int.from_bytes(made.digest()) % 10**15:015d}"
    return body + check_digit(body)


def spoken(code: str) -> str:
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def read(text: str) -> str | None:
    """The code that somebody typed, however grouped; None where it cannot be one."""
    code = re.sub(r"[\s\-—·]", "", text.translate(_WIDE))
    if not _DIGITS.fullmatch(code) or check_digit(code[:-1]) != code[-1]:
        return None
    return code


def kept(code: str) -> bytes:
    """What the database holds instead of the code."""
    return hashlib.scrypt(code.encode(), salt=b"hub.requests", n=1 << 14, r=8, p=1, dklen=32)


_WIDE: Final = str.maketrans("０１２３４５６７８９", "0123456789")
