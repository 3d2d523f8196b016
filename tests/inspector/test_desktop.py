"""The icon on which an inspector drops a bundle: his policy, the head that he kept, the report."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inspector import storied
from tests.support.browser import ROOT
from tests.support.sealed_log import SealedLog

SCRIPT = ROOT / "inspector" / "desktop" / "sealinspect-verify"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rig = storied.machine(tmp_path_factory.mktemp("machine"))
    return SealedLog.of(rig).write(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def home(bundle: Path, tmp_path: Path) -> Path:
    """The inspector's folder, and programs that note what is opened."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home/policy.json").write_bytes((bundle / "policy.json").read_bytes())
    (tmp_path / "bin").mkdir()
    opens = tmp_path / "bin/xdg-open"
    opens.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/opened\n')
    opens.chmod(0o755)
    return tmp_path / "home"


def drop(folder: Path, home: Path) -> tuple[int, str]:
    """Status and words after the folder was dropped on the icon."""
    path = f"{home.parent}/bin:{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", SCRIPT, folder],
        env={"PATH": path, "SEALINSPECT_HOME": str(home), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_report_opens_and_the_head_is_kept_and_held_the_next_time(
    bundle: Path, home: Path
) -> None:
    status, words = drop(bundle, home)
    assert status == 0, words
    opened = Path((home.parent / "opened").read_text().strip())
    assert "核验通过" in opened.read_text("utf-8")
    assert (home / "checkpoint").read_bytes() == (bundle / "checkpoint").read_bytes()
    (home / "checkpoint").write_bytes(b"of another log")
    status, words = drop(bundle, home)
    assert (status, "先前的检查点不能用" in words) == (2, True)


def test_a_bundle_that_does_not_hold_opens_red_and_keeps_no_head(bundle: Path, home: Path) -> None:
    policy = json.loads((bundle / "policy.json").read_text())
    (home / "policy.json").write_text(json.dumps(policy | {"root_sha256": bytes(32).hex()}))
    assert drop(bundle, home)[0] == 1
    opened = Path((home.parent / "opened").read_text().strip())
    assert "核验不通过" in opened.read_text("utf-8")
    assert not (home / "checkpoint").exists()


def test_without_a_policy_or_a_folder_it_says_what_to_do(bundle: Path, home: Path) -> None:
    (home / "policy.json").unlink()
    for folder in (bundle, home / "nothing"):
        status, words = drop(folder, home)
        assert (status, "拖到这个图标上" in words) == (2, True)
