"""A journal that cannot be written: what people hear, and that nothing goes on without it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sealctl.errors import StartError
from sealctl.lockd.changes import Changes
from sealctl.lockd.core import JournalFailedError
from sealctl.lockd.pages import Pages
from sealctl.lockd.server import answer
from sealctl.lockd.verb import Served
from sealctl.lockd.verbs import ROLES
from sealctl.session.model import Mode
from tests.faults.recorder import FULL, Recorder, recording
from tests.support.machine import OPERATOR, PIN, Rig

PICTURE = b"a sheet"


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    made = Rig.build(tmp_path)
    made.picture = PICTURE
    return made


def stuck(rig: Rig) -> None:
    """From now on nothing can be written."""
    rig.core.journal.connection.execute("PRAGMA query_only = ON")


def ask(rig: Rig, role: str, verb: str, **arguments: Any) -> str | None:
    """The code with which lockd's socket refuses, None where it does not."""
    served = Served(rig.core, Changes(), Pages(rig.config.pages))
    request = {"id": 1, "verb": verb, "args": arguments}
    reply: Any = asyncio.run(answer(served, ROLES[role], request))
    return None if reply["ok"] else str(reply["error"]["code"])


def test_who_asks_is_told_and_may_ask_again(rig: Rig) -> None:
    stuck(rig)
    assert ask(rig, "panel", "login", person=OPERATOR, pin=PIN) == "journal_full"
    assert rig.core.session.mode is Mode.IDLE
    rig.core.journal.connection.execute("PRAGMA query_only = OFF")
    assert ask(rig, "panel", "login", person=OPERATOR, pin=PIN) is None


def test_an_opening_whose_end_cannot_be_written_ends_the_process(rig: Rig) -> None:
    """Whoever brings the news: camerad's connection must not keep it from the process."""
    rig.ready_to_stamp(rig.grant())
    rig.camerad = False
    rig.core.stamp()
    rig.run(lambda core: core.session.mode is Mode.OPEN)
    rig.clock.advance(200)
    assert rig.body.press()
    rig.run(lambda core: core.session.mode is Mode.PICTURING)
    stuck(rig)
    job = rig.core.photos.next()
    assert job is not None
    photo = {"sha256": rig.photo(), "findings": [], "mono_ms": rig.clock.mono}
    size = {"width": 1, "height": 1}
    assert ask(rig, "camera", "done", id=job.id, **photo, **size) == "journal_full"
    with pytest.raises(JournalFailedError):
        rig.core.tick()
    rig.restart()
    assert rig.kinds() == ["interrupted"]


def test_a_full_disk_at_the_start_is_named(rig: Rig) -> None:
    """It is no broken journal, and there is something that people can do."""
    full = Recorder(rig.config.folder, lambda _: None, lambda _: FULL)
    with recording(full), pytest.raises(StartError) as failed:
        rig.restart()
    assert failed.value.code == "journal_full"
