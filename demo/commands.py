"""Runs the product's commands as the demo's operator would. Calls demo.state and demo.processes."""

import os
import subprocess
import sys

from demo.processes import DemoError
from demo.state import DemoState


def sealhub(state: DemoState, *arguments: str) -> str:
    """What that command of the township prints; raises DemoError."""
    return run(state, "-m", "hub.cli", "--state", str(state.hub_dir), *arguments)


def run(state: DemoState, *arguments: str) -> str:
    """The same of any program in Python."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "SEALHUB_STATE": str(state.hub_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoError(f"{' '.join(arguments[:4])}: {done.stderr.strip()[-800:]}")
    return done.stdout
