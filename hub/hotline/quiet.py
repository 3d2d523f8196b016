"""Nothing of the hotline is kept where it does not belong: not on a phone, not in a log.

Calls only Django. A log line says what kind of thing happened and where in the program: no address,
no text, no argument of whatever was said.
"""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class NotKept:
    """Middleware: no page is stored anywhere, none tells another site where somebody was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        return answer


class Lines(logging.Formatter):
    """Time, level, who speaks, and of an error its kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        said = f"{self.formatTime(record)} {record.levelname} {record.name}"
        if record.exc_info is None or record.exc_info[0] is None:
            return f"{said} {Path(record.pathname).name}:{record.lineno}"
        kind, _, trace = record.exc_info
        frames = traceback.extract_tb(trace)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        return f"{said} {kind.__name__} {place}".rstrip()
