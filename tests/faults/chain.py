"""The journal as one line of words, for tables of what is expected. Pure; calls only `wire.record`.

`stamp` stands for authorised, stamped, relocked. What matters of a body follows a colon. How often
somebody was refused the same thing in a row does not matter.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from wire.record.entry import Entry

SAID: Final[Mapping[str, str]] = {
    "refused": "code",
    "aborted": "code",
    "alarm": "alarm",
    "maintenance": "state",
}
STAMP: Final = "authorised stamped relocked"
OPENING: Final = ("authorised", "stamped", "relocked", "aborted", "interrupted")
ENDS: Final = ("stamped", "aborted", "interrupted")


def words(entries: Sequence[Entry]) -> str:
    """The entries in order."""
    said = [_word(entry) for entry in entries]
    kept = [
        word
        for word, before in zip(said, ["", *said], strict=False)
        if word != before or not word.startswith("refused:")
    ]
    return " ".join(kept).replace(STAMP, "stamp")


def unfinished(entries: Sequence[Entry]) -> bool:
    """Whether the last opening among them has no end."""
    ended = {one.body["authorised"] for one in entries if one.kind in ENDS}
    return any(one.kind == "authorised" and one.seq not in ended for one in entries)


def under_way(entries: Sequence[Entry]) -> bool:
    """Whether an entry of the last opening is still to come: its end, or `relocked`."""
    kinds = [one.kind for one in entries if one.kind in OPENING]
    return bool(kinds) and kinds[-1] in ("authorised", "stamped")


def maintained(entries: Sequence[Entry]) -> bool:
    """Whether two people began maintenance and did not end it."""
    states = [one.body["state"] for one in entries if one.kind == "maintenance"]
    return states[-1:] == ["begin"]


def _word(entry: Entry) -> str:
    said = entry.kind
    if entry.kind in SAID:
        said += f":{entry.body[SAID[entry.kind]]}"
    return f"{said}:returned" if entry.body.get("returned") else said
