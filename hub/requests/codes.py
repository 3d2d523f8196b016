"""Receipt codes: 16 digits in groups of four, the last one a check digit. Calls Django's settings
and `wire.stamp_code`.

A code is drawn from a random value by the hub's own key; the database holds a keyed hash of it, so
that neither a copy of the table nor a guess finds a request.
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
    body = f"{int.from_bytes(_keyed('receipt', value)) % 10**15:015d}"
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
    return _keyed("kept", code)


def _keyed(use: str, value: str) -> bytes:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"hub.requests:{use}:{value}".encode(), hashlib.sha256).digest()


_WIDE: Final = str.maketrans("０１２３４５６７８９", "0123456789")
