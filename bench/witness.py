"""A witness's round trip over loopback: one head submitted, its cosignature read.

Calls `tests.support.witness`. The limit is the same round trip to `bench.bare_witness`.
"""

import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path

from bench.report import Line
from tests.support.broker import listening, until
from tests.support.ports import free_port
from tests.support.witness import Log, WitnessProcess
from wire.tlog import submission

ROUNDS = 300
SIZE = 1000
ROUND_TRIP_S = 0.005
BUDGET = 2.0
"""Of the limit; a quiet computer stays far below ROUND_TRIP_S."""


def measure(folder: Path) -> Iterator[Line]:
    """The median round trip as a share of what cannot be left out, both measured in turn."""
    log = Log.of(SIZE + ROUNDS)
    bodies = [log.asks(size, size + 1) for size in range(SIZE, SIZE + ROUNDS)]
    with ExitStack() as running:
        asked = _client(running, running.enter_context(_witness(folder, log)))
        bare = _client(running, running.enter_context(_bare(folder)))
        asked(log.asks(0, SIZE))
        took = [(asked(body), bare(body)) for body in bodies]
    whole, limit = (statistics.median(column) for column in zip(*took, strict=True))
    said = f"{whole * 1e3:.1f} ms, of {ROUND_TRIP_S * 1e3:.0f}; bare {limit * 1e3:.1f} ms"
    yield Line("witness round trip", whole / limit, BUDGET, said)


def _client(running: ExitStack, port: int) -> Callable[[bytes], float]:
    """Posts a body on one kept connection and reads the answer; the seconds that took."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    running.callback(connection.close)

    def post(body: bytes) -> float:
        began = time.perf_counter()
        connection.request("POST", submission.PATH, body)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        return time.perf_counter() - began

    return post


@contextmanager
def _witness(folder: Path, log: Log) -> Iterator[int]:
    """The port of a real one."""
    with redirect_stdout(None):
        witness = WitnessProcess.build(folder, log.vkey)
    witness.start()
    try:
        yield witness.port
    finally:
        witness.stop()


@contextmanager
def _bare(folder: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "bench.bare_witness", str(folder / "bare.sqlite3"), str(port)]
    process = subprocess.Popen(command)
    try:
        until(lambda: listening(port), "the bare witness listens", seconds=30)
        yield port
    finally:
        process.terminate()
        process.wait(15)
