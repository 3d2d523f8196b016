"""Offline verification of a whole township's log, against its bare signatures and photos.

`python -m bench.inspect --entries 1000000` for another length than the bench's. Calls
`bench.sealed` and, as a process of its own, `sealinspect`. The limit is what cannot be
left out: every signature by `cryptography`, every photo read and hashed, in as many processes as
the verification has. What it would be by PyNaCl, which takes half of the time for Ed25519 and is
what the verification uses, is told beside it. Bundles are made once and kept under var/bench.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl.bindings import crypto_sign_open
from nacl.signing import SigningKey

from bench.report import Line
from bench.sealed import build, signatures

ENTRIES: Final = 100_000
SHORT: Final = 20_000
BUDGET: Final = 1.5
FLAT: Final = 1.1
"""Peak memory of the long log against the short one's."""
CHUNK: Final = 500
ENTRY_BYTES: Final = 420
KEPT: Final = Path("var/bench")
POLL_S: Final = 0.05


def measure(folder: Path, entries: int = ENTRIES) -> Iterator[Line]:
    """The ratio, and how flat memory is."""
    _, short = _verify(build(KEPT / str(SHORT), SHORT), folder)
    bundle = build(KEPT / str(entries), entries)
    took, peak = _verify(bundle, folder)
    bare, least = _bare(bundle, entries, _ed25519), _bare(bundle, entries, _by_nacl)
    said = f"{took:.1f} s, bare {bare:.1f} s, by PyNaCl {least:.1f} s"
    yield Line(f"offline verification, {entries:,} entries", took / bare, BUDGET, said)
    said = f"{short:.0f} MB at {SHORT:,} entries, {peak:.0f} MB at {entries:,}"
    yield Line("its peak memory, all processes", peak / short, FLAT, said)


def _verify(bundle: Path, folder: Path) -> tuple[float, float]:
    """(seconds, megabytes at the peak) of a verification from nothing."""
    command = [sys.executable, "-m", "inspector.cli", "verify", str(bundle), "--again", "--json"]
    began = time.perf_counter()
    with subprocess.Popen([*command, "--state", str(folder)], stdout=subprocess.PIPE) as running:
        peak = 0.0
        while running.poll() is None:
            peak = max(peak, sum(map(_megabytes, _family(running.pid))))
            time.sleep(POLL_S)
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


def _bare(bundle: Path, entries: int, ed25519: Callable[[], object]) -> float:
    """Seconds for the signatures and photos alone, on all cores."""
    counts = signatures(entries)
    processes = len(os.sched_getaffinity(0))
    photos = sorted((bundle / "photos").iterdir())
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(photos,)) as pool:
        checks = (ed25519, _es256, _photo)
        list(pool.map(_chunk, [(checks, (1, 1, len(photos)))] * processes))
        began = time.perf_counter()
        chunks = max(1, entries // CHUNK)
        job = checks, tuple(one // chunks for one in counts)
        for _ in pool.map(_chunk, [job] * chunks):
            pass
        return time.perf_counter() - began


def _begin(photos: Sequence[Path]) -> None:
    _photos.append(cycle(photos))


def _chunk(job: tuple[tuple[Callable[[], object], ...], tuple[int, ...]]) -> None:
    for check, times in zip(*job, strict=True):
        for _ in range(times):
            check()


def _ed25519() -> None:
    _KEY.verify(_SIGNATURE, _MESSAGE)


def _by_nacl() -> None:
    crypto_sign_open(_SIGNATURE + _MESSAGE, _PUBLIC)


def _es256() -> None:
    _PASSKEY.verify(_ASSERTED, _MESSAGE, ec.ECDSA(hashes.SHA256()))


def _photo() -> None:
    digest = sha256()
    with next(_photos[0]).open("rb", buffering=0) as file:
        while count := file.readinto(_BUFFER):
            digest.update(_BUFFER[:count])
    digest.digest()


_MESSAGE: Final = bytes(ENTRY_BYTES)
_SIGNING: Final = SigningKey.generate()
_PUBLIC: Final = _SIGNING.verify_key.encode()
_SIGNATURE: Final = _SIGNING.sign(_MESSAGE).signature
_KEY: Final = Ed25519PublicKey.from_public_bytes(_PUBLIC)
_PRIVATE: Final = ec.generate_private_key(ec.SECP256R1())
_PASSKEY: Final = _PRIVATE.public_key()
_ASSERTED: Final = _PRIVATE.sign(_MESSAGE, ec.ECDSA(hashes.SHA256()))
_BUFFER: Final = memoryview(bytearray(1 << 16))
_photos: Final[list[Iterator[Path]]] = []
"""What a process reads, over and over."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.inspect")
    parser.add_argument("--entries", type=int, default=ENTRIES)
    options = parser.parse_args()
    kept = True
    for line in measure(KEPT / "state", options.entries):
        print(line, flush=True)
        kept &= line.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
