"""The whole machine over the kernel's GPIO: real lockd, iron on the lines."""

import signal
import time
from collections.abc import Iterator

import gpiod
import pytest

from demo.processes import DemoError
from hardware.bolt import HOST_SILENCE_MS
from tests.kernel.body import COIL, Body
from tests.kernel.chip import Chip
from tests.kernel.drivers import DRIVERS
from tests.kernel.drop import assert_done, assert_refused, drop
from tests.kernel.office import PARTS, BareOffice
from tests.support.office import poll

HELD = f"line {COIL} is held by 'sealctl-lock'|the coil: 'GPIO busy'"
"""What each driver says of the coil's line while lockd has it."""


@pytest.fixture(scope="module")
def body(made: Chip) -> Iterator[Body]:
    with Body(made) as body:
        yield body


@pytest.fixture(scope="module", params=DRIVERS)
def office(
    request: pytest.FixtureRequest, body: Body, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BareOffice]:
    opened = BareOffice.on(tmp_path_factory.mktemp("machine"), PARTS[request.param])
    yield opened
    opened.close()
    assert not body.current()


def test_a_stamp(office: BareOffice, body: Body) -> None:
    contacts = body.contacts
    office.ready_to_stamp(office.grant())
    office.ask("panel", "stamp")
    _press(office, body)
    office.until("identified")
    office.ask("panel", "logout")
    assert office.kinds()[-3:] == ["authorised", "stamped", "relocked"]
    poll(body.locked)
    assert body.contacts == contacts + 1


def test_lockd_killed_with_the_lock_open_is_an_interruption_at_its_next_start(
    office: BareOffice, body: Body
) -> None:
    """gpio-sim drops the line of a dead process; what a Raspberry Pi does is in docs/install.md."""
    office.ready_to_stamp(office.grant())
    office.ask("panel", "stamp")
    office.until("open")
    assert body.current()
    office.kill("lockd")
    poll(lambda: not body.current())
    poll(body.locked)
    office.start("lockd")
    poll(lambda: office.kinds()[-1] == "interrupted")
    assert office.state()["state"] == "idle"
    assert not body.current()


def test_a_hung_lockd_holds_the_lock_open_until_it_is_aborted(
    office: BareOffice, body: Body
) -> None:
    """Its thread hangs with it, so systemd's watchdog and a hardware timer stand behind."""
    office.ready_to_stamp(office.grant())
    office.ask("panel", "stamp")
    office.until("open")
    office.signal("lockd", signal.SIGSTOP)
    time.sleep(2 * HOST_SILENCE_MS / 1000)
    assert body.current()
    for number in (signal.SIGABRT, signal.SIGCONT):  # as systemd does it
        office.signal("lockd", number)
    poll(lambda: not body.current())
    office.kill("lockd")
    office.start("lockd")
    poll(lambda: office.kinds()[-1] == "interrupted")


def test_drop_after_lockd_was_killed_while_open_leaves_the_coil_off(
    office: BareOffice, body: Body
) -> None:
    _open(office, body)
    office.kill("lockd")
    for _ in range(2):
        assert_done(drop(office.folder))
        assert not body.current()
    _interrupted(office, body)


def test_drop_beside_a_hung_lockd_says_that_it_is_not_certain_and_after_its_end_it_is(
    office: BareOffice, body: Body
) -> None:
    _open(office, body)
    office.signal("lockd", signal.SIGSTOP)
    assert_refused(drop(office.folder), HELD)
    assert body.current(), "nobody but lockd can cut it"
    office.kill("lockd")
    for _ in range(2):
        assert_done(drop(office.folder))
        assert not body.current()
    _interrupted(office, body)


def test_drop_beside_a_lockd_at_work_is_refused_and_the_stamp_goes_on(
    office: BareOffice, body: Body
) -> None:
    _open(office, body)
    assert_refused(drop(office.folder), HELD)
    assert body.current()
    _press(office, body)
    office.until("identified")
    office.ask("panel", "logout")
    assert office.kinds()[-2:] == ["stamped", "relocked"]
    assert_refused(drop(office.folder), HELD)
    assert office.state()["state"] == "idle"


def test_a_line_taken_by_someone_else_keeps_lockd_from_starting_and_is_named(
    office: BareOffice, made: Chip
) -> None:
    office.kill("lockd")
    with (
        gpiod.request_lines(str(made.device), {COIL: None}, "heating"),
        pytest.raises(DemoError, match=f"line {COIL} is held by 'heating'|GPIO busy"),
    ):
        office.start("lockd")
    office.forget("lockd")
    office.start("lockd")
    assert office.state()["state"] == "idle"


def _open(office: BareOffice, body: Body) -> None:
    office.ready_to_stamp(office.grant())
    office.ask("panel", "stamp")
    office.until("open")
    assert body.current()


def _interrupted(office: BareOffice, body: Body) -> None:
    """So the next lockd finds the opening, with the bolt back by itself."""
    poll(body.locked)
    office.start("lockd")
    poll(lambda: office.kinds()[-1] == "interrupted")
    assert office.state()["state"] == "idle"


def _press(office: BareOffice, body: Body) -> None:
    office.until("open")
    poll(body.pull_lever)
