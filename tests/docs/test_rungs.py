"""Whatever `make test` leaves out is run by `make drills`, and every change must pass both."""

import re

from tests.docs.test_paths import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def test_the_two_rungs_share_all_tests_between_them() -> None:
    chosen = re.findall(r"^(test|drills):.*\n.*\n\t.* -m pytest .*-m (.*)$", MAKEFILE, re.MULTILINE)
    assert chosen == [("test", '"not drill"'), ("drills", "drill")]


def test_every_change_must_pass_both() -> None:
    run = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    assert {"make test", "make drills"} <= set(run)
