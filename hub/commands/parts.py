"""What the areas of `sealhub` share: their words for argparse, Django at work, the end asked for.

Calls argparse, and Django once a verb wants it.
"""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[[argparse.Namespace], None]
Errors = tuple[tuple[str, str], ...]


class UsageError(Exception):
    """What was asked for cannot be done; the text says why, in Chinese and English."""


def add(commands: Any, name: str, command: Command, words: str) -> argparse.ArgumentParser:
    """A verb."""
    made: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    made.set_defaults(command=command)
    return made


def group(commands: Any, name: str, words: str) -> Any:
    """A noun that has verbs under it."""
    made = commands.add_parser(name, help=words, description=words)
    return made.add_subparsers(required=True, metavar="COMMAND")


def sha256(text: str) -> bytes:
    """A hash as it is typed."""
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError("64 hexadecimal digits expected")
    return value


def django() -> None:
    """Set it up for the hub's state folder; raises UsageError where there is none."""
    import django

    from hub.config import FILE, UNDER_WAY

    state = Path(os.environ["SEALHUB_STATE"])
    if (state / UNDER_WAY).exists():
        raise UsageError(
            "恢复还没有完成，请再运行 sealhub restore。 The restore has not ended: run it again."
        )
    if not (state / FILE).exists():
        raise UsageError("先运行 sealhub init。 Run `sealhub init` first.")
    django.setup()
    _errors_as_lines(state)


def _errors_as_lines(state: Path) -> None:
    """What ends a process is written like all else that it says, where the hub wants JSON lines."""
    from hub.config import LOGS, read

    if read(state).logs != LOGS[0]:
        log = logging.getLogger("hub")
        sys.excepthook = lambda *error: log.critical("ended by an error", exc_info=error)


def stopping() -> threading.Event:
    """Set by SIGTERM and by Ctrl-C, by a thread of its own: the signal may come while the main
    thread holds the event's lock, which a handler would then wait for in vain.
    """
    asked = threading.Event()
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)

    def wait() -> None:
        os.read(heard, 1)
        asked.set()

    threading.Thread(target=wait, name="stopping", daemon=True).start()
    return asked
