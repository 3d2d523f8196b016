"""`sealhub read`: the text of photos, compared. Calls `hub.reading`."""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (("hub.reading.process", "NoEngineError"),)


def add(commands: Any) -> None:
    """The verb."""
    parts.add(commands, "read", _read, "比对照片文字 compare the text of photos")


def _read(_: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.reading.process import run

    run(now_ms, parts.stopping())
