"""A restored log may be older than what was seen of it: until that is settled nothing is signed.

Calls only `hub.log.published`. `sealhub restore` writes the file and takes it away; whoever signs
looks.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from hub.log.published import write

FILE: Final = "unconfirmed.json"


@dataclass(frozen=True)
class Unconfirmed:
    """`backup` is the SHA-256 of the restored backup's manifest; `placed`: the second store is the
    backup's own, and did not survive elsewhere.
    """

    backup: str
    placed: bool


def mark(state: Path, found: Unconfirmed) -> None:
    """From now on nothing is signed."""
    write(state / FILE, json.dumps(asdict(found)).encode())


def marked(state: Path) -> Unconfirmed | None:
    """What is not settled yet."""
    path = state / FILE
    return Unconfirmed(**json.loads(path.read_bytes())) if path.exists() else None


def settle(state: Path) -> None:
    """Nobody has seen more of the log than this hub has."""
    (state / FILE).unlink(missing_ok=True)


def sentence(state: Path) -> str | None:
    """Why nothing may be signed, and what to do."""
    if marked(state) is None:
        return None
    return (
        "平台是从备份恢复的，还没有确认日志没有变短：再运行一次同样的 sealhub restore。 "
        "This hub was restored, and nobody has confirmed that its log is the newest: run the same "
        "`sealhub restore` again, with the second store or the county's witness within reach."
    )
