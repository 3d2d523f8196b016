"""Asking an inspector: the very command over a bundle that lies. Calls `inspector` and the rigs of
`tests.inspector`, whose tables say how a record is bent.
"""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.cli import main
from tests.attacks.model import AT_VISIT, Attack, Notice, Play, Stage
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog

Bend = Callable[[SealedLog, Rig], None]


@contextmanager
def stamped(stage: Stage) -> Iterator[Rig]:
    """A machine that stamped two sheets, the second after a new list."""
    rig = Rig.build(stage.folder(), policy={"log_key": VKEY})
    grant = rig.grant(impressions=2)
    rig.stamp(grant)
    rig.publish(grant)
    rig.stamp(grant)
    yield rig


def verified(folder: Path, *more: str) -> Notice | None:
    """What `sealinspect verify` says of it."""
    out = io.StringIO()
    with redirect_stdout(out):
        status = main(["verify", str(folder), "--json", *more])
    said: dict[str, Any] = json.loads(out.getvalue())
    if status == 0:
        return None
    return Notice("inspector", str(said["code"]), AT_VISIT, str(said.get("where", "")))


def inspected(bend: Bend, *, of: Callable[[Stage], Any] = stamped, kept: bool = False) -> Play:
    """The township hands over a bundle in which that is bent, and everything is sealed anew.

    `kept`: the inspector holds the honest log's checkpoint of an earlier visit against it.
    """

    def play(stage: Stage) -> Notice | None:
        rig = stage.share(of)
        log = SealedLog.of(rig)
        more: tuple[str, ...] = ()
        if kept:
            more = ("--earlier", str(log.write(stage.folder()) / "checkpoint"))
        bent = replace(
            log,
            leaves=[*log.leaves],
            openings={**log.openings},
            photos={**log.photos},
            lists={**log.lists},
            policy={**log.policy},
        )
        bend(bent, rig)
        return verified(bent.write(stage.folder()), *more)

    return play


def untouched(log: SealedLog, rig: Rig) -> None:
    """Nothing is bent."""
    del log, rig


HONEST = inspected(untouched)


def row(name: str, zh: str, en: str, code: str, play: Play, control: Play = HONEST) -> Attack:
    """One that an inspector has to notice."""
    return Attack(name, zh, en, "inspector", code, play, control)
