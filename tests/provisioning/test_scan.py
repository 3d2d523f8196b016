"""At the depot each machine reads its label itself, and says what is wrong with another."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest

from tests.hardware.readers.rig import Speaker
from tests.provisioning import depot_rig as depot
from tests.provisioning.depot_rig import BOARDS
from tests.provisioning.rig import Field
from wire.provisioning import token

pytestmark = [
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.xdist_group("provisioning_scan"),
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    made = Field.open(tmp_path_factory.mktemp("town"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def labels(town: Field) -> dict[str, str]:
    return depot.printed(town, most=6)


@pytest.fixture
def field(town: Field, request: pytest.FixtureRequest) -> Field:
    return town.another(sha256(request.node.name.encode()).hexdigest()[:12])


@pytest.fixture
def scanner() -> Iterator[Speaker]:
    with depot.scanner() as speaker:
        yield speaker


def _board(device: str) -> tuple[str, str]:
    return ("--serial", BOARDS[device])


def _code(done: "subprocess.CompletedProcess[str]") -> str:
    """With which it was refused."""
    assert done.returncode == 1, done.stderr
    return done.stderr.splitlines()[-1][1:].partition("]")[0]


def _county(field: Field) -> tuple[str, str]:
    return ("--root-sha256", field.root_sha256)


def test_a_machine_reads_its_label_and_the_countys_sheet(
    field: Field, labels: dict[str, str], scanner: Speaker
) -> None:
    held = (labels["depot-01"], field.root_sha256.upper())
    done = depot.hold(field, scanner, held, *_board("depot-01"))
    assert done.returncode == 0, done.stderr
    assert "depot-01" in done.stdout
    assert "SEAL1" not in done.stdout + done.stderr
    assert field.root_sha256 in (field.folder / "machine.toml").read_text()
    assert 'driver = "line"' in (field.folder / "machine.toml").read_text()


def test_a_neighbours_label_is_refused_and_leaves_nothing_behind(
    field: Field, labels: dict[str, str], scanner: Speaker
) -> None:
    words = (*_board("depot-02"), *_county(field))
    done = depot.hold(field, scanner, [labels["depot-03"]], *words)
    assert _code(done) == "serial_differs"
    assert BOARDS["depot-03"] in done.stderr
    assert list(field.folder.iterdir()) == []
    done = depot.hold(field, scanner, [labels["depot-02"]], *words)
    assert done.returncode == 0, done.stderr


def test_a_label_whose_board_was_scratched_out_is_held_against_the_hubs_record(
    field: Field, labels: dict[str, str], scanner: Speaker
) -> None:
    bare = token.encode(replace(token.decode(labels["depot-03"]), serial=""))
    done = depot.hold(field, scanner, [bare], *_board("depot-02"), *_county(field))
    assert _code(done) == "serial_differs"


def test_other_codes_and_half_read_labels_are_told_and_read_again(
    field: Field, labels: dict[str, str], scanner: Speaker
) -> None:
    label = labels["depot-04"]
    held = ("6901234567892", label[:60], "SEAL1-", label)
    done = depot.hold(field, scanner, held, *_board("depot-04"), *_county(field))
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("请再扫") == 3


def test_a_label_is_good_once_and_not_after_it_was_revoked(
    field: Field, town: Field, labels: dict[str, str], scanner: Speaker
) -> None:
    words = (*_board("depot-05"), *_county(field))
    assert depot.hold(field, scanner, [labels["depot-05"]], *words).returncode == 0
    other = town.another(f"{field.folder.name}-other")
    done = depot.hold(other, scanner, [labels["depot-05"]], *words)
    assert _code(done) == "token_used"
    town.hub.run("device", "revoke", "depot-06")
    last = town.another(f"{field.folder.name}-last")
    words = (*_board("depot-06"), *_county(field))
    done = depot.hold(last, scanner, [labels["depot-06"]], *words)
    assert _code(done) == "token_expired"


def test_a_label_is_no_sheet_of_the_countys(
    field: Field, labels: dict[str, str], scanner: Speaker
) -> None:
    held, board = (labels["depot-04"], labels["depot-04"]), _board("depot-04")
    done = depot.hold(field, scanner, held, *board, "--wait", "1")
    assert _code(done) == "label_unread"
    assert done.stderr.count("请再扫") == 1
    assert list(field.folder.iterdir()) == []


def test_no_label_within_the_time_is_said(field: Field, scanner: Speaker) -> None:
    done = depot.hold(field, scanner, [], *_county(field), "--wait", "0")
    assert _code(done) == "label_unread"
    assert list(field.folder.iterdir()) == []


def test_a_scanner_that_types_is_read_from_the_keyboard(
    field: Field, labels: dict[str, str]
) -> None:
    hardware = ("--hardware", str(field.folder.parent / "hardware.toml"))
    typed = f"6901234567892\n{labels['depot-03']}\n{field.root_sha256}\n"
    done = field.provision("--scan", *hardware, *_board("depot-03"), typed=typed)
    assert done.returncode == 0, done.stderr
    other = field.another(f"{field.folder.name}-other")
    done = other.provision("--scan", *hardware)
    assert _code(done) == "label_unread"
