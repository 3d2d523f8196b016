"""Offline verification of a whole township's log, against its bare signatures and photos.

`python -m bench.inspect --entries 1000000` for another length than the bench's. Calls
`bench.{bare,sealed}` and, as a process of its own, `sealinspect`. The limit is what cannot be left
out: each of the log's signatures by `cryptography`, each photo read and hashed, in as many
processes as the verification has. What it would be by PyNaCl, which takes half of the time for
Ed25519 and is what the verification uses, is told beside it. Bundles are made once and kept under
var/bench.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench import bare
from bench.report import Line
from bench.sealed import build, machines, record_keys

ENTRIES: Final = 100_000
SHORT: Final = 20_000
ROUNDS: Final = 3
BUDGET: Final = 1.5
FLAT: Final = 1.1
"""Peak memory of the long log against the short one's."""
KEPT: Final = Path("var/bench")
POLL_S: Final = 0.5
POLLED: Final = 0.02
"""Between two looks at memory, and as a share of the time so far: each look holds up the process
that is looked at.
"""


def measure(folder: Path, entries: int = ENTRIES, rounds: int = ROUNDS) -> Iterator[Line]:
    """The ratio, and how flat memory is over logs of as many machines. Of each time the least of
    all rounds counts: a computer that stands still for a moment says nothing.
    """
    count = machines(entries)
    short, bundle = (
        build(KEPT / f"{length}-{count}", length, count) for length in (SHORT, entries)
    )
    _, least_peak = _verify(short, folder)
    signed = bare.collect(bundle, record_keys(count))
    runs = [
        (
            *_verify(bundle, folder),
            bare.seconds(bundle, signed, nacl=False),
            bare.seconds(bundle, signed, nacl=True),
        )
        for _ in range(rounds)
    ]
    took, _, limit, least = map(min, zip(*runs, strict=True))
    peak = max(one[1] for one in runs)
    said = f"{took:.1f} s, bare {limit:.1f} s, by PyNaCl {least:.1f} s"
    yield Line(f"offline verification, {entries:,} entries", took / limit, BUDGET, said)
    said = f"{least_peak:.0f} MB at {SHORT:,} entries, {peak:.0f} MB at {entries:,}"
    yield Line("its peak memory, all processes", peak / least_peak, FLAT, said)


def _verify(bundle: Path, folder: Path) -> tuple[float, float]:
    """(seconds, megabytes at the peak) of a verification from nothing. The bundle is read once
    before: the disk is not measured.
    """
    for path in bundle.rglob("*"):
        if path.is_file():
            path.read_bytes()
    command = [sys.executable, "-m", "inspector.cli", "verify", str(bundle), "--again", "--json"]
    began = time.perf_counter()
    with subprocess.Popen([*command, "--state", str(folder)], stdout=subprocess.PIPE) as running:
        peak = 0.0
        while running.poll() is None:
            peak = max(peak, sum(map(_megabytes, _family(running.pid))))
            time.sleep(max(POLL_S, POLLED * (time.perf_counter() - began)))
        took = time.perf_counter() - began
        said = json.loads(running.stdout.read()) if running.stdout else {}
    assert said["verified"], said
    return took, peak


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _megabytes(pid: int) -> float:
    """What a process holds of its own: shared libraries count once for all."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.inspect")
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    kept = True
    for line in measure(KEPT / "state", options.entries, options.rounds):
        print(line, flush=True)
        kept &= line.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
