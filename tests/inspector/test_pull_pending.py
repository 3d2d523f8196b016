"""Pulling while the county's witness has not seen the newest head yet."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.cli import main
from tests.inspector.test_pull import Inspector
from tests.inspector.township_site import Site
from tests.support import cosigned
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog

SEEN_S = 1_793_577_600
COSIGNED = "checkpoint.cosigned"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    rig = Rig.build(tmp_path / "machine", policy={"log_key": VKEY})
    for _ in range(3):
        rig.core.heartbeat()
    log = SealedLog.of(rig)
    log.policy |= {"witnesses": [cosigned.VKEYS[cosigned.NAMES[0]]], "quorum": 1}
    with Site(log, tmp_path / "published") as made:
        yield made


@pytest.fixture
def inspector(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Inspector:
    return Inspector(site, tmp_path, capsys)


def see(site: Site) -> None:
    """The witness has seen what is published now."""
    head = cosigned.cosigned((site.folder / "checkpoint").read_bytes(), {cosigned.NAMES[0]: SEEN_S})
    (site.folder / COSIGNED).write_bytes(head)


def shrink(site: Site, count: int) -> None:
    """Publish the log with so many leaves fewer than all."""
    leaves = list(site.log.leaves)
    del site.log.leaves[len(leaves) - count :]
    site.publish()
    site.log.leaves[:] = leaves


def test_a_head_that_no_witness_saw_is_pulled_and_said_to_be_pending(inspector: Inspector) -> None:
    assert inspector.pull()["status"] == 0
    said = inspector.verify()
    assert (said["status"], said["code"]) == (1, "pending")
    assert main(["verify", str(inspector.out)]) == 1
    assert "尚待县级见证" in "".join(inspector._capsys.readouterr())


def test_the_newest_head_that_a_witness_saw_is_taken_before_one_that_is_pending(
    inspector: Inspector, site: Site
) -> None:
    shrink(site, 2)
    see(site)
    site.publish()
    inspector.pull()
    said = inspector.verify()
    assert (said["status"], said["leaves"]) == (0, len(site.log.leaves) - 2)


def test_what_was_pulled_as_pending_is_not_given_back(inspector: Inspector, site: Site) -> None:
    shrink(site, 2)
    see(site)
    older = (site.folder / COSIGNED).read_bytes()
    site.publish()
    (site.folder / COSIGNED).unlink()
    inspector.pull()
    (site.folder / COSIGNED).write_bytes(older)
    assert inspector.pull()["status"] == 0
    see(site)
    site.answers["/log/checkpoint"] = (site.folder / COSIGNED).read_bytes()
    assert inspector.pull()["status"] == 0
    assert inspector.verify()["leaves"] == len(site.log.leaves)


def test_what_is_no_checkpoint_is_not_taken_for_one(inspector: Inspector, site: Site) -> None:
    (site.folder / COSIGNED).write_bytes(json.dumps({"no": "note"}).encode())
    assert inspector.pull()["status"] == 0
