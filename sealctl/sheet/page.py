"""The acceptance sheet (现场验收单) as one HTML file for A4. Calls `jinja2` and `wire`; pure.

It shows what the machine signed, and says so where it lacks something. `photos` and `items` come
beside it: pictures of the impressions, whose hashes are what was signed, and the names of matters.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Final

import jinja2

from wire import acceptance
from wire.acceptance import Acceptance
from wire.acceptance_words import MISSING
from wire.command_words import CHECKS, LEVELS
from wire.record import envelope, words

CHINA: Final = timezone(timedelta(hours=8))
METHODS: Final = {"pin": "密码", "card": "卡", "fingerprint": "指纹"}
STATES: Final = {"active": "在用", "suspended": "停用"}


def render(
    sheet: bytes, made: Acceptance, *, photos: Mapping[bytes, bytes], items: Mapping[str, str]
) -> str:
    """The page; `sheet` are the signed bytes, `made` what they say."""
    lacking = [(MISSING[code], about) for code, about in acceptance.missing(made)]
    return _template().render(
        made=made,
        kid=envelope.parse(sheet).kid,
        lacking=lacking,
        digest=_grouped(hashlib.sha256(sheet).hexdigest()),
        pictures={one: b64encode(data).decode("ascii") for one, data in photos.items()},
        items=items,
        checks={name: zh for name, (zh, _) in CHECKS.items()},
        levels={name: zh for name, (zh, _) in LEVELS.items()},
        methods=METHODS,
        states=STATES,
        qualities=words.QUALITIES,
        finding=lambda text: words.finding(text)[0],
    )


def when(ms: int) -> str:
    """A moment in the village's own time."""
    return f"{datetime.fromtimestamp(ms / 1000, CHINA):%Y-%m-%d %H:%M:%S}"


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["when"] = when
    made.filters["grouped"] = lambda data: _grouped(data.hex())
    return made.get_template("sheet.html")
