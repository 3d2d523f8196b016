"""How the hub's processes write what they say: JSON, one object a line, without personal data.

Calls nothing of ours. Messages name machines, entries and hashes; should one carry what looks like
an identity or telephone number, digits are blotted out. An error is told by its type and the places
it came through, never by its text, in which a database repeats rows.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

BLOT: Final = "▇"
STRANGERS: Final = ("django", "gunicorn")
_NUMBERS: Final = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|1[3-9]\d{9})(?![0-9A-Za-z])")


class JsonLines(logging.Formatter):
    """time, level, logger, message; `error` with `places` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        kind, _, trace = record.exc_info or (None, None, None)
        if kind is not None:
            said["error"] = f"{kind.__module__}.{kind.__qualname__}"
            said["places"] = [
                f"{one.filename.rpartition('site-packages/')[2]}:{one.lineno} {one.name}"
                for one in traceback.extract_tb(trace)
            ]
        return json.dumps(said, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """Django and gunicorn repeat what strangers typed: of theirs, status or bare pattern."""
    if record.name.partition(".")[0] not in STRANGERS:
        return blotted(record.getMessage())
    status = getattr(record, "status_code", None)
    if status is not None:
        return f"{status} {HTTPStatus(status).phrase}"
    return str(record.msg).partition(" from ip=")[0]


def blotted(text: str) -> str:
    """The text without numbers that could be a person's."""
    return _NUMBERS.sub(lambda found: BLOT * len(found[0]), text)
