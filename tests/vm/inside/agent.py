"""Runs commands inside the virtual machine for the tests outside it. Calls nothing of ours.

One JSON line a command on a virtio port: a list of words in, status and output out.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def serve(port: str) -> None:
    """Answer one command after another until the machine is switched off."""
    with Path(port).open("r+b", buffering=0) as line:
        while True:
            words: list[str] = json.loads(_whole(line.readline))
            done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            answer = {"status": done.returncode, "out": done.stdout, "err": done.stderr}
            line.write(json.dumps(answer).encode() + b"\n")


def _whole(read: Callable[[], bytes]) -> bytes:
    """A port without anybody at its other end reads as nothing."""
    while not (line := read()).endswith(b"\n"):
        pass
    return line


if __name__ == "__main__":
    serve(sys.argv[1])
