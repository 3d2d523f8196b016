"""`sealhub key`: the hub's online keys, log and list, exchanged without a moment between.

Calls `hub.config`, `hub.init` and `hub.log`. The next key is made beside the one at work, and its
public half goes to the county and the officers; when their package names it,
the switch puts it in place. The log itself goes on: its head is signed anew.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import transaction

from hub.config import Config
from hub.init import InitError, new_key
from hub.log import store
from hub.log.keys import LogKey, former_file
from hub.log.sequencer import Sequencer

KEYS: Final = ("log", "list")


@dataclass(frozen=True)
class NextKey:
    """What the county and the officers need: `vkey` of a log key, the .pub file of a list key."""

    public: Path
    vkey: str | None


def prepare(config: Config, which: str) -> NextKey:
    """Make the next key, or show the one that waits; raises InitError."""
    path = _next(_path(config, which))
    if not path.exists():
        new_key(path)
    vkey = LogKey.load(config.log_name, path).vkey if which == "log" else None
    return NextKey(path.with_name(path.name + ".pub"), vkey)


def switch(config: Config, which: str) -> None:
    """Put the next key in place; the one before is gone. Raises InitError, LogBrokenError.

    For the log's key ingest and cosign must be stopped; `work` reads the list's at its next start.
    """
    path = _path(config, which)
    if not _next(path).exists():
        raise InitError(f"先运行 sealhub key next {which}。 Run `sealhub key next {which}` first.")
    if which == "list":
        _put(path)
        return
    with Sequencer.open(config):
        _remember(config)
        _put(path)
    with transaction.atomic():
        store.forget_cosignatures()
    with Sequencer.open(config):
        pass


def _put(path: Path) -> None:
    """The private half comes last: whatever stops it before then, it can be done again."""
    public = _next(path).with_name(_next(path).name + ".pub")
    if public.exists():
        public.replace(path.with_name(path.name + ".pub"))
    _next(path).replace(path)


def _remember(config: Config) -> None:
    file = former_file(config.log_key)
    vkey = LogKey.load(config.log_name, config.log_key).vkey
    known = file.read_text("utf-8").splitlines() if file.exists() else []
    if vkey not in known:
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{vkey}\n")
            out.flush()
            os.fsync(out.fileno())


def _path(config: Config, which: str) -> Path:
    return {"log": config.log_key, "list": config.list_key}[which]


def _next(path: Path) -> Path:
    return path.with_name(f"next-{path.name}")
