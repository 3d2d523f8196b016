"""A sheet of forty machines, its labels, and a scanner on a serial line before each machine.

Calls `tests.support.labels`, `tests.hardware.readers` and `tests.provisioning.rig`.
"""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.hardware.readers.rig import Mute, Speaker
from tests.provisioning.rig import HARDWARE, Field
from tests.support import labels
from tests.support.contents import VILLAGE_NAME

BOARDS = {f"depot-{n:02d}": f"10000000abcdef{n:02d}" for n in range(1, 41)}


def printed(town: Field, *, most: int) -> dict[str, str]:
    """Device → what its label says, off the paper; of the first `most` of the forty."""
    base, sheet = town.folder.parent, io.StringIO(newline="")
    rows = [[device, VILLAGE_NAME, serial] for device, serial in BOARDS.items()]
    csv.writer(sheet).writerows([["机号", "村", "序列号"], *rows])
    (base / "sheet.csv").write_text(sheet.getvalue(), "gb18030")
    town.hub.run("device", "bulk", str(base / "sheet.csv"), "--out", str(base / "labels"))
    return dict(zip(BOARDS, labels.read(base / "labels", most=most), strict=False))


@contextmanager
def scanner() -> Iterator[Speaker]:
    with Speaker(Mute()) as speaker:
        yield speaker


def hold(
    field: Field, speaker: Speaker, held: Sequence[str], *words: str
) -> "subprocess.CompletedProcess[str]":
    """`sealctl provision --scan` as a process; whenever it asks, the next code is held there."""
    hardware = Path(field.folder.parent / f"{field.folder.name}.toml")
    part = f'[hardware.scanner]\ndriver = "line"\nport = "{speaker.path}"\n'
    hardware.write_text(HARDWARE + part)
    config, left = str(field.folder / "machine.toml"), iter(held)
    command = [sys.executable, "-m", "sealctl.cli", "--config", config, "provision", "--scan"]
    command += ["--hardware", str(hardware), *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        assert running.stdout is not None
        said = []
        for line in running.stderr:
            said.append(line)
            if line[0] in "▶✗" and (code := next(left, None)) is not None:
                speaker.say(code.encode() + b"\r\n")
        out = running.stdout.read()
    return subprocess.CompletedProcess(command, running.returncode, out, "".join(said))
