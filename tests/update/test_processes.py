"""A machine's real processes, started from a release by the link, and changed under way."""

import signal
from collections.abc import Iterator, Sequence

import pytest

from demo.processes import DemoError
from sealctl import config as configs
from sealctl.config import MachineConfig
from sealctl.link import LinkError
from sealctl.update import activation, staging, trial
from sealctl.update.programs import Programs
from sealctl.update.staging import Here
from sealctl.update.tree import unpack
from tests.support import releases as rig
from tests.support.office import OPERATOR, PIN, Office, poll
from tests.support.releases import Medium
from wire.lists.content import Grant
from wire.record import entry, envelope
from wire.refusals import Refused

pytestmark = [pytest.mark.drill, pytest.mark.processes, pytest.mark.xdist_group("update")]
PARTS = ("lockd", "camerad")
ENDS_AT_ONCE = {f"{rig.LIBRARY}/sealctl/lockd/server.py": b"raise SystemExit(1)\n"}
ENDS_LATER = {
    f"{rig.LIBRARY}/sealctl/camerad/worker.py": b"raise SystemExit(1)\n",
    f"{rig.LIBRARY}/sealctl/camerad/eyes.py": b"",
}


class Village(Office):
    """An office whose lockd and camerad are started from the link, as units are."""

    programs: Programs

    def _command(self, name: str) -> Sequence[str]:
        if name == "body":
            return super()._command(name)
        command = self.programs.folder / trial.LINK / "bin/sealctl"
        return [str(command), "--config", str(self.folder / "machine.toml"), name]

    def ready_to_stamp(self, grant: Grant) -> None:
        """As soon as a camera that was started anew takes pictures."""
        poll(lambda: self._photographed(grant), seconds=60)

    def _photographed(self, grant: Grant) -> bool:
        try:
            super().ready_to_stamp(grant)
        except LinkError as error:
            self.ask("panel", "logout")
            if error.refusal["code"] != "camera_unavailable":
                raise
            return False
        return True

    @property
    def config(self) -> MachineConfig:
        return configs.load(self.folder / "machine.toml")

    def alive(self, name: str) -> bool:
        return any(one.name == name and one.pid for one in self.house.processes)

    def activate(self) -> None:
        here = Here.of(self.config)
        activation.activate(self.programs, here, self.config, self.launch)

    def launch(self) -> None:
        trial.attempt(self.programs.folder, Parts(self), healthy_s=1)

    def changes(self) -> list[tuple[str, str]]:
        """(kind, version) of every entry that names a version of the software."""
        rows = self.ask("console", "journal", after=0, limit=256)
        found = [entry.decode(envelope.parse(row["envelope"]).payload) for row in rows]
        return [
            (one.kind, str(one.body["version"])) for one in found if one.kind in ("boot", "config")
        ]


class Parts:
    """The office's processes, for a trial."""

    def __init__(self, village: Village) -> None:
        self._village = village

    def running(self) -> list[str]:
        return [name for name in PARTS if self._village.alive(name)]

    def stop(self) -> None:
        processes = self._village.house.processes
        for one in [one for one in processes if one.name in PARTS]:
            assert one.popen is not None
            one.popen.terminate()
            one.popen.wait(20)
            processes.remove(one)

    def start(self, parts: Sequence[str]) -> str | None:
        self.stop()
        try:
            for name in parts:
                self._village.start(name)
        except DemoError as error:
            return str(error)
        return None

    def wrong(self, parts: Sequence[str]) -> str | None:
        gone = [name for name in parts if not self._village.alive(name)]
        try:
            self._village.state()
        except LinkError as error:
            return str(error)
        return f"ended: {gone}" if gone else None


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    folder = tmp_path_factory.mktemp("village")
    opened = Office.open(folder / "machine")
    for name in PARTS:
        opened.kill(name)
    made = Village(**vars(opened))
    made.programs = rig.installed(folder / "opt")
    (folder / "opt/venv-0.1.0/bin").rmdir()
    (folder / "opt/venv-0.1.0").rmdir()
    first = rig.archive(folder, "0.1.0", rig.whole("0.1.0"))
    unpack(first, folder / "opt/venv-0.1.0")
    for name in PARTS:
        made.start(name)
    yield made
    made.close()


@pytest.fixture(scope="module")
def medium(village: Village, tmp_path_factory: pytest.TempPathFactory) -> Medium:
    return Medium(tmp_path_factory.mktemp("medium"), village.township)


def stamp(village: Village) -> None:
    village.ready_to_stamp(village.grant())
    village.ask("panel", "stamp")
    village.press()
    village.until("identified")
    village.ask("panel", "logout")


