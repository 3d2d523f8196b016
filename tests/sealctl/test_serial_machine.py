"""The whole machine with a serial head: real lockd, a real pty, the reference firmware behind."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from hardware.serial_head.parts import SimulatedParts
from hardware.sim.body import SEALS
from tests.hardware.serial_head.bench import Bench, Hours
from tests.support.office import Office, poll
from tests.support.serial_faults import Fault, Line

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("office")]

SLOWNESS = 3
"""So many times longer the head waits for a lockd that a busy computer holds up, before it drops
the lock.
"""


class SerialOffice(Office):
    """Its lockd is as patient with a head that the busy computer plays."""

    def _command(self, name: str) -> Sequence[str]:
        own = {"sealctl.cli": "tests.support.patient"} if name == "lockd" else {}
        return [own.get(word, word) for word in super()._command(name)]


@pytest.fixture
def bench() -> Bench:
    parts = SimulatedParts({seal.slot: seal.rfid for seal in SEALS})
    return Bench(Hours(running=True, slowness=SLOWNESS), parts=parts)


@pytest.fixture
def line(bench: Bench) -> Iterator[Line]:
    with Line(bench) as line:
        yield line


@pytest.fixture
def office(line: Line, tmp_path: Path) -> Iterator[Office]:
    opened = SerialOffice.open(tmp_path, press=f'driver = "serial"\nport = "{line.path}"')
    yield opened
    opened.close()


def _press(office: Office, bench: Bench) -> None:
    office.until("open")
    poll(bench.press)


def test_a_stamp_through_the_serial_head(office: Office, bench: Bench) -> None:
    office.ready_to_stamp(office.grant())
    office.ask("panel", "stamp")
    _press(office, bench)
    office.until("identified")
    assert office.kinds()[-2:] == ["stamped", "relocked"]
    assert (bench.memory.unlatches, sum(bench.memory.presses)) == (1, 1)
    poll(bench.bolt_engaged)


@pytest.mark.parametrize("fault", [Fault.GARBLE, Fault.SPLIT, Fault.DUPLICATE, Fault.NOISE])
def test_a_bad_line_spoils_answers_and_no_stamp(
    office: Office, bench: Bench, line: Line, fault: Fault
) -> None:
    office.ready_to_stamp(office.grant())
    spoil = threading.Thread(target=lambda: line.fail(fault, 3))
    office.ask("panel", "stamp")
    spoil.start()
    _press(office, bench)
    office.until("identified")
    spoil.join()
    assert office.kinds().count("authorised") == office.kinds().count("stamped") == 1
    assert bench.memory.unlatches == 1


def test_lockd_killed_while_open_leaves_a_head_that_locks_by_itself(
    office: Office, bench: Bench
) -> None:
    office.ready_to_stamp(office.grant(impressions=2))
    office.ask("panel", "stamp")
    office.until("open")
    office.kill("lockd")
    poll(bench.bolt_engaged)
    office.start("lockd")
    assert office.kinds()[-1] == "interrupted"
    assert office.state()["state"] == "idle"
    assert bench.memory.unlatches == 1


def test_a_head_that_is_unplugged_opens_nothing(office: Office, bench: Bench, line: Line) -> None:
    office.ready_to_stamp(office.grant())
    line.fail(Fault.SILENCE, 10_000)
    poll(lambda: office.ask("console", "health")["body"] is None)
    assert office.refused("panel", "stamp") == "hardware_fault"
    line.heal()
    poll(lambda: office.ask("console", "health")["body"] is not None)
    assert bench.memory.unlatches == 0
