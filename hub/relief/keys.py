"""The keys by which relief is looked up: a file of the hub's keys, the oldest key first.

Calls `hub.config`. Of a person and of a household's code the database holds a hash under each of
them in turn, so that another key is put in place without the numbers, which nobody keeps: a copy of
the table is worth no guess to whoever has not all of them. The file says PRIVATE KEY, and is backed
up as such.
"""

import hmac
import os
import re
import secrets
import unicodedata
from pathlib import Path
from typing import Final

from hub.config import ConfigError

FILE: Final = "keys/relief.key"
MOST: Final = 16
LONGEST: Final = 64
PERSON: Final = "person"
CODE: Final = "code"
_MARK: Final = "mark"
_HEAD: Final = "# PRIVATE KEY 扶贫查询密钥，不得外传 of the look-up of relief\n"
_POINTS: Final = re.compile("[•‧・．.∙⋅]")
_BLANK: Final = re.compile(r"[\s\-—_]")
Keys = tuple[bytes, ...]


def load(state: Path) -> Keys:
    """Raises ConfigError where there is none."""
    try:
        lines = (state / FILE).read_text("utf-8").splitlines()
        found = tuple(bytes.fromhex(one) for one in lines if one and not one.startswith("#"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{FILE}: 没有或不能读。 Missing or unreadable: {error}") from error
    if not 1 <= len(found) <= MOST or any(len(one) != 32 for one in found):
        raise ConfigError(f"{FILE}: 应有 1 到 {MOST} 把密钥。 1 to {MOST} keys are expected.")
    return found


def ensure(state: Path) -> bool:
    """Make the first key where there is none; whether one was made."""
    if (state / FILE).exists():
        return False
    write(state, (drawn(),))
    return True


def drawn() -> bytes:
    return secrets.token_bytes(32)


def write(state: Path, keys: Keys) -> None:
    """Put these in place, at once or not at all."""
    path = state / FILE
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(_HEAD + "".join(f"{one.hex()}\n" for one in keys))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def person(keys: Keys, name: str, number: str) -> bytes:
    """The hash by which that person's rows are found, however he typed both."""
    return _under(keys, f"{PERSON}\n{plain_name(name)}\n{plain_number(number)}")


def code(keys: Keys, text: str) -> bytes:
    """That of a household's code, likewise."""
    return _under(keys, f"{CODE}\n{plain_number(text)}")


def mark(keys: Keys) -> bytes:
    """By which these keys are known again, and nothing else."""
    return _under(keys, _MARK)


def once(keys: Keys, text: str) -> bytes:
    """A hash for counting: nobody without the newest key tells what it is of."""
    return hmac.digest(keys[-1], text.encode(), "sha256")


def further(key: bytes, index: bytes) -> bytes:
    """The same under one more key."""
    return hmac.digest(key, index, "sha256")


def plain_name(text: str) -> str:
    """As it is compared: one form of each sign, no blanks, one kind of point."""
    return _POINTS.sub("·", _plain(text))


def plain_number(text: str) -> str:
    """Likewise, and X for x."""
    return _plain(text).upper()


def _plain(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text[:LONGEST]))[:LONGEST]


def _under(keys: Keys, text: str) -> bytes:
    value = text.encode(errors="replace")
    for key in keys:
        value = further(key, value)
    return value
