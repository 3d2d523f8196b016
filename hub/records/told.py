"""What an entry's plain values say to people: moments as dates, names of the code as words. Pure.

Calls `hub.{clock,days}`, `hub.records.{read,words}`. Programs read the values as they were signed.
"""

from collections.abc import Mapping
from typing import Final

from hub.clock import moment
from hub.days import zone
from hub.records import words
from hub.records.read import Field
from wire.record.words import VOID

Names = Mapping[str, Mapping[str, str]]
MOMENTS: Final = frozenset({"expires", "used", "was", "now"})
VALUES: Final[Names] = {
    "alarm": words.ALARMS,
    "use": {"full": "整张", "seam": "骑缝"},
    "state": {"begin": "开始", "end": "结束", **{name: pair[0] for name, pair in VOID.items()}},
    "method": {
        "pin": "密码",
        "card": "卡",
        "card_pin": "卡和密码",
        "fingerprint": "指纹",
        "all": "全部",
    },
    "what": {"release": "软件版本"},
}


def text(field: Field, value: object, names: Names) -> str:
    """The value of that field, which the entry signed or committed to; `names` are the township's
    own: field → id → name.
    """
    known = names.get(field.name, {}).get(field.text)
    if known is not None or field.state != "plain":
        return known or field.text
    if field.name in MOMENTS and type(value) is int:
        return f"{moment(value).astimezone(zone()):%Y-%m-%d %H:%M:%S}"
    if field.name == "findings" and isinstance(value, list) and value:
        return "、".join(words.finding(str(one))[0] for one in value)
    return VALUES.get(field.name, {}).get(field.text, field.text)