def stage(village: Village, medium: Medium, version: str, **changed: bytes) -> None:
    files = rig.whole(version, changed)
    medium.release(version, files)
    staging.stage(village.programs, Here.of(village.config), medium.folder)


def test_a_release_whose_lockd_ends_at_once_is_put_back(village: Village, medium: Medium) -> None:
    stage(village, medium, "0.2.0", **ENDS_AT_ONCE)
    with pytest.raises(Refused, match="release_failed"):
        village.activate()
    assert village.programs.running == "venv-0.1.0"
    stamp(village)
    assert village.changes()[-2:] == [("config", "0.2.0"), ("boot", "0.1.0")]
    assert not activation.waiting(village.programs, Here.of(village.config))


def test_a_release_in_which_another_part_fails_is_put_back(
    village: Village, medium: Medium
) -> None:
    stage(village, medium, "0.3.0", **ENDS_LATER)
    with pytest.raises(Refused, match="release_failed"):
        village.activate()
    assert village.programs.running == "venv-0.1.0"
    assert village.changes()[-3:] == [("config", "0.3.0"), ("boot", "0.3.0"), ("boot", "0.1.0")]
    stamp(village)


def test_nothing_changes_while_somebody_is_at_work_and_then_it_does(
    village: Village, medium: Medium
) -> None:
    """Logged in; the lock open; sheets left; and at last at rest."""
    stage(village, medium, "0.4.0")
    grant = village.grant(impressions=2)
    village.ask("panel", "login", person=OPERATOR, pin=PIN)
    assert refused(village) == ("not_now", "somebody is logged in")
    village.ask("panel", "logout")
    village.ready_to_stamp(grant)
    village.ask("panel", "stamp")
    village.until("open")
    assert refused(village) == ("busy", "an opening is under way")
    village.press()
    poll(lambda: village.state()["state"] in ("chosen", "identified"))
    village.ask("panel", "logout")
    assert refused(village) == ("not_now", "a job's sheets are half done")
    assert activation.waiting(village.programs, Here.of(village.config))
    village.ready_to_stamp(grant)
    village.ask("panel", "stamp")
    village.press()
    village.until("identified")
    village.ask("panel", "logout")
    village.activate()
    assert village.programs.running == "releases/0.4.0"
    assert village.changes()[-2:] == [("config", "0.4.0"), ("boot", "0.4.0")]
    stamp(village)


def test_what_ran_before_can_be_gone_back_to(village: Village) -> None:
    activation.back(village.programs, village.config, village.launch)
    assert village.programs.running == "venv-0.1.0"
    assert village.changes()[-2:] == [("config", "0.1.0"), ("boot", "0.1.0")]
    assert not activation.waiting(village.programs, Here.of(village.config))
    stamp(village)


def test_nothing_is_begun_between_lockds_word_and_its_end(village: Village) -> None:
    village.ask("console", "release", former="0.1.0", version="0.9.0", sha256=bytes(32))
    assert village.refused("panel", "login", person=OPERATOR, pin=PIN) == "busy"
    Parts(village).start(PARTS)
    village.ask("panel", "login", person=OPERATOR, pin=PIN)
    village.ask("panel", "logout")


@pytest.mark.parametrize("role", ["panel", "courier", "camera"])
def test_only_the_console_may_ask_for_it(village: Village, role: str) -> None:
    given = {"former": "0.1.0", "version": "0.9.0", "sha256": bytes(32)}
    assert village.refused(role, "release", **given) == "bad_request"


def test_without_a_lockd_a_release_may_mend_it_and_with_one_that_hangs_not(
    village: Village, medium: Medium
) -> None:
    stage(village, medium, "0.5.0")
    lockd = next(one for one in village.house.processes if one.name == "lockd")
    assert lockd.popen is not None
    lockd.popen.send_signal(signal.SIGSTOP)
    moved = village.sock("console").rename(village.folder / "console.moved")
    with pytest.raises(LinkError, match="unavailable"):
        village.activate()
    moved.rename(village.sock("console"))
    lockd.popen.send_signal(signal.SIGCONT)
    village.kill("lockd")
    village.activate()
    assert village.programs.running == "releases/0.5.0"
    assert village.changes()[-1] == ("boot", "0.5.0")


def refused(village: Village) -> tuple[str, str]:
    """Code and detail, and that nothing was written of it."""
    before = village.changes()
    with pytest.raises(LinkError) as found:
        village.activate()
    assert village.changes() == before
    assert village.programs.running == "venv-0.1.0"
    return found.value.refusal["code"], found.value.refusal["detail"]
