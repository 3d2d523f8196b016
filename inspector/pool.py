"""Work spread over all cores, its results in the order of the jobs. Calls `inspector.findings`.

Processes, since Python's threads share one core; a few jobs are under way at a time, so that memory
does not grow with their number. Where one process is asked for, none is started.
"""

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Final, Protocol

from inspector.findings import UnusableError


class Closing(Protocol):
    """A worker that lets go of what it opened."""

    def close(self) -> None: ...


AHEAD: Final = 2
"""Jobs under way or waiting for each process."""

COLLECT_EVERY: Final = 1_000_000
"""What a verification makes is freed without the garbage collector, whose rounds over all that it
keeps take a tenth of the time: it comes seldom.
"""

_worker: dict[str, Any] = {}


class Pool(AbstractContextManager["Pool"]):
    """`make(argument)` gives the worker, once in each process; `run` calls its methods."""

    def __init__(self, make: Callable[[Any], Closing], argument: object, processes: int) -> None:
        self._processes = processes
        self._worker = make(argument) if processes == 1 else None
        self._pool: ProcessPoolExecutor | None = None
        self._start = (make, argument)
        self._collect = gc.get_threshold()
        gc.set_threshold(COLLECT_EVERY)

    def run(self, method: str, jobs: Iterable[object]) -> Iterator[Any]:
        """What the worker's method returns for each job, in order; its exceptions are raised."""
        if self._worker is not None:
            yield from map(getattr(self._worker, method), jobs)
            return
        pool = self._pool = self._pool or ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=self._start,
        )
        waiting: deque[Future[Any]] = deque()
        try:
            for job in jobs:
                waiting.append(pool.submit(_call, method, job))
                if len(waiting) > AHEAD * self._processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            text = (
                "一个核验进程中断了，请再运行一次。 A process of the verification died: run again."
            )
            raise UnusableError(text) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        gc.set_threshold(*self._collect)
        if self._worker is not None:
            self._worker.close()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _begin(make: Callable[[Any], object], argument: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(COLLECT_EVERY)
    _worker["one"] = make(argument)


def _call(method: str, job: object) -> Any:
    return getattr(_worker["one"], method)(job)
