"""Runs a command in User-Mode Linux, over this computer's files, none of which it can change:
`python -m tests.kernel.uml KERNEL SECONDS COMMAND…`. Calls nothing of ours.

In there the command is root, with a kernel and a /run of its own, where TMPDIR points. Out here the
whole of it is a group of ordinary processes, which needs no root, and ends with the run or after
SECONDS.
"""

import os
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

INIT: Final = Path(__file__).with_name("init")
MEMORY: Final = 768 << 20
TOO_LONG: Final = 124
NO_STATUS: Final = 125
"""Exit statuses: the time was up; the kernel ended without the command's."""


def run(kernel: Path, seconds: float, command: Sequence[str]) -> int:
    """The command's exit status, or TOO_LONG or NO_STATUS; its output goes to standard output,
    what the kernel says of grave matters to standard error.
    """
    with tempfile.TemporaryDirectory(prefix="uml-") as folder:
        scratch = Path(folder)
        (scratch / "command").write_text(_script(command))
        process = subprocess.Popen(
            [kernel, *_arguments(scratch)],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": _memory(folder)},
            start_new_session=True,
        )
        try:
            in_time = _ends(process, seconds)
        finally:
            # Not reaped yet, so this number is still that of the group that was started here.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if not in_time:
            return _said(TOO_LONG, f"not finished after {seconds:.0f} s")
        try:
            return int((scratch / "status").read_text())
        except (OSError, ValueError):
            return _said(NO_STATUS, f"the kernel ended without a result ({process.returncode})")


def _script(command: Sequence[str]) -> str:
    path, folder = f"{os.environ['PATH']}:/usr/sbin:/sbin", str(Path.cwd())
    exports = f"export PATH={shlex.quote(path)} TMPDIR=/run TERM=dumb"
    return f"{exports}\ncd {shlex.quote(folder)}\n{shlex.join(command)}\n"


def _memory(otherwise: str) -> str:
    """Where its memory lies as a file without a name; a container's /dev/shm is often too small."""
    shared = "/dev/shm"
    roomy = os.path.ismount(shared) and shutil.disk_usage(shared).free > MEMORY
    return shared if roomy else otherwise


def _arguments(scratch: Path) -> list[str]:
    """What the kernel does not know is handed to `init` as its environment."""
    root = ["root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro"]
    console = ["con=null", "con0=null,fd:2", "con1=null,fd:1", "quiet", "loglevel=1"]
    return [f"mem={MEMORY >> 20}M", *root, *console, f"init={INIT}", f"SCRATCH={scratch}"]


def _ends(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for its end, without reaping it; whether it came in time."""
    watched = os.pidfd_open(process.pid)
    try:
        return bool(select.select([watched], [], [], seconds)[0])
    finally:
        os.close(watched)


def _said(status: int, what: str) -> int:
    sys.stderr.write(f"uml: {what}\n")
    return status


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(run(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
